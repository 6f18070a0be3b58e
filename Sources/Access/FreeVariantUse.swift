package import Accounting
import Synchronization

/// What an account may do with free variants of models (`…:free`), which cost nothing and would otherwise have no bound.
package struct FreeVariantLimits: Hashable, Sendable {
    /// Nil for no limit; so for the others.
    package var perMinute: Int?
    package var perDay: Int?
    /// Per day once the account was granted `highBalance` altogether.
    package var perDayHighBalance: Int?
    package var highBalance: Credits

    package init(
        perMinute: Int? = 20, perDay: Int? = 50, perDayHighBalance: Int? = 1000,
        highBalance: Credits = Credits(nanos: 10_000_000_000)
    ) {
        self.perMinute = perMinute
        self.perDay = perDay
        self.perDayHighBalance = perDayHighBalance
        self.highBalance = highBalance
    }

    package static let standard = FreeVariantLimits()
    package static let unlimited = FreeVariantLimits(perMinute: nil, perDay: nil, perDayHighBalance: nil)
}

/// The requests of one account for free variants, counted by all loops together without a lock. Days are those of UTC.
package final class FreeVariantUse: Sendable {
    private let minute = RateWindow(lengthMs: AccessLimits.minuteMs)
    private let day = RateWindow(lengthMs: AccessLimits.dayMs)
    /// Negative for no limit.
    private let perMinute: Atomic<Int>
    private let perDay: Atomic<Int>
    private let perDayHighBalance: Atomic<Int>
    private let highBalanceNanos: Atomic<Int64>
    private let grantedNanos: Atomic<Int64>

    /// - Parameters:
    ///   - granted: the credits that the account was ever granted.
    ///   - usedToday: requests of the day of `unixMs` that were made before.
    package init(
        _ limits: FreeVariantLimits = .standard, granted: Credits = .zero, usedToday: Int = 0, atMs unixMs: Int64 = 0
    ) {
        perMinute = Atomic(limits.perMinute ?? -1)
        perDay = Atomic(limits.perDay ?? -1)
        perDayHighBalance = Atomic(limits.perDayHighBalance ?? -1)
        highBalanceNanos = Atomic(limits.highBalance.nanos)
        grantedNanos = Atomic(granted.nanos)
        day.add(usedToday, atMs: unixMs)
    }

    /// Whether a model counts here.
    package static func includes(slug: String) -> Bool {
        let slug = slug.utf8
        guard slug.last == UInt8(ascii: "e"), slug.count > 5 else { return false }
        return slug.suffix(5).elementsEqual(":free".utf8)
    }

    /// Counts on; what was counted stays.
    package func setLimits(_ limits: FreeVariantLimits) {
        perMinute.store(limits.perMinute ?? -1, ordering: .relaxed)
        perDay.store(limits.perDay ?? -1, ordering: .relaxed)
        perDayHighBalance.store(limits.perDayHighBalance ?? -1, ordering: .relaxed)
        highBalanceNanos.store(limits.highBalance.nanos, ordering: .relaxed)
    }

    /// The account was granted credits.
    package func addGrant(_ amount: Credits) {
        grantedNanos.add(amount.nanos, ordering: .relaxed)
    }

    private var isHighBalance: Bool {
        grantedNanos.load(ordering: .relaxed) >= highBalanceNanos.load(ordering: .relaxed)
    }

    /// Whether the account was never granted credits.
    package var isFreeTier: Bool { grantedNanos.load(ordering: .relaxed) <= 0 }

    /// What a day allows now; nil for no limit.
    package var dailyLimit: Int? {
        let limit = limitOfDay(isHighBalance)
        return limit >= 0 ? limit : nil
    }

    private func limitOfDay(_ isHighBalance: Bool) -> Int {
        isHighBalance ? perDayHighBalance.load(ordering: .relaxed) : perDay.load(ordering: .relaxed)
    }

    /// What a day allows once `highBalance` was granted; nil for no limit.
    var perDayWithHighBalance: Int? {
        let limit = perDayHighBalance.load(ordering: .relaxed)
        return limit >= 0 ? limit : nil
    }

    var highBalance: Credits { Credits(nanos: highBalanceNanos.load(ordering: .relaxed)) }

    package func usedToday(atMs unixMs: Int64) -> Int { day.count(atMs: unixMs) }

    /// Takes a request, or says which rate it is above.
    package func admit(atMs unixMs: Int64) -> RateDecision {
        let isHighBalance = self.isHighBalance
        let daily = limitOfDay(isHighBalance)
        let overDay = RateDecision.refused(
            RateRefusal(
                rate: isHighBalance ? .freeModelsPerDayHighBalance : .freeModelsPerDay, limit: daily,
                resetsAtMs: day.end(atMs: unixMs)))
        if daily >= 0, day.count(atMs: unixMs) >= daily { return overDay }
        let limit = perMinute.load(ordering: .relaxed)
        if limit >= 0, !minute.take(limit: limit, atMs: unixMs) {
            return .refused(
                RateRefusal(rate: .freeModelsPerMinute, limit: limit, resetsAtMs: minute.end(atMs: unixMs)))
        }
        if daily >= 0 { return day.take(limit: daily, atMs: unixMs) ? .admitted : overDay }
        day.add(1, atMs: unixMs)
        return .admitted
    }
}
