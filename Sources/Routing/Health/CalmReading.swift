/// What plans need to know of an endpoint that nothing is held against: few values beside a `HealthReading`.
struct CalmReading {
    /// Whether enough requests are known to compare its throughput.
    var isSampled = false
    var sketch = HealthSketch.none
    /// Of the last half hour.
    var toolCalls = ToolCallCounts()
}

extension EndpointHealth {
    /// nil where something is held against the endpoint, where there is more to ask than one key, or where what is known
    /// must be worked out anew: `reading` tells then.
    // Not inlined, so that its caller holds the endpoint and nothing else is counted.
    @inline(never)
    func calmReading(nowMs: UInt64) -> CalmReading? {
        if soleKey?.isDisabled(nowMs: nowMs) ?? true { return nil }
        guard let record = seen else { return CalmReading() }
        return record.isCalm(nowMs: nowMs) ? record.digest.calmReading(record, nowMs: nowMs) : nil
    }
}
