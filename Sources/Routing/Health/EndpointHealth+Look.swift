import Synchronization

/// Looks at endpoints that nobody asks.
///
/// Where the cheapest gets everything, nothing is learnt of the others: one that was left alone while it was down stays
/// so after it is back, and one that goes down is found to be so when it is needed. Then all the traffic of a provider
/// that fails moves to one of which nothing is known. So a few requests are sent to see, each endpoint getting one in a
/// while: little enough to cost nothing, and no more at once than its breaker lets in.
extension EndpointHealth {
    /// Whether a request should be sent there although another endpoint would be asked: its breaker waits for a probe, or
    /// nobody has asked it lately. True for one request at a time.
    package func claimLook(nowMs: UInt64) -> Bool {
        switch availability(nowMs: nowMs) {
        // Who begins the attempt claims the probe.
        case .probing:
            lookedAtMs.store(max(1, nowMs), ordering: .relaxed)
            return true
        case .available: break
        case .cooling, .open, .disabled, .exhausted: return false
        }
        let looked = lookedAtMs.load(ordering: .relaxed)
        if looked != 0, nowMs < looked + HealthLimits.lookMs { return false }
        if underway > 0 || seen?.outage.counts(nowMs: nowMs).total ?? 0 > 0 { return false }
        return lookedAtMs.compareExchange(expected: looked, desired: max(1, nowMs), ordering: .relaxed).exchanged
    }
}
