import Accounting
import Testing

@Suite struct PriceQuoteTests {
    @Test(arguments: [
        ("0.00000015", 150_000, false), ("1e-7", 100_000, false), ("2.5E-6", 2_500_000, false), ("0", 0, false),
        ("3", 3_000_000_000_000, false), ("1e-12", 1, false), ("0.0000000000005", 0, true),
        ("0.0000000000015", 2, true), ("0.0000000000025", 2, true), ("0.0000000000026", 3, true),
        ("0.00000000000100", 1, false), ("1000000", 1_000_000_000_000_000_000, false),
    ])
    func readsDollarsPerUnit(text: String, picos: Int64, isRounded: Bool) throws {
        let quote = try PriceQuote(text)
        #expect(quote.price == Price(picos: picos))
        #expect(quote.isRounded == isRounded)
        #expect(quote.text == text)
    }

    @Test(arguments: [
        ("", PriceError.notDecimal("")), ("free", .notDecimal("free")), ("-0.1", .negative("-0.1")),
        ("1000000.1", .tooHigh("1000000.1")), ("$1", .notDecimal("$1")), ("1e30", .notDecimal("1e30")),
    ])
    func refusesWhatIsNoPrice(text: String, error: PriceError) {
        #expect(throws: error) { try PriceQuote(text) }
    }

    @Test func everyComponentHasItsNameAndPlace() {
        for (index, component) in PriceComponent.allCases.enumerated() {
            #expect(Int(component.rawValue) == index)
            #expect(PriceComponent(name: component.name.description) == component)
        }
        #expect(PriceComponent.allCases.count == 14)
        #expect(PriceComponent(name: "input_cache_write_1h") == .inputCacheWrite1h)
        #expect(PriceComponent(name: "cache") == nil)
    }

    @Test(arguments: ["-0.1", "1.1", "0.0000001", "", "half"])
    func refusesWhatIsNoDiscount(text: String) {
        #expect(throws: PriceError.badDiscount(text)) { try Discount(text) }
    }
}
