import Accounting
import Testing

/// Prices that providers really ask or asked, with every figure worked out by hand. 1 $ per million tokens is 1,000,000
/// pico-dollars per token.
@Suite struct PriceExampleTests {
    /// 2026-01-02T00:00:00Z, a Friday.
    static let midnight: Int64 = 1_767_312_000

    private func expect(
        _ sheet: PriceSheet, _ usage: TokenUsage, at unixSeconds: Int64 = midnight, prompt: String, completion: String,
        total: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let charge = sheet.charge(for: usage, at: unixSeconds)
        #expect(charge.prompt == Credits(prompt), sourceLocation: sourceLocation)
        #expect(charge.completion == Credits(completion), sourceLocation: sourceLocation)
        #expect(charge.total == Credits(total), sourceLocation: sourceLocation)
    }

    @Test func gpt5WithCacheAndReasoning() throws {
        // $1.25 in, $10 out, $0.125 cached; reasoning has no price of its own.
        let sheet = try PriceSheet(texts: [
            .prompt: "0.00000125", .completion: "0.00001", .inputCacheRead: "0.000000125",
        ])
        var usage = TokenUsage(prompt: 12_345, completion: 1234)
        usage.cached = 10_240
        usage.reasoning = 832
        // 2,105 x 1,250,000 = 2,631,250,000; 10,240 x 125,000 = 1,280,000,000; 1,234 x 10,000,000 = 12,340,000,000.
        expect(sheet, usage, prompt: "0.00391125", completion: "0.01234", total: "0.01625125")
    }

    @Test func claudeOpusWithBothCacheWritesAndReads() throws {
        // $5 in, $25 out, $6.25 written for five minutes, $10 for an hour, $0.50 read.
        let sheet = try PriceSheet(texts: [
            .prompt: "0.000005", .completion: "0.000025", .inputCacheRead: "0.0000005",
            .inputCacheWrite: "0.00000625", .inputCacheWrite1h: "0.00001",
        ])
        var usage = TokenUsage(prompt: 52_117, completion: 1501)
        usage.cached = 40_960
        usage.cacheWrite5m = 8192
        usage.cacheWrite1h = 2048
        // 917 x 5,000,000 = 4,585,000,000; 40,960 x 500,000 = 20,480,000,000; 8,192 x 6,250,000 = 51,200,000,000;
        // 2,048 x 10,000,000 = 20,480,000,000; 1,501 x 25,000,000 = 37,525,000,000.
        expect(sheet, usage, prompt: "0.096745", completion: "0.037525", total: "0.13427")
    }

    /// A service tier names its own prices, and the usual ones hold for what it leaves open, long prompts included.
    @Test func aTierOverTheUsualPrices() throws {
        let threshold = try PriceCondition(minPromptTokens: 200_000)
        let usual = try PriceSheet(
            texts: [.prompt: "0.000002", .completion: "0.000012", .inputCacheRead: "0.0000002", .webSearch: "0.014"],
            overrides: [
                PriceSheet.Override(
                    condition: threshold,
                    quotes: [
                        .prompt: try PriceQuote("0.000004"), .completion: try PriceQuote("0.000018"),
                        .inputCacheRead: try PriceQuote("0.0000004"),
                    ])
            ])
        let own = PriceSheet.Override(condition: threshold, quotes: [.prompt: try PriceQuote("0.0000072")])
        let priority = try PriceSheet(texts: [.prompt: "0.0000036", .completion: "0.0000216"], overrides: [own])
        let flex = try PriceSheet(texts: [.prompt: "0.000001", .completion: "0.000006"])
        let found = { (sheet: PriceSheet, tokens: Int) in
            let rates = sheet.over(usual).rates(promptTokens: tokens, at: Self.midnight)
            return [PriceComponent.prompt, .completion, .inputCacheRead, .webSearch].map { rates[$0]?.picos }
        }
        #expect(found(priority, 1000) == [3_600_000, 21_600_000, 200_000, 14_000_000_000])
        #expect(found(priority, 200_001) == [7_200_000, 21_600_000, 400_000, 14_000_000_000])
        #expect(found(flex, 200_001) == [1_000_000, 6_000_000, 400_000, 14_000_000_000])
    }

