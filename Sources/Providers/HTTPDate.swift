/// Reads the dates of HTTP (RFC 9110 section 5.6.7, all three forms) and RFC 3339.
package enum HTTPDate {
    private static let months: [String] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    package static func unixSeconds(_ text: String) -> Double? {
        let words = text.lowercased().split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        let fields: (day: String, month: String, year: String, time: String)
        if words.count == 6, words[5] == "gmt" || words[5] == "utc" {
            fields = (words[1], words[2], words[3], words[4])
        } else if words.count == 5 {
            fields = (words[2], words[1], words[4], words[3])
        } else {
            return nil
        }
        guard let day = number(fields.day, in: 1...31), let month = months.firstIndex(of: fields.month),
            var year = number(fields.year, in: 0...9999), let time = clock(fields.time)
        else { return nil }
        if fields.year.count == 2 { year += year < 70 ? 2000 : 1900 }
        return Double(days(year: year, month: month + 1, day: day) * 86_400) + time
    }

    /// `2026-11-21T12:00:00Z`, with an optional fraction and any offset.
    package static func rfc3339UnixSeconds(_ text: String) -> Double? {
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == "t" || $0 == " " })
        guard parts.count == 2 else { return nil }
        let date = parts[0].split(separator: "-").map(String.init)
        guard date.count == 3, let year = number(date[0], in: 1...9999), let month = number(date[1], in: 1...12),
            let day = number(date[2], in: 1...31)
        else { return nil }
        var time = parts[1]
        var offset = 0.0
        if time.hasSuffix("Z") || time.hasSuffix("z") {
            time = time.dropLast()
        } else if let sign = time.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let away = clock(String(time[time.index(after: sign)...]) + ":00") else { return nil }
            offset = time[sign] == "+" ? away : -away
            time = time[..<sign]
        }
        guard let seconds = clock(String(time)) else { return nil }
        return Double(days(year: year, month: month, day: day) * 86_400) + seconds - offset
    }

    private static func clock(_ text: String) -> Double? {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count == 3, let hour = number(parts[0], in: 0...23), let minute = number(parts[1], in: 0...59),
            parts[2].utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true, let second = Double(parts[2]), second <= 60
        else { return nil }
        return Double(hour * 3600 + minute * 60) + second
    }

    private static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = Int(text), range.contains(value) else {
            return nil
        }
        return value
    }

    /// Days from 1970-01-01 in the Gregorian calendar (Hinnant's `days_from_civil`).
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
