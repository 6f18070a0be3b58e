import Accounting
import Testing

@Suite struct PriceConditionTests {
    /// Midnight at the start of Friday 2026-01-02, UTC.
    static let midnight: Int64 = 1_767_312_000

    /// Whether an override under `condition` applies at a clock time of Friday, `days` later.
    private func applies(_ condition: PriceCondition, _ clock: Int, days: Int = 0) throws -> Bool {
        let sheet = try PriceSheet(
            texts: [.prompt: "1", .completion: "1"],
            overrides: [.init(condition: condition, quotes: [.prompt: try PriceQuote("2")])])
        let seconds = Self.midnight + Int64(days * 86_400 + clock / 100 * 3600 + clock % 100 * 60)
        return sheet.rates(promptTokens: 1, at: seconds)[.prompt] != sheet.rates[.prompt]
    }

    @Test(arguments: [
        (30, 830, 29, false), (30, 830, 30, true), (30, 830, 829, true), (30, 830, 830, false),
        (2200, 600, 2159, false), (2200, 600, 2200, true), (2200, 600, 2359, true), (2200, 600, 0, true),
        (2200, 600, 559, true), (2200, 600, 600, false), (0, 2400, 0, true), (0, 2400, 2359, true),
        (900, 900, 900, false), (2359, 0, 2359, true), (2359, 0, 0, false),
    ])
    func windowsAreHalfOpenAndWrap(start: Int, end: Int, clock: Int, holds: Bool) throws {
        #expect(try applies(try PriceCondition(utcStart: start, utcEnd: end), clock) == holds)
    }

    @Test func daysAreThoseOfTheMoment() throws {
        let weekend = try PriceCondition(
            utcStart: 2200, utcEnd: 600, utcDays: [.init(name: "saturday")!, .init(name: "Sunday")!])
        #expect(try !applies(weekend, 2300))
        #expect(try applies(weekend, 100, days: 1))
        #expect(try applies(weekend, 2300, days: 2))
        #expect(try !applies(weekend, 100, days: 3))
    }

    @Test func everyDayHasItsName() throws {
        // Friday first.
        let names = ["friday", "saturday", "sunday", "monday", "tuesday", "wednesday", "thursday"]
        for (days, name) in names.enumerated() {
            let condition = try PriceCondition(utcDays: PriceCondition.Days(name: name)!)
            for other in 0..<7 { #expect(try applies(condition, 1200, days: other) == (other == days)) }
            #expect(try applies(condition, 1200, days: days - 7 * 3000), "also before 1970")
        }
        #expect(PriceCondition.Days(name: "fri") == nil)
    }

    @Test func allConditionsMustHold() throws {
        let condition = try PriceCondition(minPromptTokens: 1, utcStart: 0, utcEnd: 2400)
        #expect(try !applies(condition, 1200))
    }

    @Test(arguments: [
        (nil, nil, PriceError.unconditional), (1, nil, .halfWindow), (nil, 1, .halfWindow),
        (2400, 100, .badClockTime(2400)), (0, 2401, .badClockTime(2401)), (60, 100, .badClockTime(60)),
        (-1, 100, .badClockTime(-1)), (1299, 100, .badClockTime(1299)),
    ])
    func refusesWhatIsNoCondition(start: Int?, end: Int?, error: PriceError) {
        #expect(throws: error) { try PriceCondition(utcStart: start, utcEnd: end) }
    }

    @Test func showsTheClockTimesItWasGiven() throws {
        let condition = try PriceCondition(utcStart: 1030, utcEnd: 2400)
        #expect(condition.utcStart == 1030)
        #expect(condition.utcEnd == 2400)
    }

    @Test func boundsTheOverrides() throws {
        let override = PriceSheet.Override(condition: try PriceCondition(minPromptTokens: 1), quotes: [:])
        #expect(throws: PriceError.tooManyOverrides(65)) {
            try PriceSheet(texts: [:], overrides: Array(repeating: override, count: 65))
        }
    }
}
