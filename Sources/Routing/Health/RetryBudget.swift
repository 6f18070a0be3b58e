import Synchronization

/// How many retries there may be beside the requests: of the same endpoint, and second and later moves to another.
///
/// When much fails, every request would be sent several times, and an outage would grow by its own remedy. So each
/// request earns a fraction of a retry and every second a few, and a retry that is not earned is not made. The first
/// move to another endpoint is free: it is what makes a failure unseen, and it cannot more than double the traffic. So is
/// the first to another key, which a provider answers at once.
package final class RetryBudget: Sendable {
    private static let retry: UInt64 = 100
    private static let full = HealthLimits.retryReserve * retry
    /// Hundredths of a retry.
    private let hundredths = Atomic<UInt64>(RetryBudget.full)
    private let secondAt = Atomic<UInt64>(0)

    package init() {}

    /// A request begins.
    package func earn(nowMs: UInt64) {
        add(HealthLimits.retryPercent)
        earnByTime(nowMs: nowMs)
    }

    private func earnByTime(nowMs: UInt64) {
        let second = nowMs / 1_000
        let known = secondAt.load(ordering: .relaxed)
        if second <= known { return }
        guard secondAt.compareExchange(expected: known, desired: second, ordering: .relaxed).exchanged else { return }
        if known != 0 { add(min(second - known, 60) * HealthLimits.retriesPerSecond * Self.retry) }
    }

    private func add(_ amount: UInt64) {
        var held = hundredths.load(ordering: .relaxed)
        while held < Self.full {
            let (exchanged, original) = hundredths.weakCompareExchange(
                expected: held, desired: min(held + amount, Self.full), ordering: .relaxed)
            if exchanged { return }
            held = original
        }
    }

    /// Takes one retry; false where none is left.
    package func take(nowMs: UInt64) -> Bool {
        earnByTime(nowMs: nowMs)
        var held = hundredths.load(ordering: .relaxed)
        while held >= Self.retry {
            let (exchanged, original) = hundredths.weakCompareExchange(
                expected: held, desired: held - Self.retry, ordering: .relaxed)
            if exchanged { return true }
            held = original
        }
        return false
    }

    /// Whole retries that are left.
    package var left: Int { Int(hundredths.load(ordering: .relaxed) / Self.retry) }
}
