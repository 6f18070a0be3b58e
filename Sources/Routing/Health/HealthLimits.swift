import Catalog

/// The figures by which health is judged. Times are milliseconds. docs/health.md gives the reason of each.
package enum HealthLimits {
    // MARK: Windows

    /// The window in which an outage counts as recent, and in which the breaker weighs successes, in slots.
    static let outageSlotMs: UInt64 = 5_000
    package static let outageWindowMs: UInt64 = 30_000
    /// Failures in that window, and their share in hundredths, that make an outage.
    static let outageFailuresMin = 3
    static let outageFailuresPercent = 20
    /// Successes that are assumed when the share of failures to expect is worked out.
    static let assumedSuccesses = 4
    /// The windows of performance: for routing, and for display.
    static let performanceSlotMs: UInt64 = 60_000
    static let displaySlotMs: UInt64 = 300_000
    /// How long what was worked out from a window is good for.
    static let digestMs: UInt64 = 1_000
    /// Minutes of uptime that are kept: a day.
    static let uptimeMinutes: UInt64 = 1_440
    /// A minute counts for the shown uptime from so many attempts on, and is up with this share of successes.
    static let minuteAttemptsMin = 10
    static let minuteSuccessPercent = 80

    // MARK: Uptime tiers

    /// Attempts without which no endpoint is put behind the others for its uptime.
    static let tierAttemptsMin = 100
    /// Attempts that are enough for an endpoint that was behind the others just before.
    static let trialAttemptsMin = 20
    static let normalPercent = 95
    static let lowPercent = 80
    /// How long an endpoint stays behind before it is judged anew, on what happens from then on.
    static let demotionMs: UInt64 = 45_000
    /// How long after that fewer attempts are enough.
    static let trialMs: UInt64 = 300_000

    // MARK: Looks

    /// How long nobody asked an endpoint before a request may look how it is; and the pause between two looks.
    static let lookMs: UInt64 = 30_000

    // MARK: Circuit breaker

    /// Hard failures in a row that open the breaker; at a busy endpoint as many as it has attempts in this time, up to
    /// the most, or these for this time. One that fails a third of its requests has five in a row every few hundred, by
    /// chance alone.
    static let failuresInRow = 5
    static let failuresInRowMs: UInt64 = 2_000
    static let failuresInRowMax = 20
    /// Hard failures in a row that open it again while traffic comes back.
    static let failuresInRowRamping = 2
    /// The share of successes in hundredths, rate limits counted as failures, below which it opens, and the attempts
    /// in the outage window without which the share says nothing.
    static let breakerPercent = 50
    static let breakerAttemptsMin = 20
    /// The first pause before a probe; each probe that fails doubles it, up to the longest.
    static let backoffMs: UInt64 = 1_000
    static let backoffMsMax: UInt64 = 20_000
    /// Pauses are spread by this share to either side, in hundredths.
    static let jitterPercent: UInt64 = 25
    /// How long a probe without a verdict keeps others from trying.
    static let probeLeaseMs: UInt64 = 15_000
    /// Probes that must succeed, one after the other.
    static let probeSuccesses = 2
    /// After the probes traffic comes back in steps: twice as many starts in each step as in the one before.
    static let rampStepMs: UInt64 = 1_000
    static let rampSteps: UInt64 = 10
    /// An endpoint that stayed closed for so long starts with the first pause again.
    static let backoffMemoryMs: UInt64 = 300_000

    // MARK: Streams

    /// A stream slower than this after its first content, in tokens per second, fails its endpoint,
    static let dripTokensPerSecond: UInt64 = 2
    /// from this age after its first content on.
    package static let dripAfterMs: UInt64 = 10_000

    // MARK: Keys and limits

    /// Keys of one provider.
    package static let keysPerProvider = CatalogLimits.keysPerProvider
    /// A key or an endpoint that the provider refuses is tried again after this.
    static let disabledMs: UInt64 = 600_000
    /// A rate limit that names no time cools a key for this long, doubled by each one that follows, up to the longest.
    static let rateLimitMsMax: UInt64 = 60_000

    // MARK: Retries

    /// Retries that are allowed at once: of the same endpoint, and second and later moves to another.
    static let retryReserve: UInt64 = 100
    /// What each request adds, in hundredths of a retry.
    static let retryPercent: UInt64 = 20
    /// What each second adds.
    static let retriesPerSecond: UInt64 = 5

    // MARK: Across restarts

    /// How often the state is stored.
    package static let keepMs: UInt64 = 10_000
}
