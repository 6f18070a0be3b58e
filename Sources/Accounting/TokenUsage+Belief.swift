extension TokenUsage {
    /// Whether one answer can have used so much. Whoever finds a report that says more charges an estimate instead.
    package var isCredible: Bool {
        // What is negative is far above every bound as an unsigned number.
        UInt(bitPattern: prompt | completion | total) < UInt(AccountingLimits.reportedTokensMax)
            && UInt(bitPattern: webSearches | searchUnits) < UInt(AccountingLimits.reportedUnitsMax)
    }

    /// Whether it is so little that a report of it is believed whatever it costs. Of any other the charge has a say.
    @inline(__always)
    package var isBeyondDoubt: Bool {
        UInt(bitPattern: prompt | completion | total) < UInt(AccountingLimits.largeReportTokens)
            && UInt(bitPattern: webSearches | searchUnits) < UInt(AccountingLimits.reportedUnitsMax)
            && upstreamCost?.isCredible ?? true
    }

    /// What is known of an answer whose provider reported before its end, and not again: that report, and no fewer
    /// completion tokens than were counted.
    ///
    /// - Parameter counted: our estimate of the whole.
    package func completed(by counted: TokenUsage) -> TokenUsage {
        var usage = self
        if prompt == 0 { usage.prompt = counted.prompt }
        usage.completion = max(completion, counted.completion)
        usage.total = usage.prompt.addingSaturated(usage.completion)
        // What it had cost by then is not what it cost.
        usage.upstreamCost = nil
        usage.isEstimated = true
        return usage
    }
}

extension Credits {
    /// Whether a provider can have charged so much for one answer.
    package var isCredible: Bool { (0...AccountingLimits.reportedNanosMax).contains(nanos) }
}
