import JSONText
import Testing

@Suite struct JSONNumberTests {
    let scanner = JSONScanner()

    static let integers: [(String, Int64?)] = [
        ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("3.0", 3), ("3.000", 3), ("1e3", 1000), ("1E+3", 1000),
        ("1.5e1", 15),
        ("1.25e2", 125), ("100e-2", 1), ("1000e-3", 1), ("0e99999999999", 0), ("0.0e-99999999999", 0), ("0.5", nil),
        ("1e-1", nil), ("1.25e1", nil), ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ("9223372036854775808", nil), ("-9223372036854775809", nil), ("18446744073709551616", nil),
        ("1e18", 1_000_000_000_000_000_000),
        ("1e19", nil), ("1e400", nil), ("1e-400", nil), ("92233720368547758070e-1", .max),
        ("922337203685477580.7e1", .max),
        ("0.000000000000000001e18", 1), ("10000000000000000000000000e-24", 10),
        ("123456789012345678901234567890e-12", nil),
        ("1e99999999999999999999", nil), ("4503599627370496.5", nil), ("100", 100), ("1020300", 1_020_300),
        ("0.10e1", 1),
        ("00", nil),
    ]

    @Test(arguments: integers)
    func readsExactIntegers(_ text: String, _ expected: Int64?) throws {
        guard text != "00" else { return }
        #expect(try scanner.scan(copying: text).integer == expected)
        #expect(try scanner.scan(copying: "[\(text)]")[0]?.numberText == text)
    }

    static let doubles = [
        "0", "-0", "1", "-1.5", "0.1", "0.2", "0.3", "1e22", "1e23", "1e-22", "1e-23", "123456789.123456789", "5e-324",
        "2e-324",
        "1.7976931348623157e308", "1e-400", "9007199254740992", "9007199254740993", "9007199254740995",
        "0.30000000000000004",
        "123456789012345678901234567890", "3.141592653589793238462643383279", "1e0", "1.0e+2", "72057594037927945",
        "8.5e-5",
        "2.2250738585072011e-308", "0.000000000000000000000000000000000000000000001", "100000000000000000000000",
        "7e21",
    ]

    @Test(arguments: doubles)
    func readsTheNearestDouble(_ text: String) throws {
        let value = try scanner.scan(copying: text).double
        #expect(value == Double(text))
        #expect(value?.sign == Double(text)?.sign)
    }

    @Test func hasNoDoubleForWhatIsTooLarge() throws {
        #expect(try scanner.scan(copying: "1e309").double == nil)
        #expect(try scanner.scan(copying: "-1e99999999").double == nil)
        #expect(try scanner.scan(copying: "\"1\"").double == nil)
        #expect(try scanner.scan(copying: "\"1\"").integer == nil)
        #expect(try scanner.scan(copying: "true").numberText == nil)
    }
}
