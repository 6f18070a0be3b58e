/// Times on the wire: RFC 3339 in UTC with milliseconds.
package enum UTCTime {
    package static func text(ms: Int64) -> String {
        let seconds = ms / 1000
        let (year, month, day) = date(days: seconds / 86_400)
        let time = seconds % 86_400
        return "\(year)-\(two(month))-\(two(day))T\(two(Int(time / 3600))):\(two(Int(time / 60 % 60))):"
            + "\(two(Int(time % 60))).\(three(Int(ms % 1000)))Z"
    }

    /// The civil date of a day count since 1970, for years from then on (the proleptic Gregorian calendar, by eras of
    /// 400 years that begin on 1 March).
    package static func date(days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    private static func three(_ value: Int) -> String {
        value < 10 ? "00\(value)" : value < 100 ? "0\(value)" : "\(value)"
    }
}