    @Test func geminiProOnBothSidesOfItsLongContext() throws {
        // Up to 200,000 prompt tokens $1.25 and $10, cached $0.125; above it $2.50 and $15, cached $0.25.
        let long = PriceSheet.Override(
            condition: try PriceCondition(minPromptTokens: 200_000),
            quotes: [
                .prompt: try PriceQuote("0.0000025"), .completion: try PriceQuote("0.000015"),
                .inputCacheRead: try PriceQuote("0.00000025"),
            ])
        let sheet = try PriceSheet(
            texts: [.prompt: "0.00000125", .completion: "0.00001", .inputCacheRead: "0.000000125"], overrides: [long])
        // 200,000 x 1,250,000 = 250,000,000,000; 1,000 x 10,000,000 = 10,000,000,000.
        expect(
            sheet, TokenUsage(prompt: 200_000, completion: 1000), prompt: "0.25", completion: "0.01", total: "0.26")
        var usage = TokenUsage(prompt: 200_001, completion: 1000)
        usage.cached = 150_000
        usage.audioPrompt = 32_000
        // Audio has no price of its own: 50,001 x 2,500,000 = 125,002,500,000; 150,000 x 250,000 = 37,500,000,000;
        // 1,000 x 15,000,000 = 15,000,000,000.
        expect(sheet, usage, prompt: "0.1625025", completion: "0.015", total: "0.1775025")
    }

    @Test func geminiFlashWithAudioAndCachedAudio() throws {
        // $0.30 in, $1 audio in, $2.50 out, cached $0.03 and audio $0.10.
        let sheet = try PriceSheet(texts: [
            .prompt: "0.0000003", .audio: "0.000001", .completion: "0.0000025", .inputCacheRead: "0.00000003",
            .inputAudioCache: "0.0000001",
        ])
        var usage = TokenUsage(prompt: 10_000, completion: 800)
        usage.audioPrompt = 6400
        usage.cached = 2600
        usage.cachedAudio = 1600
        usage.imagePrompt = 1032
        usage.reasoning = 300
        // 1,600 x 100,000 = 160,000,000; 1,000 x 30,000 = 30,000,000; 4,800 x 1,000,000 = 4,800,000,000; the other
        // 2,600, the image's among them, x 300,000 = 780,000,000; 800 x 2,500,000 = 2,000,000,000.
        expect(sheet, usage, prompt: "0.00577", completion: "0.002", total: "0.00777")
    }

    @Test func geminiFlashThatDrawsAnImage() throws {
        // $0.30 in, $2.50 out, $30 per million tokens of images; one has 1,290.
        let sheet = try PriceSheet(texts: [
            .prompt: "0.0000003", .completion: "0.0000025", .imageOutput: "0.00003",
        ])
        var usage = TokenUsage(prompt: 300, completion: 1320)
        usage.imageCompletion = 1290
        // 300 x 300,000 = 90,000,000; 1,290 x 30,000,000 = 38,700,000,000; 30 x 2,500,000 = 75,000,000.
        expect(sheet, usage, prompt: "0.00009", completion: "0.038775", total: "0.038865")
    }

    @Test func gpt4oThatHearsAndSpeaks() throws {
        // $2.50 in, $10 out, audio $40 in and $80 out.
        let sheet = try PriceSheet(texts: [
            .prompt: "0.0000025", .completion: "0.00001", .audio: "0.00004", .audioOutput: "0.00008",
        ])
        var usage = TokenUsage(prompt: 1000, completion: 700)
        usage.audioPrompt = 600
        usage.audioCompletion = 500
        // 600 x 40,000,000 = 24,000,000,000; 400 x 2,500,000 = 1,000,000,000; 500 x 80,000,000 = 40,000,000,000;
        // 200 x 10,000,000 = 2,000,000,000.
        expect(sheet, usage, prompt: "0.025", completion: "0.042", total: "0.067")
    }

    @Test func sonarProWithItsFeePerRequest() throws {
        // $3 in, $15 out, $6 per thousand requests.
        let sheet = try PriceSheet(texts: [.prompt: "0.000003", .completion: "0.000015", .request: "0.006"])
        // 6,000,000,000 + 26 x 3,000,000 = 6,078,000,000; 832 x 15,000,000 = 12,480,000,000.
        expect(
            sheet, TokenUsage(prompt: 26, completion: 832), prompt: "0.006078", completion: "0.01248",
            total: "0.018558")
        // The fee is due even for a request without tokens.
        expect(sheet, TokenUsage(), prompt: "0.006", completion: "0", total: "0.006")
    }

