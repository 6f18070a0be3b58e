import Synchronization

/// A day of minutes, each of which was up, down, or without enough attempts to tell: what the catalogue shows as uptime.
struct UptimeDay: ~Copyable, Sendable {
    /// Two bits a minute, 32 minutes a word: whether it counts, and whether it was up.
    private let words = InlineArray<45, Atomic<UInt64>> { _ in Atomic(0) }
    /// The last minute that was noted, from 1 on.
    private let last = Atomic<UInt64>(0)

    /// Begins behind a whole day, so that what is restored has a place on a clock that has just started.
    private static func minute(_ nowMs: UInt64) -> UInt64 { nowMs / 60_000 + HealthLimits.uptimeMinutes }

    /// Notes what the minute at hand has come to so far.
    func note(_ counts: CountRing<1>.Counts, nowMs: UInt64) {
        let attempts = counts.successes + counts.failures
        if attempts < HealthLimits.minuteAttemptsMin { return }
        let minute = Self.minute(nowMs)
        forget(until: minute)
        let isUp = counts.successes * 100 >= attempts * HealthLimits.minuteSuccessPercent
        let (index, shift) = Self.place(minute)
        let wanted: UInt64 = isUp ? 3 : 1
        let word = words[index].load(ordering: .relaxed)
        if word >> shift & 3 == wanted { return }
        words[index].bitwiseOr(wanted << shift, ordering: .relaxed)
        if !isUp { words[index].bitwiseAnd(~(2 << shift), ordering: .relaxed) }
    }

    /// Takes out the minutes that a day has passed over.
    private func forget(until minute: UInt64) {
        let known = last.load(ordering: .relaxed)
        if known >= minute { return }
        guard last.compareExchange(expected: known, desired: minute, ordering: .relaxed).exchanged else { return }
        let first = max(known + 1, minute > HealthLimits.uptimeMinutes ? minute - HealthLimits.uptimeMinutes + 1 : 1)
        if first > minute { return }
        for passed in first...minute { clear(passed) }
    }

    private func clear(_ minute: UInt64) {
        let (index, shift) = Self.place(minute)
        words[index].bitwiseAnd(~(3 << shift), ordering: .relaxed)
    }

    private static func place(_ minute: UInt64) -> (index: Int, shift: UInt64) {
        let slot = minute % HealthLimits.uptimeMinutes
        return (Int(slot / 32), slot % 32 * 2)
    }

    /// The share of minutes that were up, in percent, among those of the last `minutes` that count; nil without any.
    func percent(minutes: UInt64, nowMs: UInt64) -> Double? {
        let now = Self.minute(nowMs)
        let known = last.load(ordering: .relaxed)
        var (counted, up) = (0, 0)
        for age in 0..<min(minutes, HealthLimits.uptimeMinutes) {
            let minute = now - age
            // What lies behind the last noted minute is from a day before.
            if minute > known { continue }
            let (index, shift) = Self.place(minute)
            let bits = words[index].load(ordering: .relaxed) >> shift & 3
            counted += Int(bits & 1)
            up += Int(bits >> 1)
        }
        return counted == 0 ? nil : 100 * Double(up) / Double(counted)
    }

    // MARK: Across restarts

    /// Minutes that count, newest first, by their age: two bits each.
    func saved(nowMs: UInt64) -> [(age: UInt64, bits: UInt64)] {
        let now = Self.minute(nowMs)
        let known = last.load(ordering: .relaxed)
        var saved: [(age: UInt64, bits: UInt64)] = []
        for age in 0..<HealthLimits.uptimeMinutes where now - age <= known {
            let (index, shift) = Self.place(now - age)
            let bits = words[index].load(ordering: .relaxed) >> shift & 3
            if bits != 0 { saved.append((age, bits)) }
        }
        return saved
    }

    func restore(age: UInt64, bits: UInt64, nowMs: UInt64) {
        let now = Self.minute(nowMs)
        guard age < HealthLimits.uptimeMinutes else { return }
        forget(until: now)
        let (index, shift) = Self.place(now - age)
        words[index].bitwiseOr((bits & 3) << shift, ordering: .relaxed)
    }
}
