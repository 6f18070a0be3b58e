import Testing

@testable import Accounting

@Suite struct CacheDiscountTests {
    private func sheet() throws -> PriceSheet {
        try PriceSheet(texts: [
            .prompt: "0.000003", .completion: "0.000015", .inputCacheRead: "0.0000003", .inputCacheWrite: "0.00000375",
        ])
    }

    private func usage(cached: Int = 0, written: Int = 0) -> TokenUsage {
        var usage = TokenUsage(prompt: 1000, completion: 10)
        usage.cached = cached
        usage.cacheWrite5m = written
        return usage
    }

    @Test func readsSaveAndWritesCost() throws {
        let sheet = try sheet()
        #expect(sheet.cacheDiscount(for: usage(cached: 800), at: 0) == Credits(nanos: 800 * 2700))
        #expect(sheet.cacheDiscount(for: usage(written: 800), at: 0) == Credits(nanos: -800 * 750))
        #expect(
            sheet.cacheDiscount(for: usage(cached: 100, written: 100), at: 0) == Credits(nanos: 100 * 2700 - 100 * 750))
    }

    @Test func withoutACacheThereIsNone() throws {
        #expect(try sheet().cacheDiscount(for: usage(), at: 0) == nil)
    }

    @Test func aSheetWithoutCachePricesSavesNothing() throws {
        let sheet = try PriceSheet(texts: [.prompt: "0.000003", .completion: "0.000015"])
        #expect(sheet.cacheDiscount(for: usage(cached: 800), at: 0) == .zero)
    }
}
