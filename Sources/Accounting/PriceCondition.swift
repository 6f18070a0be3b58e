/// When an override applies: all conditions that are set must hold.
package struct PriceCondition: Hashable, Sendable {
    /// Days of the week, UTC; bit 0 is Monday.
    package struct Days: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The names in order of their bits.
        package static let names: [StaticString] = [
            "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        ]

        package init?(name: String) {
            guard let index = Self.names.firstIndex(where: { $0.description == name.lowercased() }) else { return nil }
            rawValue = 1 << UInt8(index)
        }
    }

    /// Holds for a prompt of strictly more tokens.
    package let minPromptTokens: Int?
    /// Minutes after midnight UTC: from the first inclusive to the second exclusive, past midnight when it is smaller.
    private let window: (start: Int, end: Int)?
    /// The day on which the moment itself falls, also in the part of a window behind midnight.
    package let utcDays: Days?

    /// - Parameters:
    ///   - utcStart: a clock time as HHMM, so 930 is 09:30; needs `utcEnd`.
    ///   - utcEnd: the same, exclusive; 2400 is the end of the day.
    package init(
        minPromptTokens: Int? = nil, utcStart: Int? = nil, utcEnd: Int? = nil, utcDays: Days? = nil
    ) throws(PriceError) {
        self.minPromptTokens = minPromptTokens
        self.utcDays = utcDays
        switch (utcStart, utcEnd) {
        case (nil, nil): window = nil
        case (let start?, let end?): window = (try Self.minutes(start, last: 2359), try Self.minutes(end, last: 2400))
        default: throw .halfWindow
        }
        if minPromptTokens == nil, utcDays == nil, window == nil { throw .unconditional }
    }

    package var utcStart: Int? { window.map { $0.start / 60 * 100 + $0.start % 60 } }
    package var utcEnd: Int? { window.map { $0.end / 60 * 100 + $0.end % 60 } }

    private static func minutes(_ clock: Int, last: Int) throws(PriceError) -> Int {
        guard (0...last).contains(clock), clock % 100 < 60 else { throw .badClockTime(clock) }
        return clock / 100 * 60 + clock % 100
    }

    /// Whether all conditions hold for a prompt of so many tokens at a moment in Unix seconds.
    func holds(promptTokens: Int, at unixSeconds: Int64) -> Bool {
        if let minPromptTokens, promptTokens <= minPromptTokens { return false }
        if window == nil, utcDays == nil { return true }
        let days = Int((unixSeconds >= 0 ? unixSeconds : unixSeconds - 86_399) / 86_400)
        let minute = (Int(unixSeconds) - days * 86_400) / 60
        // 1970-01-01 was a Thursday.
        if let utcDays, utcDays.rawValue & (1 << UInt8(((days + 3) % 7 + 7) % 7)) == 0 { return false }
        guard let window else { return true }
        if window.start <= window.end { return window.start <= minute && minute < window.end }
        return minute >= window.start || minute < window.end
    }

    package static func == (left: PriceCondition, right: PriceCondition) -> Bool {
        left.minPromptTokens == right.minPromptTokens && left.utcDays == right.utcDays
            && left.window?.start == right.window?.start && left.window?.end == right.window?.end
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(minPromptTokens)
        hasher.combine(utcStart)
        hasher.combine(utcEnd)
        hasher.combine(utcDays)
    }
}
