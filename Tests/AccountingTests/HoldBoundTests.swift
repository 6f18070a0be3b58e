import Accounting
import TestSupport
import Testing

@Suite struct HoldBoundTests {
    static let moment: Int64 = 1_795_275_975

    private func request(textBytes: Int, maxTokens: Int? = nil, choices: Int = 1) -> RequestSize {
        var size = RequestSize()
        size.textBytes = textBytes
        size.maxTokens = maxTokens
        size.choices = choices
        return size
    }

    private func bound(_ size: RequestSize, context: Int? = 128_000, cap: Int? = nil) -> HoldBound {
        HoldBound(size, media: .openAI, contextLength: context, completionCap: cap)
    }

    @Test func boundsThePromptByItsBytesAndParts() {
        #expect(bound(request(textBytes: 968)).promptTokens == 1000)
        var size = request(textBytes: 968)
        size.messages = 10
        size.hasTools = true
        #expect(bound(size).promptTokens == 1000 + 80 + 1024)
        size.images = 2
        #expect(bound(size).promptTokens == 2104 + 2 * 48_169)
        #expect(HoldBound(size, media: .anthropic, contextLength: nil, completionCap: nil).promptTokens == 11_672)
        size.files = 1
        #expect(bound(size).promptTokens == 128_000)
        #expect(HoldBound(size, media: .gemini, contextLength: nil, completionCap: nil).promptTokens == 276_616)
        size.audios = 1
        size.videos = 1
        #expect(
            HoldBound(size, media: .gemini, contextLength: nil, completionCap: nil).promptTokens
                == 276_616 + 115_200 + 1_080_000)
        #expect(bound(request(textBytes: -5)).promptTokens == 32)
    }

    @Test(
        arguments: [
            (100, 50, 128_000, 50), (100, 200, 128_000, 100), (nil, 200, 128_000, 200), (nil, nil, 128_000, 128_000),
            (100, nil, 128_000, 100), (300_000, nil, 128_000, 128_000), (nil, nil, nil, 131_072), (0, nil, nil, 0),
        ] as [(Int?, Int?, Int?, Int)])
    func boundsTheCompletionByTheFirstThatIsKnown(_ maxTokens: Int?, _ cap: Int?, _ context: Int?, _ expected: Int) {
        let size = request(textBytes: 10, maxTokens: maxTokens)
        #expect(bound(size, context: context, cap: cap).completionTokens == expected)
    }

    /// Inputs have the context each to itself, and nothing is completed.
    @Test func boundsARetrievalByAllOfItsInputs() throws {
        var size = request(textBytes: 99_968)
        size.isRetrieval = true
        size.requests = 3
        let bound = bound(size, context: 512, cap: 100)
        #expect(bound.promptTokens == 100_000 && bound.completionTokens == 0)
        let sheet = try PriceSheet(texts: [.prompt: "0.00000002", .completion: "1", .request: "0.002"])
        #expect(bound.credits(sheet, at: Self.moment) == Credits("0.008"))
        #expect(bound.affordableCompletionTokens(.zero, sheet, at: Self.moment) == nil)
    }

    @Test func pricesEachSideAtItsDearest() throws {
        let sheet = try PriceSheet(texts: [
            .prompt: "0.000003", .completion: "0.000015", .inputCacheRead: "0.0000003", .inputCacheWrite: "0.00000375",
            .inputCacheWrite1h: "0.000006", .request: "0.01", .webSearch: "0.005", .image: "0.002",
        ])
        var size = request(textBytes: 968, maxTokens: 100, choices: 2)
        size.searches = 3
        // 0.01 + 1,000 x 0.000006 + 3 x 0.005 + 2 x 100 x 0.000015 = 0.01 + 0.006 + 0.015 + 0.003.
        #expect(bound(size).credits(sheet, at: Self.moment) == Credits("0.034"))
        size.images = 1
        // 48,169 more at 0.000006, and 0.002.
        #expect(bound(size).credits(sheet, at: Self.moment) == Credits("0.325014"))
    }

    @Test func roundsUp() throws {
        let sheet = try PriceSheet(texts: [.prompt: "0.000000000001"])
        #expect(bound(request(textBytes: 1), cap: 0).credits(sheet, at: Self.moment) == Credits(nanos: 1))
        let discounted = try PriceSheet(texts: [.prompt: "0.000000001"], discount: try Discount("0.999999"))
        #expect(bound(request(textBytes: 1), cap: 0).credits(discounted, at: Self.moment) == Credits(nanos: 1))
        #expect(bound(request(textBytes: 1)).credits(.free, at: Self.moment) == .zero)
        let gift = try PriceSheet(texts: [.prompt: "5"], discount: try Discount("1"))
        #expect(bound(request(textBytes: 1)).credits(gift, at: Self.moment) == .zero)
        #expect(bound(request(textBytes: 1)).affordableCompletionTokens(.zero, gift, at: Self.moment) == 128_000)
    }

    @Test func promptAndCompletionShareTheContext() throws {
        let sheet = try PriceSheet(texts: [.prompt: "0.000001", .completion: "0.000002"])
        // The completion is dearer: all of the context is completion.
        #expect(bound(request(textBytes: 100_000)).credits(sheet, at: Self.moment) == Credits("0.256"))
        // The prompt is dearer: it has 100,032 tokens, the completion the other 27,968.
        let dear = try PriceSheet(texts: [.prompt: "0.000003", .completion: "0.000002"])
        #expect(bound(request(textBytes: 100_000)).credits(dear, at: Self.moment) == Credits("0.356032"))
    }

    @Test func saturatesOnAbsurdRequests() throws {
        let sheet = try PriceSheet(texts: [.prompt: "1000000", .completion: "1000000"])
        var size = request(textBytes: Int.max, maxTokens: Int.max, choices: Int.max)
        size.images = Int.max
        size.files = Int.max
        size.messages = Int.max
        size.searches = Int.max
        let absurd = HoldBound(size, media: .other, contextLength: nil, completionCap: nil)
        #expect(absurd.credits(sheet, at: Self.moment) == Credits(nanos: Int64.max))
        #expect(absurd.affordableCompletionTokens(dollars("5"), sheet, at: Self.moment) == nil)
    }

    @Test func saysHowManyTokensAreAffordable() throws {
        let sheet = try PriceSheet(texts: [.prompt: "0.000001", .completion: "0.00001"])
        let two = bound(request(textBytes: 968, maxTokens: 5000, choices: 2))
        // The prompt takes 0.001; a token of both completions 0.00002.
        #expect(two.affordableCompletionTokens(dollars("0.0009"), sheet, at: Self.moment) == nil)
        #expect(two.affordableCompletionTokens(dollars("0.001"), sheet, at: Self.moment) == 0)
        #expect(two.affordableCompletionTokens(dollars("0.00101"), sheet, at: Self.moment) == 0)
        #expect(two.affordableCompletionTokens(dollars("0.00102"), sheet, at: Self.moment) == 1)
        #expect(two.affordableCompletionTokens(dollars("0.05"), sheet, at: Self.moment) == 2450)
        #expect(two.affordableCompletionTokens(dollars("5"), sheet, at: Self.moment) == 5000)
        #expect(two.affordableCompletionTokens(dollars("-1"), sheet, at: Self.moment) == nil)
    }

    /// A cheap long context must not hide that a shorter prompt costs more.
    @Test func followsOverridesByPromptLengthAndTime() throws {
        let cheapLong = PriceSheet.Override(
            condition: try PriceCondition(minPromptTokens: 900), quotes: [.prompt: try PriceQuote("0.000001")])
        let night = PriceSheet.Override(
            condition: try PriceCondition(utcStart: 0, utcEnd: 600), quotes: [.prompt: try PriceQuote("0.000002")])
        let sheet = try PriceSheet(texts: [.prompt: "0.00001"], overrides: [cheapLong, night])
        // 15:46 UTC: 900 x 0.00001 against 1,000 x 0.000001.
        #expect(bound(request(textBytes: 968)).credits(sheet, at: Self.moment) == Credits("0.009"))
        #expect(bound(request(textBytes: 768)).credits(sheet, at: Self.moment) == Credits("0.008"))
        // 03:46 UTC: everything at 0.000002.
        #expect(bound(request(textBytes: 968)).credits(sheet, at: Self.moment - 43_200) == Credits("0.002"))
    }

    /// Whatever a provider reports within the counts of the bound costs no more than the bound.
    @Test func isNeverBelowACharge() throws {
        var random = RandomPricing(seed: 1)
        for _ in 0..<4000 {
            let sheet = try random.sheet()
            let bound = random.bound()
            let moment = Int64(random.number(2_000_000_000))
            let most = bound.credits(sheet, at: moment)
            for _ in 0..<5 {
                let usage = random.usage(within: bound)
                let charge = sheet.charge(for: usage, at: moment).total
                if charge > most { Issue.record("\(charge) is above \(most): \(usage), \(bound), \(sheet)") }
            }
        }
    }

    /// With as many tokens as are affordable the bound is within the money, and with one more it is not.
    @Test func affordableTokensFitAndOneMoreDoesNot() throws {
        var random = RandomPricing(seed: 2)
        var tight = 0
        for _ in 0..<4000 {
            let sheet = try random.sheet()
            var size = random.size()
            size.maxTokens = 1 + random.number(100_000)
            let context = 4_000_000
            let bound = HoldBound(size, media: .anthropic, contextLength: context, completionCap: nil)
            let moment = Int64(random.number(2_000_000_000))
            let money = Credits(nanos: bound.credits(sheet, at: moment).nanos / 100 * Int64(random.number(120)))
            let tokens = bound.affordableCompletionTokens(money, sheet, at: moment)
            func cost(_ tokens: Int) -> Credits {
                size.maxTokens = tokens
                return HoldBound(size, media: .anthropic, contextLength: context, completionCap: nil)
                    .credits(sheet, at: moment)
            }
            guard let tokens else {
                #expect(cost(0) > money)
                continue
            }
            #expect(cost(tokens) <= money)
            if tokens < bound.completionTokens {
                #expect(cost(tokens + 1) > money)
                tight += 1
            }
        }
        #expect(tight > 1000)
    }
}

