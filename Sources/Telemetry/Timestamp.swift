/// Writes RFC 3339 times in UTC with milliseconds, such as `2026-11-21T12:05:55.123Z`.
///
/// Keeps the text of the last second, because a busy loop asks for the same one thousands of times.
package struct Timestamp: Sendable {
    /// Bytes of a written time.
    package static let length = 24

    private var second = Int64.min
    private var text: InlineArray<24, UInt8> = .init(repeating: 0)

    package init() {}

    /// The time as bytes; `unixMs` from year 0 to 9999.
    package mutating func bytes(unixMs: Int64) -> InlineArray<24, UInt8> {
        let (second, milliseconds) = Self.divide(unixMs, 1000)
        if second != self.second { rebuild(second) }
        put(milliseconds, digits: 3, at: 20)
        return text
    }

    package static func string(unixMs: Int64) -> String {
        var timestamp = Timestamp()
        let bytes = timestamp.bytes(unixMs: unixMs)
        return String(decoding: (0..<length).map { bytes[$0] }, as: UTF8.self)
    }

    private mutating func rebuild(_ second: Int64) {
        self.second = second
        let (days, rest) = Self.divide(second, 86_400)
        let (year, month, day) = Self.civil(days: days)
        put(year, digits: 4, at: 0)
        text[4] = UInt8(ascii: "-")
        put(month, digits: 2, at: 5)
        text[7] = UInt8(ascii: "-")
        put(day, digits: 2, at: 8)
        text[10] = UInt8(ascii: "T")
        put(rest / 3600, digits: 2, at: 11)
        text[13] = UInt8(ascii: ":")
        put(rest / 60 % 60, digits: 2, at: 14)
        text[16] = UInt8(ascii: ":")
        put(rest % 60, digits: 2, at: 17)
        text[19] = UInt8(ascii: ".")
        text[23] = UInt8(ascii: "Z")
    }

    private mutating func put(_ value: Int64, digits: Int, at position: Int) {
        var rest = value
        for index in (position..<position + digits).reversed() {
            text[index] = UInt8(48 + rest % 10)
            rest /= 10
        }
    }

    /// Division that rounds down, for times before 1970.
    private static func divide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = value % divisor
        return remainder < 0 ? (value / divisor - 1, remainder + divisor) : (value / divisor, remainder)
    }

    /// Days since 1970-01-01 to a Gregorian date, by Howard Hinnant's `civil_from_days`: years begin in March, so that
    /// the leap day is the last of its year.
    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = divide(shifted, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
