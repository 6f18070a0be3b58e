/// What moved an endpoint from the place that its price or the caller's sort would give it. The bits stand in stored
/// decisions and are never given another meaning.
package struct Standing: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// It asked to be left alone for a while.
    package static let cooling = Standing(rawValue: 1)
    /// Its circuit breaker is open.
    package static let open = Standing(rawValue: 2)
    /// It refuses our key, or is gone.
    package static let disabled = Standing(rawValue: 4)
    /// Fewer than 95 % of its recent requests were answered.
    package static let lowUptime = Standing(rawValue: 8)
    /// Fewer than 80 % were.
    package static let lastResort = Standing(rawValue: 16)
    /// It failed much in the last 30 seconds.
    package static let recentOutage = Standing(rawValue: 32)
    /// It is slower than the caller prefers.
    package static let missesCutoff = Standing(rawValue: 64)
    /// Its throughput is far below that of its siblings.
    package static let deprioritised = Standing(rawValue: 128)
    /// Too little is known of it to call it good.
    package static let unproven = Standing(rawValue: 256)
    /// It may be tried again by one request at a time.
    package static let probe = Standing(rawValue: 512)
    /// It answered the conversation before, so that its cache is warm.
    package static let sticky = Standing(rawValue: 1024)
    /// It is of the tier that was asked for.
    package static let preferredTier = Standing(rawValue: 2048)
    /// The caller's `order` names it.
    package static let ordered = Standing(rawValue: 4096)
    /// It is another router, and asked when no provider of the model is left.
    package static let otherRouter = Standing(rawValue: 8192)
    /// Enough requests are known to compare its throughput. Moves nothing by itself, and has no word.
    package static let sampled = Standing(rawValue: 16384)
    /// Its calls of tools are broken more often than those of its siblings.
    package static let breaksToolCalls = Standing(rawValue: 32768)

    /// Nobody has asked it for a while, and this request finds out how it is.
    package static let look: Standing = [.probe, .unproven]

    /// What was held against it for failures it had.
    static let failing: Standing = [.lowUptime, .lastResort, .recentOutage]

    private static let names: [(Standing, StaticString)] = [
        (.cooling, "cooling"), (.open, "circuit_open"), (.disabled, "disabled"), (.lowUptime, "low_uptime"),
        (.lastResort, "last_resort"), (.recentOutage, "recent_outage"), (.missesCutoff, "misses_cutoff"),
        (.deprioritised, "deprioritised"), (.unproven, "unproven"), (.probe, "probe"), (.sticky, "sticky"),
        (.preferredTier, "preferred_tier"), (.ordered, "ordered"), (.otherRouter, "other_router"),
        (.breaksToolCalls, "breaks_tool_calls"),
    ]

    /// The words for it, as `route explain` and records show them.
    package var names: [String] {
        Self.names.compactMap { contains($0.0) ? "\($0.1)" : nil }
    }
}
