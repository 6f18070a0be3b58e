import Synchronization

/// Decides which tier an endpoint's uptime puts it in.
///
/// Judged by the successes of the last five minutes, once there are enough. An endpoint that falls behind gets hardly
/// any traffic, and so could not show that it is well again: after a while it is judged anew, on what happens from then
/// on, and fewer attempts are enough to put it back. Whoever renews the digest judges, one at a time.
struct UptimeJudge: ~Copyable, Sendable {
    private let window = CountRing<5>(slotMs: 60_000)
    private let current = Atomic<UInt8>(HealthReading.Tier.normal.rawValue)
    /// When the endpoint fell behind; zero where it did not.
    private let demotedAtMs = Atomic<UInt64>(0)
    /// Until when fewer attempts are enough.
    private let trialUntilMs = Atomic<UInt64>(0)

    var tier: HealthReading.Tier { HealthReading.Tier(rawValue: current.load(ordering: .relaxed)) ?? .normal }

    func add(_ verdict: AttemptOutcome.Verdict, nowMs: UInt64) {
        if verdict != .limited { window.add(verdict, nowMs: nowMs) }
    }

    func counts(nowMs: UInt64) -> CountRing<5>.Counts { window.counts(nowMs: nowMs) }

    /// Begins anew: what failed before a breaker opened is paid for.
    func forget(nowMs: UInt64) {
        window.clear()
        demotedAtMs.store(0, ordering: .relaxed)
        trialUntilMs.store(nowMs + HealthLimits.trialMs, ordering: .relaxed)
        current.store(HealthReading.Tier.normal.rawValue, ordering: .relaxed)
    }

    /// - Parameter underway: attempts that have begun and not ended. They count as answered: failures are known sooner than
    ///   answers, and those of the first seconds would say nothing but that.
    func judge(underway: Int, nowMs: UInt64) {
        let demotedAt = demotedAtMs.load(ordering: .relaxed)
        if demotedAt != 0, nowMs >= demotedAt + HealthLimits.demotionMs { return forget(nowMs: nowMs) }
        let counts = window.counts(nowMs: nowMs)
        let isOnTrial = demotedAt != 0 || nowMs < trialUntilMs.load(ordering: .relaxed)
        let attemptsMin = isOnTrial ? HealthLimits.trialAttemptsMin : HealthLimits.tierAttemptsMin
        let tier = counts.total < attemptsMin ? .normal : Self.tier(counts, underway)
        if tier == .normal, demotedAt != 0 { return }
        if tier != .normal, demotedAt == 0 { demotedAtMs.store(max(1, nowMs), ordering: .relaxed) }
        current.store(tier.rawValue, ordering: .relaxed)
    }

    // MARK: Across restarts

    func saved(nowMs: UInt64) -> [(age: UInt64, counts: UInt64)] { window.saved(nowMs: nowMs) }

    func restore(age: UInt64, counts: UInt64, nowMs: UInt64) {
        window.restore(age: age, counts: counts, nowMs: nowMs)
    }

    private static func tier(_ counts: CountRing<5>.Counts, _ underway: Int) -> HealthReading.Tier {
        let (successes, total) = ((counts.successes + underway) * 100, counts.total + underway)
        if successes >= total * HealthLimits.normalPercent { return .normal }
        return successes >= total * HealthLimits.lowPercent ? .low : .lastResort
    }
}
