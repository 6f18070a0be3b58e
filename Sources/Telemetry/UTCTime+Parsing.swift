extension UTCTime {
    /// `YYYY-MM-DD` as days since 1970; nil for anything else, be it a day that no month has.
    package static func day(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            let year = number(parts[0]), let month = number(parts[1]), let day = number(parts[2]), year >= 1970,
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = days(year: year, month: month, day: day)
        let back = date(days: Int64(days))
        return back.month == month && back.day == day ? days : nil
    }

    /// The moment that `YYYY-MM-DD` begins at, or that RFC 3339 names, such as `2026-11-21T15:00:00Z`, in milliseconds
    /// since 1970; nil for anything else.
    package static func milliseconds(_ text: String) -> Int64? {
        guard let separator = text.firstIndex(where: { $0 == "T" || $0 == "t" || $0 == " " }) else {
            return day(text).map { Int64($0) * 86_400_000 }
        }
        guard let day = day(text[..<separator]),
            let (time, offset) = splitOffset(text[text.index(after: separator)...])
        else { return nil }
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 2, parts[1].utf8.count == 2, let hour = number(parts[0]),
            let minute = number(parts[1]), let milliseconds = milliseconds(seconds: parts[2]), hour < 24, minute < 60
        else { return nil }
        return (Int64(day) * 1440 + Int64(hour * 60 + minute - offset)) * 60_000 + Int64(milliseconds)
    }

    /// What RFC 3339 names in UTC, with a time of day to the second, in milliseconds since 1970; nil for anything else.
    package static func moment(_ text: String) -> Int64? {
        guard text.utf8.contains(UInt8(ascii: "T")) || text.utf8.contains(UInt8(ascii: "t")),
            ["Z", "z", "+00:00", "-00:00"].contains(where: text.hasSuffix)
        else { return nil }
        return milliseconds(text)
    }

    /// The text of a day.
    package static func text(day: Int) -> String {
        let (year, month, day) = date(days: Int64(day))
        return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    /// The inverse of `date(days:)`.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The time without its zone, and the zone in minutes.
    private static func splitOffset(_ text: Substring) -> (time: Substring, minutes: Int)? {
        if text.hasSuffix("Z") || text.hasSuffix("z") { return (text.dropLast(), 0) }
        let zone = text.suffix(6)
        guard zone.utf8.count == 6, let sign = zone.first, sign == "+" || sign == "-" else { return nil }
        let parts = zone.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 2, let hours = number(parts[0]), let minutes = number(parts[1]),
            hours < 24, minutes < 60
        else { return nil }
        return (text.dropLast(6), (hours * 60 + minutes) * (sign == "-" ? -1 : 1))
    }

    /// `SS` with an optional fraction, of which milliseconds count.
    private static func milliseconds(seconds text: Substring) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts[0].utf8.count == 2, let seconds = number(parts[0]), seconds < 60 else {
            return nil
        }
        guard parts.count == 2 else { return seconds * 1000 }
        guard (1...9).contains(parts[1].utf8.count), number(parts[1]) != nil else { return nil }
        return number((parts[1] + "000").prefix(3)).map { seconds * 1000 + $0 }
    }

    /// ASCII digits and nothing else.
    private static func number(_ text: some StringProtocol) -> Int? {
        text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
    }
}
