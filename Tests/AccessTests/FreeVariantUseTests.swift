import Accounting
import Completions
import Testing

@testable import Access

@Suite struct FreeVariantUseTests {
    private let minute: Int64 = 60_000
    private let day: Int64 = 86_400_000
    private let start: Int64 = 20_000 * 86_400_000

    private func error(_ use: FreeVariantUse, atMs moment: Int64) -> APIError? {
        do throws(APIError) {
            try KeyAdmission.admitFreeVariant(use, atMs: moment)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("a/b:free", true), ("a/b", false), ("a/free", false), (":free", false), ("a/b:freed", false), ("", false),
        ("a/tree", false), ("a/b:FREE", false),
    ])
    func knowsFreeVariants(slug: String, isFree: Bool) {
        #expect(FreeVariantUse.includes(slug: slug) == isFree)
    }

    @Test func twentyAMinute() throws {
        let use = FreeVariantUse()
        for _ in 0..<20 { #expect(error(use, atMs: start) == nil) }
        let refused = try #require(error(use, atMs: start + 30_000))
        #expect(refused.status == 429)
        #expect(refused.type == .rateLimitExceeded)
        #expect(refused.message.hasPrefix("Rate limit exceeded: free-models-per-min. "))
        #expect(refused.retryAfter == 30)
        #expect(
            refused.rateLimit
                == RateLimitNotice(
                    limit: 20, remaining: 0, resetsAtMs: start + minute, source: "free-models-per-min"))
        #expect(error(use, atMs: start + minute) == nil)
    }

    @Test func fiftyADayInTheDocumentedWords() throws {
        let use = FreeVariantUse()
        for index in 0..<50 { #expect(error(use, atMs: start + Int64(index) * minute) == nil) }
        let refused = try #require(error(use, atMs: start + day - 1))
        #expect(
            refused.message
                == "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day"
        )
        #expect(refused.rateLimit?.limit == 50)
        #expect(refused.rateLimit?.resetsAtMs == start + day)
        #expect(use.usedToday(atMs: start + day - 1) == 50)
        #expect(error(use, atMs: start + day) == nil)
        #expect(use.usedToday(atMs: start + day) == 1)
    }

    @Test func aThousandADayOnceCreditsWereGranted() throws {
        let use = FreeVariantUse(granted: Credits(nanos: 9_999_999_999), usedToday: 50, atMs: start)
        #expect(!use.isFreeTier)
        #expect(error(use, atMs: start) != nil)
        use.addGrant(Credits(nanos: 1))
        #expect(use.dailyLimit == 1000)
        for index in 0..<950 { #expect(error(use, atMs: start + Int64(index / 20) * minute) == nil) }
        let refused = try #require(error(use, atMs: start + day - minute))
        #expect(refused.message.hasPrefix("Rate limit exceeded: free-models-per-day-high-balance. "))
    }

    @Test func canBeSwitchedOff() {
        let use = FreeVariantUse(.unlimited)
        for _ in 0..<2000 { #expect(error(use, atMs: start) == nil) }
        #expect(use.dailyLimit == nil)
        use.setLimits(FreeVariantLimits(perMinute: nil, perDay: 2000))
        #expect(error(use, atMs: start)?.rateLimit?.limit == 2000)
        use.setLimits(FreeVariantLimits(perMinute: 0, perDay: nil))
        #expect(error(use, atMs: start) != nil)
    }
}
