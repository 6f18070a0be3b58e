import Testing

@testable import Configuration

@Suite("Durations and sizes")
struct QuantityTextTests {
    @Test(
        "durations need a unit",
        arguments: [
            ("300ms", 300), ("10s", 10_000), ("5m", 300_000), ("1h", 3_600_000), ("30d", 2_592_000_000),
            ("1.5s", 1500), ("0s", 0), ("10", nil), ("s", nil), ("-1s", nil), ("1e3s", nil), ("1.2.3s", nil),
            ("0.5ms", nil), ("10 s", nil), ("", nil), ("10x", nil), ("99999999999999999999s", nil),
        ] as [(String, UInt64?)])
    func durations(text: String, expected: UInt64?) {
        #expect(QuantityText.milliseconds(text) == expected)
    }

    @Test(
        "sizes are bytes, units or a share",
        arguments: [
            ("512", 512), ("32KiB", 32 << 10), ("64MiB", 64 << 20), ("1GiB", 1 << 30), ("10GB", 10_000_000_000),
            ("5B", 5), ("1.5KiB", 1536), ("25%", 250), ("0%", 0), ("100%", 1000), ("101%", nil), ("-1", nil),
            ("KiB", nil), ("1 MiB", nil), ("1kib", nil), ("", nil), ("%", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func sizes(text: String, expected: Int?) {
        #expect(QuantityText.bytes(text, of: 1000) == expected)
    }

    @Test(
        "addresses name an IP and a port",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1:8080"), ("0.0.0.0:0", "0.0.0.0:0"), ("[::1]:80", "[::1]:80"),
            ("localhost:1", "127.0.0.1:1"), (":8080", "0.0.0.0:8080"), ("8080", nil), ("127.0.0.1", nil),
            ("127.0.0.1:", nil), ("127.0.0.1:65536", nil), ("host.example:80", nil), ("1.2.3:80", nil),
            ("1.2.3.256:80", nil), ("::1:80", nil), ("[zz]:80", nil), ("127.0.0.1:-1", nil), ("", nil),
        ] as [(String, String?)])
    func addresses(text: String, expected: String?) {
        #expect(ListenAddress(text)?.description == expected)
    }
}