/// Sheets, bounds and usages of every shape.
private struct RandomPricing {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func number(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }

    private mutating func quotes() throws -> [PriceComponent: PriceQuote] {
        var quotes: [PriceComponent: PriceQuote] = [:]
        for component in PriceComponent.allCases where number(3) == 0 {
            let isPerUnit = component == .request || component == .webSearch || component == .image
            let picos = number(4) == 0 ? 0 : number(isPerUnit ? 10_000_000_000 : 100_000_000)
            var digits = String(picos)
            while digits.count < 13 { digits = "0" + digits }
            quotes[component] = try PriceQuote(digits.dropLast(12) + "." + digits.suffix(12))
        }
        return quotes
    }

    mutating func sheet() throws -> PriceSheet {
        var overrides: [PriceSheet.Override] = []
        for _ in 0..<(number(2) == 0 ? 0 : number(12)) {
            let kind = number(3)
            let condition = try PriceCondition(
                minPromptTokens: kind == 0 ? nil : number(200_000), utcStart: kind == 1 ? nil : number(24) * 100,
                utcEnd: kind == 1 ? nil : number(24) * 100)
            overrides.append(PriceSheet.Override(condition: condition, quotes: try quotes()))
        }
        let discount = number(2) == 0 ? Discount.none : try Discount("0.\(100_000 + number(900_000))")
        return try PriceSheet(quotes: try quotes(), overrides: overrides, discount: discount)
    }

