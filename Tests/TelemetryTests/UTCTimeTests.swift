import Telemetry
import Testing

@Suite struct UTCTimeTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1970-01-02", 1), ("2000-02-29", 11_016), ("2026-11-21", 20_778), ("2100-03-01", 47_541),
    ])
    func readsAndWritesDays(text: String, day: Int) {
        #expect(UTCTime.day(text) == day)
        #expect(UTCTime.text(day: day) == text)
    }

    @Test func everyDayOfFourCenturiesReadsBack() {
        for day in stride(from: 0, to: 146_097, by: 7) { #expect(UTCTime.day(UTCTime.text(day: day)) == day) }
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-00-01", "2026-02-29", "2026-02-30", "2026-04-31", "2026-1-01", "26-01-01",
        "2026-01-01 ", "2026-01-0x", "1969-12-31", "2026-01-01T00:00:00Z", "+026-01-01", "2026--1-01",
    ])
    func refusesWhatIsNoDay(text: String) {
        #expect(UTCTime.day(text) == nil)
    }

    @Test(arguments: [
        ("1970-01-02", 86_400_000), ("1970-01-01T00:00:01Z", 1000), ("1970-01-01T00:00:01.5Z", 1500),
        ("1970-01-01T00:00:01.0129Z", 1012), ("1970-01-01t01:00:00+01:00", 0), ("1970-01-01T00:00:00-00:30", 1_800_000),
        ("1970-01-01 00:00:00Z", 0),
    ])
    func readsMoments(text: String, milliseconds: Int64) {
        #expect(UTCTime.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "", "T", "1970-01-01T", "1970-01-01T00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:60Z", "1970-01-01T00:00:00", "1970-01-01T00:00:00+1:00", "1970-01-01T00:00:00.Z", "now",
    ])
    func refusesWhatIsNoMoment(text: String) {
        #expect(UTCTime.milliseconds(text) == nil)
    }
}
