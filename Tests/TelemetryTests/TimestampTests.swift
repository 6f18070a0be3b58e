import Foundation
import Telemetry
import TestSupport
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (1_767_323_045_678, "2026-01-02T03:04:05.678Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func writesUTC(_ unixMs: Int64, _ expected: String) {
        #expect(Timestamp.string(unixMs: unixMs) == expected)
    }

    @Test func agreesWithFoundationAndWithItselfAcrossSeconds() {
        var generator = SeededGenerator(seed: 1)
        var timestamp = Timestamp()
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<500 {
            let unixMs = Int64.random(in: 0...4_000_000_000_000, using: &generator)
            for shifted in [unixMs, unixMs + 1, unixMs] {
                let bytes = timestamp.bytes(unixMs: shifted)
                let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
                // Foundation cuts the milliseconds out of a Double, so half a millisecond is added against rounding.
                let date = Date(timeIntervalSince1970: (Double(shifted) + 0.5) / 1000)
                #expect(text == style.format(date))
            }
        }
    }
}
