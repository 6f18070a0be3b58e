import Accounting
import TestSupport
import Testing

@Suite struct LimitIntervalTests {
    @Test(arguments: [
        // 2026-11-21T15:46:15Z, a Saturday: its day, its Monday the 16th, the 1st.
        (LimitInterval.daily, 1_795_275_975_000, 1_795_219_200_000, 1_795_305_600_000),
        (.weekly, 1_795_275_975_000, 1_794_787_200_000, 1_795_392_000_000),
        (.monthly, 1_795_275_975_000, 1_793_491_200_000, 1_796_083_200_000),
        // The first and the last millisecond of a Monday that is the first of a month: 2026-06-01.
        (.daily, 1_780_272_000_000, 1_780_272_000_000, 1_780_358_400_000),
        (.weekly, 1_780_272_000_000, 1_780_272_000_000, 1_780_876_800_000),
        (.monthly, 1_780_272_000_000, 1_780_272_000_000, 1_782_864_000_000),
        (.weekly, 1_780_271_999_999, 1_779_667_200_000, 1_780_272_000_000),
        (.monthly, 1_780_271_999_999, 1_777_593_600_000, 1_780_272_000_000),
        // 2024-02-29, a leap day; 2100-02-28, before none.
        (.monthly, 1_709_164_800_000, 1_706_745_600_000, 1_709_251_200_000),
        (.monthly, 4_107_456_000_000, 4_105_123_200_000, 4_107_542_400_000),
        // The epoch, a Thursday, and the millisecond before it.
        (.weekly, 0, -259_200_000, 345_600_000),
        (.monthly, -1, -2_678_400_000, 0),
        (.daily, -1, -86_400_000, 0),
    ])
    func knowsTheCalendar(_ interval: LimitInterval, _ moment: Int64, _ start: Int64, _ end: Int64) {
        #expect(interval.start(containing: moment) == start)
        #expect(interval.end(containing: moment) == end)
    }

    @Test(arguments: [Int64.min, -1, 0, 1_795_275_975_000, Int64.max])
    func lifetimeIsOnePeriodForEver(_ moment: Int64) {
        #expect(LimitInterval.lifetime.start(containing: moment) == Int64.min)
        #expect(LimitInterval.lifetime.end(containing: moment) == nil)
    }

    /// Counts days one by one with the table of month lengths, from 1970 forward and backward.
    @Test func agreesWithCountingDaysForTwoHundredYears() {
        var calendar = CountedCalendar()
        for day in Int64(0)..<110_000 {
            check(day, calendar)
            calendar.advance()
        }
        calendar = CountedCalendar()
        for day in stride(from: Int64(0), to: -32_000, by: -1) {
            check(day, calendar)
            calendar.goBack()
        }
    }

    private func check(_ day: Int64, _ calendar: CountedCalendar) {
        let start = day * 86_400_000
        let weekStart = start - Int64(calendar.weekday) * 86_400_000
        let monthStart = start - Int64(calendar.day - 1) * 86_400_000
        let monthEnd = monthStart + Int64(calendar.daysInMonth) * 86_400_000
        for moment in [start, start + 86_399_999] {
            let isRight =
                LimitInterval.daily.start(containing: moment) == start
                && LimitInterval.daily.end(containing: moment) == start + 86_400_000
                && LimitInterval.weekly.start(containing: moment) == weekStart
                && LimitInterval.weekly.end(containing: moment) == weekStart + 604_800_000
                && LimitInterval.monthly.start(containing: moment) == monthStart
                && LimitInterval.monthly.end(containing: moment) == monthEnd
            if !isRight { Issue.record("wrong on \(calendar) at \(moment)") }
        }
    }

    @Test(arguments: LimitInterval.allCases)
    func periodsFollowEachOtherWithoutGap(_ interval: LimitInterval) {
        var generator = SeededGenerator(seed: 20)
        for _ in 0..<2000 {
            let moment = Int64.random(in: -60_000_000_000_000...250_000_000_000_000, using: &generator)
            let start = interval.start(containing: moment)
            #expect(start <= moment)
            #expect(interval.start(containing: start) == start)
            guard let end = interval.end(containing: moment) else { continue }
            #expect(end > moment)
            #expect(interval.start(containing: end) == end)
            #expect(interval.end(containing: end - 1) == end)
        }
    }

    @Test(arguments: LimitInterval.allCases)
    func staysInsideTheYearsThatItKnows(_ interval: LimitInterval) {
        let first = Int64(-62_135_596_800_000)
        let last = Int64(253_402_300_799_999)
        #expect(interval.start(containing: Int64.min) == interval.start(containing: first))
        #expect(interval.start(containing: Int64.max) == interval.start(containing: last))
        #expect(interval.end(containing: Int64.max) == interval.end(containing: last))
    }
}