    mutating func size() -> RequestSize {
        var size = RequestSize()
        size.textBytes = number(2) == 0 ? number(1000) : number(300_000)
        size.messages = number(20)
        size.hasTools = number(2) == 0
        size.images = number(4)
        size.searches = number(3)
        size.choices = 1 + number(3)
        return size
    }

    mutating func bound() -> HoldBound {
        var size = size()
        size.maxTokens = number(2) == 0 ? nil : number(100_000)
        return HoldBound(
            size, media: .anthropic, contextLength: number(3) == 0 ? nil : 1 + number(400_000),
            completionCap: number(2) == 0 ? nil : number(100_000))
    }

    mutating func usage(within bound: HoldBound) -> TokenUsage {
        let prompt = number(3) == 0 ? bound.promptTokens : number(bound.promptTokens + 1)
        let most = min(bound.completionTokens, bound.contextLength - prompt) * bound.choices
        var usage = TokenUsage(prompt: prompt, completion: number(3) == 0 ? most : number(most + 1))
        if number(2) == 0 {
            usage.cached = number(prompt + 1)
            usage.cachedAudio = number(usage.cached + 1)
            usage.cacheWrite5m = number(prompt + 1)
            usage.cacheWrite1h = number(prompt + 1)
            usage.audioPrompt = number(prompt + 1)
            usage.imagePrompt = number(prompt + 1)
        }
        if number(2) == 0 {
            usage.images = number(bound.images + 1)
            usage.webSearches = number(bound.searches + 1)
            usage.reasoning = number(usage.completion + 1)
            usage.audioCompletion = number(usage.completion + 1)
            usage.imageCompletion = number(usage.completion + 1)
        }
        return usage
    }
}
