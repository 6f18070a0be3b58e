/// A calendar that only counts.
struct CountedCalendar: CustomStringConvertible {
    var year = 1970
    var month = 1
    var day = 1
    /// From Monday, 0; 1970-01-01 was a Thursday.
    var weekday = 3

    var daysInMonth: Int { Self.daysInMonth(month, year) }

    /// The same calendar, so many days later.
    init(daysSince1970: Int = 0) {
        for _ in 0..<daysSince1970 { advance() }
    }

    static func daysInMonth(_ month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    mutating func advance() {
        weekday = (weekday + 1) % 7
        day += 1
        if day <= daysInMonth { return }
        day = 1
        month += 1
        if month <= 12 { return }
        month = 1
        year += 1
    }

    mutating func goBack() {
        weekday = (weekday + 6) % 7
        day -= 1
        if day >= 1 { return }
        month -= 1
        if month < 1 {
            month = 12
            year -= 1
        }
        day = daysInMonth
    }

    var description: String { "\(year)-\(month)-\(day)" }
}
