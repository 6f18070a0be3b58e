import Access
import Accounting

extension ConfigurationReader {
    /// What all keys together may spend per period. A narrower period must have less, or it would limit nothing.
    mutating func budgets(_ node: YAMLNode?) -> BudgetLimits {
        var limits = BudgetLimits.none
        guard let node, let values = mapping(node, .budgets) else { return limits }
        limits.lifetime = dollars(values["lifetime"], "lifetime")
        limits.monthly = dollars(values["monthly"], "monthly")
        limits.weekly = dollars(values["weekly"], "weekly")
        limits.daily = dollars(values["daily"], "daily")
        var broader: (interval: LimitInterval, limit: Credits)?
        for interval in LimitInterval.allCases {
            guard let limit = limits[interval] else { continue }
            if let broader, limit >= broader.limit {
                report(
                    values[interval.name]?.line ?? node.line,
                    "budgets: \(interval.name) must be less than \(broader.interval.name), or be left out")
            }
            broader = (interval, limit)
        }
        return limits
    }
}
