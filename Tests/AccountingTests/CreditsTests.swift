import Accounting
import Buffers
import Testing

@Suite struct CreditsTests {
    @Test(arguments: [
        (0, "0"), (1, "0.000000001"), (1_200_000, "0.0012"), (1_000_000_000, "1"), (-1_500_000_000, "-1.5"),
        (12_345_678_901, "12.345678901"), (100_000_000, "0.1"), (-1, "-0.000000001"),
        (Int64.max, "9223372036.854775807"), (-Int64.max, "-9223372036.854775807"),
    ])
    func printsPlainDecimals(nanos: Int64, text: String) {
        #expect(Credits(nanos: nanos).description == text)
        #expect(Credits(text) == Credits(nanos: nanos))
    }

    @Test(arguments: [
        ("1e-9", 1), ("1.5E+1", 15_000_000_000), ("0.0000000005", 0), ("0.0000000015", 2), ("0.0000000025", 2),
        ("0.00000000250000000000000000000000000000000000000000000000000001", 3), ("+2", 2_000_000_000),
        (".5", 500_000_000), ("5.", 5_000_000_000), ("0e999", 0), ("1e-400", 0), ("007", 7_000_000_000),
        ("0.0000123456789", 12346), ("-0.0000000015", -2),
        ("0000000000000000000000000000000000000000000000000000000001", 1_000_000_000),
    ])
    func readsAndRoundsHalfToEven(text: String, nanos: Int64) {
        #expect(Credits(text) == Credits(nanos: nanos))
    }

    @Test(arguments: [
        "", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1,2", " 1", "1 ", "NaN", "inf", "0x10", "--1", "1e5x",
        "9223372036.854775808", "1e400", "99999999999999999999999999999999999999999999999999", "١",
        String(repeating: "1", count: 129),
    ])
    func refusesEverythingElse(text: String) {
        #expect(Credits(text) == nil)
    }

    @Test func sumsStayWithinTheRange() {
        let (most, least) = (Credits(nanos: Int64.max), Credits(nanos: Int64.min))
        let one = Credits(nanos: 1)
        #expect(most + one == most && most - (.zero - one) == most && least - one == least)
        #expect(least + (.zero - one) == least && .zero - least == most && most - one == Credits(nanos: Int64.max - 1))
        var sum = SpentAmounts(lifetime: most, monthly: one, weekly: one, daily: one)
        sum += SpentAmounts(lifetime: one, monthly: one, weekly: one, daily: one)
        #expect(sum.lifetime == most && sum.daily.nanos == 2)
    }

    @Test func appendsToABuffer() {
        var output = ByteBuffer()
        output.append("cost:")
        Credits(nanos: 42).append(to: &output)
        #expect(output.text == "cost:0.000000042")
    }
}
