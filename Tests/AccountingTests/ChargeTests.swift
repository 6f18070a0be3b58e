import Accounting
import TestSupport
import Testing

/// Worked examples: each figure is written out by hand.
@Suite struct ChargeTests {
    /// 2026-01-02T03:04:05Z, a Friday.
    static let friday: Int64 = 1_767_323_045

    @Test func chargesAPlainRequest() throws {
        // gpt-4o-mini: 0.15 and 0.60 dollars per million.
        let sheet = try PriceSheet(texts: [.prompt: "0.00000015", .completion: "0.0000006"])
        let charge = sheet.charge(for: TokenUsage(prompt: 1234, completion: 567), at: Self.friday)
        #expect(charge.prompt == Credits("0.0001851"))
        #expect(charge.completion == Credits("0.0003402"))
        #expect(charge.total == Credits("0.0005253"))
    }

    @Test(arguments: [
        ("0.000001", 250, 1000), ("0", 0, 0), ("0.000000003", 0, 3), ("-1", 0, 0),
        ("1000000", 250_000_000_000_000, 1_000_000_000_000_000),
    ])
    func anotherTotalKeepsTheShares(_ total: String, _ prompt: Int64, _ whole: Int64) throws {
        let charge = Charge(total: Credits(nanos: 4), prompt: Credits(nanos: 1))
        let other = charge.sharing(try #require(Credits(exactly: total)))
        #expect(other.total.nanos == whole && other.prompt.nanos == prompt)
        #expect(Charge.none.sharing(Credits(nanos: 7)) == Charge(total: Credits(nanos: 7), prompt: .zero))
    }

    /// Cohere: 2 dollars per 1000 searches.
    @Test(arguments: [(0, 2_000_000), (1, 2_000_000), (3, 6_000_000)] as [(Int, Int64)])
    func chargesSearchesAsRequests(_ units: Int, _ nanos: Int64) throws {
        let sheet = try PriceSheet(texts: [.prompt: "0", .request: "0.002"])
        var usage = TokenUsage()
        usage.searchUnits = units
        #expect(sheet.charge(for: usage, at: Self.friday).total.nanos == nanos)
    }

    @Test func chargesCacheWritesAndReads() throws {
        // Claude Sonnet: 3 and 15 dollars per million, read 0.30, write 3.75, write for an hour 6.
        let sheet = try PriceSheet(texts: [
            .prompt: "0.000003", .completion: "0.000015", .inputCacheRead: "0.0000003",
            .inputCacheWrite: "0.00000375", .inputCacheWrite1h: "0.000006",
        ])
        var usage = TokenUsage(prompt: 10_000, completion: 200)
        usage.cached = 6000
        usage.cacheWrite5m = 2000
        usage.cacheWrite1h = 1000
        // 1000 plain = 0.003, 6000 read = 0.0018, 2000 written = 0.0075, 1000 for an hour = 0.006; 200 out = 0.003.
        let charge = sheet.charge(for: usage, at: Self.friday)
        #expect(charge.prompt == Credits("0.0183"))
        #expect(charge.total == Credits("0.0213"))
    }

    @Test func unpricedPartsCostWhatTheWholeCosts() throws {
        let sheet = try PriceSheet(texts: [.prompt: "0.000001", .completion: "0.000002"])
        var usage = TokenUsage(prompt: 1000, completion: 100)
        usage.cached = 300
        usage.cachedAudio = 50
        usage.cacheWrite5m = 100
        usage.cacheWrite1h = 100
        usage.audioPrompt = 120
        usage.imagePrompt = 200
        usage.videoPrompt = 30
        usage.reasoning = 40
        usage.audioCompletion = 20
        usage.imageCompletion = 10
        usage.images = 3
        usage.webSearches = 2
        let charge = sheet.charge(for: usage, at: Self.friday)
        #expect(charge.prompt == Credits("0.001"))
        #expect(charge.completion == Credits("0.0002"))
    }

    @Test func chargesEveryComponent() throws {
        let sheet = try PriceSheet(texts: [
            .prompt: "0.000001", .completion: "0.000002", .request: "0.01", .image: "0.002", .imageToken: "0.000003",
            .imageOutput: "0.00003", .audio: "0.000004", .audioOutput: "0.00004", .inputAudioCache: "0.0000004",
            .webSearch: "0.005", .internalReasoning: "0.000005", .inputCacheRead: "0.0000001",
        ])
        var usage = TokenUsage(prompt: 1000, completion: 100)
        usage.cached = 300
        usage.cachedAudio = 100
        usage.audioPrompt = 150
        usage.imagePrompt = 50
        usage.images = 2
        usage.webSearches = 3
        usage.reasoning = 40
        usage.audioCompletion = 20
        usage.imageCompletion = 10
        // Prompt: request 0.01; cached audio 100 = 0.00004; cached text 200 = 0.00002; audio 50 = 0.0002;
        // image 50 = 0.00015; text 600 = 0.0006; images 0.004; searches 0.015.
        // Completion: reasoning 0.0002; audio 0.0008; image 0.0003; text 30 = 0.00006.
        let charge = sheet.charge(for: usage, at: Self.friday)
        #expect(charge.prompt == Credits("0.03001"))
        #expect(charge.completion == Credits("0.00136"))
    }

    /// Gemini 2.5: 35 dollars per thousand prompts that were grounded, however many searches that took.
    @Test(arguments: [(0, "0"), (1, "0.035"), (3, "0.035")])
    func searchesThatArePaidOncePerRequest(_ searches: Int, _ cost: String) throws {
        let long = PriceSheet.Override(
            condition: try PriceCondition(minPromptTokens: 200_000), quotes: [.prompt: try PriceQuote("0")])
        let sheet = try PriceSheet(
            texts: [.prompt: "0", .completion: "0", .webSearch: "0.035"], overrides: [long], searchesOnce: true)
        let tier = try PriceSheet(texts: [.prompt: "0", .completion: "0"]).over(sheet)
        var usage = TokenUsage(prompt: 300_000, completion: 1)
        usage.webSearches = searches
        #expect(sheet.charge(for: usage, at: Self.friday).total == Credits(cost))
        #expect(tier.charge(for: usage, at: Self.friday).total == Credits(cost))
        #expect(tier.rates == sheet.rates)
        // A tier with a price of its own says itself what that is the price of.
        let own = try PriceSheet(texts: [.prompt: "0", .completion: "0", .webSearch: "0.01"]).over(sheet)
        #expect(own.charge(for: usage, at: Self.friday).total == Credits(nanos: Int64(searches) * 10_000_000))
        #expect(own.rates != sheet.rates)
    }

    @Test func aReportOfAnotherOrderIsNotNearTheListPrice() {
        let charge = Charge(total: Credits(nanos: 50), prompt: .zero)
        for nanos in [5, 49, 500] as [Int64] { #expect(charge.isNear(Credits(nanos: nanos)), "\(nanos)") }
        for nanos in [4, 0, -50, 501, .max] as [Int64] { #expect(!charge.isNear(Credits(nanos: nanos)), "\(nanos)") }
        #expect(Charge.none.isNear(.zero) && !Charge.none.isNear(Credits(nanos: 1)))
    }

    @Test func reasoningIsCompletionUnlessPriced() throws {
        var usage = TokenUsage(prompt: 0, completion: 100)
        usage.reasoning = 80
        let plain = try PriceSheet(texts: [.prompt: "0", .completion: "0.00001"])
        #expect(plain.charge(for: usage, at: 0).total == Credits("0.001"))
        let priced = try PriceSheet(texts: [.prompt: "0", .completion: "0.00001", .internalReasoning: "0.000001"])
        #expect(priced.charge(for: usage, at: 0).total == Credits("0.00028"))
        let free = try PriceSheet(texts: [.prompt: "0", .completion: "0.00001", .internalReasoning: "0"])
        #expect(free.charge(for: usage, at: 0).total == Credits("0.0002"))
    }

    @Test(arguments: [
        (200_000, "0.25", "0.00015"), (200_001, "0.5000025", "0.000225"), (0, "0", "0.00015"),
    ])
    func longPromptsHaveTheirOwnPrices(tokens: Int, prompt: String, completion: String) throws {
        // Gemini 2.5 Pro: 1.25 and 10 dollars, above 200,000 tokens 2.50 and 15.
        let override = PriceSheet.Override(
            condition: try PriceCondition(minPromptTokens: 200_000),
            quotes: [.prompt: try PriceQuote("0.0000025"), .completion: try PriceQuote("0.000015")])
        let sheet = try PriceSheet(texts: [.prompt: "0.00000125", .completion: "0.00001"], overrides: [override])
        let charge = sheet.charge(for: TokenUsage(prompt: tokens, completion: 15), at: Self.friday)
        #expect(charge.prompt == Credits(prompt))
        #expect(charge.completion == Credits(completion))
    }

    @Test func laterOverridesWinPerComponent() throws {
        let sheet = try PriceSheet(
            texts: [.prompt: "1", .completion: "1"],
            overrides: [
                .init(
                    condition: try PriceCondition(minPromptTokens: 10),
                    quotes: [.prompt: try PriceQuote("2"), .completion: try PriceQuote("2")]),
                .init(condition: try PriceCondition(minPromptTokens: 20), quotes: [.prompt: try PriceQuote("3")]),
            ])
        let rates = sheet.rates(promptTokens: 21, at: 0)
        #expect(rates[.prompt] == Price(picos: 3_000_000_000_000))
        #expect(rates[.completion] == Price(picos: 2_000_000_000_000))
        #expect(sheet.rates(promptTokens: 20, at: 0)[.prompt] == Price(picos: 2_000_000_000_000))
        #expect(sheet.rates(promptTokens: 10, at: 0)[.prompt] == Price(picos: 1_000_000_000_000))
    }

    @Test func discountsMultiply() throws {
        let sheet = try PriceSheet(
            texts: [.prompt: "0.000001", .completion: "0.000002"], discount: try Discount("0.25"))
        let charge = sheet.charge(for: TokenUsage(prompt: 1000, completion: 1000), at: 0)
        #expect(charge.prompt == Credits("0.00075"))
        #expect(charge.total == Credits("0.00225"))
        #expect(sheet.discount.description == "0.25")
    }

    @Test(arguments: [(500, 0, 0), (1500, 2, 2), (2500, 2, 2), (501, 1, 1), (999, 1, 1), (1499, 1, 1)])
    func roundsHalfToEvenOnce(picos: Int, total: Int64, prompt: Int64) throws {
        let sheet = try PriceSheet(texts: [.prompt: "1e-12", .completion: "1e-12"])
        let charge = sheet.charge(for: TokenUsage(prompt: picos, completion: 0), at: 0)
        #expect(charge.total.nanos == total)
        #expect(charge.prompt.nanos == prompt)
    }

    @Test func partsAlwaysSum() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let sheet = try PriceSheet(
                texts: [
                    .prompt: "\(Int.random(in: 0...9999, using: &generator))e-12",
                    .completion: "\(Int.random(in: 0...9999, using: &generator))e-12",
                ], discount: try Discount(Bool.random(using: &generator) ? "0" : "0.1"))
            let usage = TokenUsage(
                prompt: .random(in: 0...5000, using: &generator), completion: .random(in: 0...5000, using: &generator))
            let charge = sheet.charge(for: usage, at: 0)
            #expect(charge.prompt + charge.completion == charge.total)
            #expect(charge.prompt >= .zero && charge.completion.nanos >= -1)
        }
    }

    @Test func isExactBeyond64Bits() throws {
        let sheet = try PriceSheet(texts: [.prompt: "1000", .completion: "0.000001"])
        let charge = sheet.charge(for: TokenUsage(prompt: 9_000_000, completion: 3), at: 0)
        #expect(charge.total == Credits("9000000000.000003"))
        #expect(charge.completion == Credits("0.000003"))
    }

    @Test func saturatesInsteadOfOverflowing() throws {
        let sheet = try PriceSheet(texts: [.prompt: "1000000", .completion: "1000000"])
        let charge = sheet.charge(for: TokenUsage(prompt: .max / 2, completion: .max / 2), at: 0)
        #expect(charge.total.nanos == Int64.max)
    }

    @Test func partsBeyondTheWholeAreNotPaidFor() throws {
        let sheet = try PriceSheet(texts: [.prompt: "0.001", .completion: "0.001", .inputCacheRead: "0.0001"])
        var usage = TokenUsage(prompt: 100, completion: 10)
        usage.cached = 500
        usage.cacheWrite5m = 500
        usage.reasoning = 5000
        usage.audioPrompt = -5
        let charge = sheet.charge(for: usage, at: 0)
        #expect(charge.prompt == Credits("0.01"))
        #expect(charge.completion == Credits("0.01"))
        #expect(sheet.charge(for: TokenUsage(prompt: -5, completion: -5), at: 0).total == .zero)
    }

    @Test func remembersWhatWasWritten() throws {
        let sheet = try PriceSheet(texts: [.prompt: "1.5E-7", .completion: "0.0000000000015"])
        #expect(sheet.quote(.prompt)?.text == "1.5E-7")
        #expect(sheet.quote(.image) == nil)
        #expect(sheet.roundedComponents == [.completion])
        #expect(!sheet.isFree)
        #expect(PriceSheet.free.isFree)
        #expect(PriceSheet.free.charge(for: TokenUsage(prompt: 5, completion: 5), at: 0) == .none)
    }

    @Test(arguments: [
        (0, false, false, true), (0, true, false, false), (5, false, false, false), (5, true, true, true),
        (0, true, true, true),
    ])
    func insuresAnswersThatAreNone(tokens: Int, hasReason: Bool, isError: Bool, isCovered: Bool) {
        #expect(
            ZeroCompletionInsurance.covers(completionTokens: tokens, hasFinishReason: hasReason, endedInError: isError)
                == isCovered)
    }
}
