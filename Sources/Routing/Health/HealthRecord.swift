import Completions
import Synchronization

/// Everything that was seen of one endpoint: windows, breaker, cooldowns. About four kilobytes, made with the first
/// attempt and kept for as long as its endpoint is in the catalogue.
///
/// Written by all loops without a lock: counts may miss a sample at the edge of a window, states are exchanged whole.
final class HealthRecord: Sendable {
    let outage = CountRing<6>(slotMs: HealthLimits.outageSlotMs)
    let judge = UptimeJudge()
    let minute = CountRing<1>(slotMs: 60_000)
    let day = UptimeDay()
    let recent = PerformanceWindow<5>(slotMs: HealthLimits.performanceSlotMs)
    let shown = PerformanceWindow<6>(slotMs: HealthLimits.displaySlotMs)
    let digest = HealthDigest()

    /// A `CircuitBreaker`.
    let breaker = Atomic<UInt64>(0)
    /// When the present row of hard failures began.
    let rowSinceMs = Atomic<UInt64>(0)
    /// Whether streams dripped or broke, and none has come to a good end since.
    let endsBadly = Atomic<Bool>(false)
    /// When the breaker last opened; zero for never.
    let openedAtMs = Atomic<UInt64>(0)
    /// Starts in the present step of a ramp: the most of them in the upper half, which tells the step.
    private let rampStarts = Atomic<UInt64>(0)

    /// Until when the endpoint is left alone, whichever key is used.
    let coolUntilMs = Atomic<UInt64>(0)
    /// The same by key.
    let keyCoolUntilMs = InlineArray<16, Atomic<UInt64>> { _ in Atomic(0) }
    /// Rate limits in a row that named no time.
    let limitsInRow = Atomic<UInt64>(0)
    /// Until when the endpoint is off, and the `FailureClass` why.
    let disabledUntilMs = Atomic<UInt64>(0)
    let disabledReason = Atomic<UInt8>(0)

    /// Whether anything was seen since the state was stored.
    let hasNews = Atomic<Bool>(true)

    // MARK: Counting

    func count(_ outcome: AttemptOutcome, nowMs: UInt64) {
        if outcome.isAbandoned { return }
        if !hasNews.load(ordering: .relaxed) { hasNews.store(true, ordering: .relaxed) }
        let verdict = outcome.verdict
        outage.add(verdict, nowMs: nowMs)
        judge.add(verdict, nowMs: nowMs)
        if verdict != .limited, verdict != .neutral {
            day.note(minute.add(verdict, nowMs: nowMs), nowMs: nowMs)
        }
        let index = outcome.failure.map { 1 + Int($0.rawValue) } ?? 0
        let ttft = outcome.ttftMs.map { ValueScale.bucket($0 / Self.ttftUnitMs) }
        var throughput: Int?
        if outcome.failure == nil, outcome.outputTokens > 0 {
            let tokens = UInt64(min(outcome.outputTokens, Self.tokensMax))
            let perSecond = tokens * 1_000 * Self.throughputUnits / max(1, outcome.durationMs)
            throughput = ValueScale.bucket(perSecond)
        }
        recent.add(outcome: index, ttft: ttft, throughput: throughput, nowMs: nowMs)
        shown.add(outcome: index, ttft: ttft, throughput: throughput, nowMs: nowMs)
        if let isGood = outcome.hasGoodToolCalls {
            recent.addToolCalls(isGood: isGood, nowMs: nowMs)
            shown.addToolCalls(isGood: isGood, nowMs: nowMs)
        }
    }

    /// Counts of one slot of a performance window.
    static let performanceCells = 24 + 2 * ValueScale.buckets + 2

    /// Times to first content are counted in steps of this many milliseconds.
    static let ttftUnitMs: UInt64 = 2
    /// No answer has more output tokens than this, whatever its provider says.
    static let tokensMax = 1 << 40
    /// Throughput is counted in fractions of a token per second.
    static let throughputUnits: UInt64 = 8

