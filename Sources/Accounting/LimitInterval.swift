/// The period after which a limit starts again; all in UTC.
///
/// Calendar arithmetic on Unix milliseconds, without a time zone database: days have 86,400 seconds, as Unix time says.
package enum LimitInterval: UInt8, CaseIterable, Sendable {
    /// One period for ever.
    case lifetime = 0
    /// From the first of a month, 00:00.
    case monthly = 1
    /// From Monday, 00:00.
    case weekly = 2
    /// From 00:00.
    case daily = 3

    /// When the period that contains a moment began; `Int64.min` for a lifetime.
    ///
    /// Moments outside the years 1 to 9999 are taken for the nearest inside.
    package func start(containing unixMs: Int64) -> Int64 {
        guard let days = startDay(containing: Self.day(of: unixMs)) else { return Int64.min }
        return days * Self.msPerDay
    }

    /// When that period ends, which is when the next one starts; nil for a lifetime.
    package func end(containing unixMs: Int64) -> Int64? {
        let day = Self.day(of: unixMs)
        guard let start = startDay(containing: day) else { return nil }
        switch self {
        case .lifetime: return nil
        case .daily: return (start + 1) * Self.msPerDay
        case .weekly: return (start + 7) * Self.msPerDay
        // Thirty-one days behind the first of a month is always in the month after it.
        case .monthly: return (start + 31 - Self.dayOfMonth(start + 31)) * Self.msPerDay
        }
    }

    static let msPerDay: Int64 = 86_400_000

    /// The days between 1970-01-01 and a moment, rounded down.
    static func day(of unixMs: Int64) -> Int64 {
        let bounded = max(AccountingLimits.momentMsMin, min(unixMs, AccountingLimits.momentMsMax))
        return floorDivide(bounded, msPerDay)
    }

    private func startDay(containing day: Int64) -> Int64? {
        switch self {
        case .lifetime: nil
        case .daily: day
        // 1970-01-01 was a Thursday: three days behind a Monday.
        case .weekly: Self.floorDivide(day + 3, 7) * 7 - 3
        case .monthly: day - Self.dayOfMonth(day)
        }
    }

    /// The place of a day in its month, from 0.
    ///
    /// Years are counted from March, so that a leap day is a year's last day and the months before it have fixed
    /// lengths (31, 30, 31, 30, 31 and again), which `(5 * day + 2) / 153` turns into months. See Howard Hinnant,
    /// "chrono-compatible low-level date algorithms", `civil_from_days`.
    private static func dayOfMonth(_ day: Int64) -> Int64 {
        // From 0000-03-01 on, in eras of 400 years, which all have the same length.
        let shifted = day + 719_468
        let dayOfEra = shifted - floorDivide(shifted, 146_097) * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        return dayOfYear - (153 * month + 2) / 5
    }

    private static func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