    @Test func sonarDeepResearchWithSearchesAndPricedReasoning() throws {
        // $2 in, $8 out, $3 reasoning, $5 per thousand searches.
        let sheet = try PriceSheet(texts: [
            .prompt: "0.000002", .completion: "0.000008", .internalReasoning: "0.000003", .webSearch: "0.005",
        ])
        var usage = TokenUsage(prompt: 14, completion: 85_392)
        usage.reasoning = 73_997
        usage.webSearches = 28
        // 14 x 2,000,000 = 28,000,000; 28 x 5,000,000,000 = 140,000,000,000; 73,997 x 3,000,000 = 221,991,000,000;
        // 11,395 x 8,000,000 = 91,160,000,000.
        expect(sheet, usage, prompt: "0.140028", completion: "0.313151", total: "0.453179")
    }

    /// DeepSeek's nights: half the price from 16:30 to 00:30 UTC.
    @Test(
        arguments: [
            // Seconds behind midnight: 16:29:59, 16:30, 23:59:59, and on the next day 00:29:59 and 00:30.
            (59_399, "0.00046587", "0.0005687", "0.00103457"),
            (59_400, "0.000232935", "0.00028435", "0.000517285"),
            (86_399, "0.000232935", "0.00028435", "0.000517285"),
            (88_199, "0.000232935", "0.00028435", "0.000517285"),
            (88_200, "0.00046587", "0.0005687", "0.00103457"),
        ] as [(Int64, String, String, String)])
    func deepSeekByDayAndByNight(_ second: Int64, _ prompt: String, _ completion: String, _ total: String) throws {
        // $0.27 in, $1.10 out, $0.07 cached.
        let night = PriceSheet.Override(
            condition: try PriceCondition(utcStart: 1630, utcEnd: 30),
            quotes: [
                .prompt: try PriceQuote("0.000000135"), .completion: try PriceQuote("0.00000055"),
                .inputCacheRead: try PriceQuote("0.000000035"),
            ])
        let sheet = try PriceSheet(
            texts: [.prompt: "0.00000027", .completion: "0.0000011", .inputCacheRead: "0.00000007"], overrides: [night])
        var usage = TokenUsage(prompt: 4001, completion: 517)
        usage.cached = 3072
        // By day 929 x 270,000 = 250,830,000; 3,072 x 70,000 = 215,040,000; 517 x 1,100,000 = 568,700,000.
        expect(
            sheet, usage, at: Self.midnight + second, prompt: prompt, completion: completion, total: total)
    }

    @Test func gpt5MiniWithADiscountOfAThird() throws {
        // $0.25 in, $2 out, 33.3333 % off.
        let sheet = try PriceSheet(
            texts: [.prompt: "0.00000025", .completion: "0.000002"], discount: try Discount("0.333333"))
        // 1,001 x 250,000 x 0.666667 = 166,833,416.75 pico-dollars; 77 x 2,000,000 x 0.666667 = 102,666,718; together
        // 269,500,134.75, which is 269,500 nano-dollars, of which the prompt has 166,833.
        expect(
            sheet, TokenUsage(prompt: 1001, completion: 77), prompt: "0.000166833", completion: "0.000102667",
            total: "0.0002695")
    }

    /// $0.0375 per million is 37,500 pico-dollars: odd counts of tokens end in half a nano-dollar.
    @Test(arguments: [(1, 38), (2, 75), (3, 112), (5, 188), (7, 262), (1001, 37_538)] as [(Int, Int64)])
    func geminiFlash8BToHalfANanoDollar(_ tokens: Int, _ nanos: Int64) throws {
        let sheet = try PriceSheet(texts: [.prompt: "0.0000000375", .completion: "0.00000015"])
        let charge = sheet.charge(for: TokenUsage(prompt: tokens, completion: 0), at: Self.midnight)
        #expect(charge.total == Credits(nanos: nanos))
    }

    @Test func imagesAtAPriceEach() throws {
        // $0.001238 per image beside $0.30 in, $1.20 out.
        let sheet = try PriceSheet(texts: [.prompt: "0.0000003", .completion: "0.0000012", .image: "0.001238"])
        var usage = TokenUsage(prompt: 500, completion: 250)
        usage.images = 3
        // 500 x 300,000 = 150,000,000; 3 x 1,238,000,000 = 3,714,000,000; 250 x 1,200,000 = 300,000,000.
        expect(sheet, usage, prompt: "0.003864", completion: "0.0003", total: "0.004164")
    }
}