    /// What the outage window tells a breaker: how many hard failures in a row are too many, and whether the share of
    /// successes is too small, rate limits counted.
    func signals(nowMs: UInt64) -> (rowMax: Int, isRateLow: Bool) {
        let counts = outage.counts(nowMs: nowMs)
        let isLong = nowMs >= rowSinceMs.load(ordering: .relaxed) + HealthLimits.failuresInRowMs
        let usual = isLong ? 0 : counts.total * Int(HealthLimits.failuresInRowMs) / Int(HealthLimits.outageWindowMs)
        let isRateLow =
            counts.total >= HealthLimits.breakerAttemptsMin
            && counts.successes * 100 < counts.total * HealthLimits.breakerPercent
        return (min(max(usual, HealthLimits.failuresInRow), HealthLimits.failuresInRowMax), isRateLow)
    }

    /// - Parameter underway: attempts that have begun and not ended. They count as answered: failures are known sooner than
    ///   answers, and those of the first seconds would say nothing but that.
    func hadRecentOutage(underway: Int, nowMs: UInt64) -> Bool {
        let opened = openedAtMs.load(ordering: .relaxed)
        if opened != 0, nowMs < opened + HealthLimits.outageWindowMs { return true }
        let counts = outage.counts(nowMs: nowMs)
        return counts.failures >= HealthLimits.outageFailuresMin
            && counts.failures * 100 >= (counts.total + underway) * HealthLimits.outageFailuresPercent
    }

    /// The share of failures to be expected: that of the outage window, with a few successes added that keep one
    /// failure among few attempts from saying much. Rate limits are left out, for cooldowns see to them.
    func expectedFailure(nowMs: UInt64) -> Double {
        let counts = outage.counts(nowMs: nowMs)
        let total = counts.successes + counts.failures + HealthLimits.assumedSuccesses
        return Double(counts.failures) / Double(total)
    }

    // MARK: Breaker

    /// Whether nothing keeps requests with the first key away.
    func isCalm(nowMs: UInt64) -> Bool {
        breaker.load(ordering: .relaxed) == 0 && coolUntilMs.load(ordering: .relaxed) <= nowMs
            && keyCoolUntilMs[0].load(ordering: .relaxed) <= nowMs && disabledUntilMs.load(ordering: .relaxed) <= nowMs
    }

    var state: CircuitBreaker { CircuitBreaker(word: breaker.load(ordering: .relaxed)) }

    /// Exchanges the breaker for the result of a transition.
    /// - Returns: the breaker before and after; the same twice when another loop was faster with the same thought.
    func change(_ transition: (CircuitBreaker) -> CircuitBreaker) -> (old: CircuitBreaker, new: CircuitBreaker) {
        var old = state
        while true {
            let new = transition(old)
            if new == old { return (old, old) }
            let (exchanged, original) = breaker.compareExchange(
                expected: old.word, desired: new.word, ordering: .relaxed)
            if exchanged { return (old, new) }
            old = CircuitBreaker(word: original)
        }
    }

    /// Claims the probe; false when another request has it.
    func claimProbe(nowMs: UInt64) -> Bool {
        let held = state
        guard let claimed = held.probed(nowMs: nowMs) else { return false }
        return breaker.compareExchange(expected: held.word, desired: claimed.word, ordering: .relaxed).exchanged
    }

    /// Whether a step of the ramp has room for one more start.
    func hasRampRoom(_ startsMax: UInt64) -> Bool {
        let word = rampStarts.load(ordering: .relaxed)
        return word >> 32 != startsMax || word & 0xffff_ffff < startsMax
    }

    /// A ramp begins.
    func clearRamp() { rampStarts.store(0, ordering: .relaxed) }

    func takeRampStart(_ startsMax: UInt64) -> Bool {
        var word = rampStarts.load(ordering: .relaxed)
        while true {
            let starts = word >> 32 == startsMax ? word & 0xffff_ffff : 0
            if starts >= startsMax { return false }
            let (exchanged, original) = rampStarts.weakCompareExchange(
                expected: word, desired: startsMax << 32 | starts + 1, ordering: .relaxed)
            if exchanged { return true }
            word = original
        }
    }
}
