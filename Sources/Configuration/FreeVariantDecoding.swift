import Access

extension ConfigurationReader {
    /// `unlimited`, or a mapping of what is to be other than it is by default.
    mutating func freeVariants(_ node: YAMLNode?) -> FreeVariantLimits {
        guard let node else { return .standard }
        if case .scalar = node.content {
            if text(node, "free_variants") == "unlimited" { return .unlimited }
            report(node.line, "free_variants must be unlimited or a mapping\(given(node))")
            return .standard
        }
        var limits = FreeVariantLimits.standard
        guard let values = mapping(node, .freeVariants) else { return limits }
        limits.perMinute = rate(values["per_minute"], "per_minute", instead: limits.perMinute)
        limits.perDay = rate(values["per_day"], "per_day", instead: limits.perDay)
        limits.perDayHighBalance = rate(
            values["per_day_with_credits"], "per_day_with_credits", instead: limits.perDayHighBalance)
        limits.highBalance = dollars(values["credits"], "credits") ?? limits.highBalance
        return limits
    }

    private mutating func rate(_ node: YAMLNode?, _ key: String, instead standard: Int?) -> Int? {
        guard let node else { return standard }
        if text(node, key) == "unlimited" { return nil }
        return integer(node, key, in: 0...AccessLimits.perMinute.upperBound) ?? standard
    }
}
