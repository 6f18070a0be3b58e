import Testing

@testable import Providers

@Suite("Retry-After")
struct RetryAfterTests {
    /// 2027-01-15T08:00:00Z.
    static let nowMs: UInt64 = 1_800_000_000_000

    static func wait(_ headers: [String: String], body: UInt64? = nil) -> UInt64? {
        RetryAfter.milliseconds(headers: { headers["\($0)"] }, bodyDelayMs: body, nowMs: nowMs)
    }

    @Test(
        "is read in every spelling",
        arguments: [
            (["retry-after-ms": "1500"], 1500), (["retry-after-ms": "0.4"], 1), (["retry-after": "2"], 2000),
            (["retry-after": "0.25"], 250), (["retry-after": "0"], 0),
            (["x-ms-retry-after-ms": "700"], 700), (["retry-after": "12s"], 12_000),
            (["x-ratelimit-reset-tokens-minute": "3.5"], 3_500), (["ratelimit-reset": "9"], 9_000),
            (["ratelimitbysize-reset": "40"], 40_000),
            (["retry-after": "Fri, 15 Jan 2027 08:00:30 GMT"], 30_000),
            (["retry-after": "Friday, 15-Jan-27 08:00:30 GMT"], 30_000),
            (["retry-after": "Fri Jan 15 08:00:30 2027"], 30_000),
            (["retry-after": "Thu, 14 Jan 2027 08:00:30 GMT"], 0),
            (["x-ratelimit-reset-requests": "1m2.3s"], 62_300), (["x-ratelimit-reset-tokens": "120ms"], 120),
            (["x-ratelimit-reset-requests": "6s"], 6000), (["x-ratelimit-reset": "15"], 15_000),
            (["x-ratelimit-reset": "1800000007"], 7000), (["x-ratelimit-reset": "1800000007500"], 7500),
            (["anthropic-ratelimit-input-tokens-reset": "2027-01-15T08:00:03Z"], 3000),
            (["anthropic-ratelimit-output-tokens-reset": "2027-01-15T08:00:04Z"], 4000),
            (["x-ratelimit-reset-requests-day": "120"], 120_000), (["x-ratelimit-reset-req-minute": "8"], 8000),
            (["x-ratelimit-reset-tokens": "1h0m0s"], 3_600_000), (["retry-after": " 2"], nil),
            (["anthropic-ratelimit-requests-reset": "2027-01-15T08:00:09Z"], 9000),
            (["anthropic-ratelimit-tokens-reset": "2027-01-15T10:00:09.5+02:00"], 9500),
        ] as [([String: String], UInt64?)])
    func spellings(headers: [String: String], expected: UInt64?) {
        #expect(Self.wait(headers) == expected)
    }

    @Test("prefers the most exact field")
    func order() {
        #expect(Self.wait(["retry-after-ms": "1", "retry-after": "9"], body: 5) == 1)
        #expect(Self.wait(["retry-after": "9", "x-ratelimit-reset-requests": "1s"], body: 5) == 9000)
        #expect(Self.wait(["x-ratelimit-reset-requests": "1s"], body: 5) == 5)
        #expect(Self.wait(["retry-after-ms": "soon", "retry-after": "9"]) == 9000)
    }

    @Test(
        "is read from a sentence where no field names it",
        arguments: [
            ("Rate limit reached for gpt-4o. Please try again in 7.66s. Visit the docs.", 7_660),
            ("Limit 30000. Please try again in 120ms.", 120), ("Try again in 20 seconds", 20_000),
            ("please try again in 1m30s", 90_000), ("Try again in 2 minutes.", 120_000), ("Try again in a while", nil),
            ("Try again in", nil), ("", nil), ("in 5s", nil),
        ] as [(String, UInt64?)])
    func sentences(text: String, expected: UInt64?) {
        #expect(RetryAfter.milliseconds(headers: { _ in nil }, sentence: text, nowMs: Self.nowMs) == expected)
        let named = RetryAfter.milliseconds(
            headers: { "\($0)" == "retry-after" ? "3" : nil }, sentence: text, nowMs: Self.nowMs)
        #expect(named == 3_000)
    }

    @Test("takes the limit that is used up")
    func usedUp() {
        let headers = [
            "x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "1s",
            "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "40s",
        ]
        #expect(Self.wait(headers) == 40_000)
        #expect(Self.wait(["x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "40s"]) == 1000)
    }

    @Test(
        "is bounded by a day",
        arguments: [["retry-after": "99999999"], ["retry-after-ms": "9e30"], ["x-ratelimit-reset": "30d"]])
    func bounded(headers: [String: String]) {
        let wait = Self.wait(headers)
        #expect(wait == nil || wait == ProvidersLimits.retryAfterMsMax)
    }

    @Test(
        "ignores what it cannot read",
        arguments: [
            "", "soon", "-1", "1e3", "nan", "Fri, 15 Foo 2027 08:00:30 GMT", "Fri, 15 Jan 2027 28:00:30 GMT",
            "Fri, 15 Jan 2027 08:00:30 CET", "99 Jan", "0x10",
        ])
    func ignored(value: String) {
        #expect(Self.wait(["retry-after": value]) == nil)
        #expect(Self.wait([:]) == nil)
    }

    @Test(
        "durations have units",
        arguments: [
            ("1m2.3s", 62_300), ("6s", 6000), ("120ms", 120), ("1h30m", 5_400_000), ("46s", 46_000), ("1.5s", 1500),
            ("500us", 1), ("1d", 86_400_000), ("", nil), ("5", nil), ("s", nil), ("1m2", nil), ("1x", nil),
            ("1.2.3s", nil), ("-1s", nil),
        ] as [(String, UInt64?)])
    func durations(text: String, expected: UInt64?) {
        #expect(RetryAfter.duration(text) == expected)
    }
}
