import Access
import Testing

@testable import Configuration

@Suite("fetch_images")
struct FetchImagesTests {
    private func parse(_ text: String) throws(ConfigurationErrors) -> MediaFetchSettings {
        try ConfigurationParsingTests.parse(text).fetchImages
    }

    @Test func isOnByItself() throws {
        let fetch = try parse("")
        #expect(fetch == MediaFetchSettings())
        #expect(fetch.isEnabled && fetch.allowedPrivate.isEmpty)
    }

    @Test func isRead() throws {
        let fetch = try parse(
            """
            fetch_images:
              enabled: false
              max_size: 5MiB
              max_total: 8MiB
              max_count: 3
              max_redirects: 0
              timeout: 2s
              allow_private: [10.1.0.0/16, "fd00::/8"]
            """)
        var expected = MediaFetchSettings()
        expected.isEnabled = false
        expected.bytesMax = 5 << 20
        expected.totalBytesMax = 8 << 20
        expected.countMax = 3
        expected.redirectsMax = 0
        expected.timeoutMs = 2000
        expected.allowedPrivate = [IPNetwork("10.1.0.0/16")!, IPNetwork("fd00::/8")!]
        #expect(fetch == expected)
        #expect(try parse("fetch_images: {max_size: 60MiB}").totalBytesMax == 60 << 20)
    }

    @Test(arguments: [
        ("fetch_images: true", "fetch_images must be a mapping"),
        ("fetch_images: {max_bytes: 5MiB}", "unknown key \"max_bytes\" in fetch_images"),
        ("fetch_images: {max_size: 1}", "max_size must be from"),
        ("fetch_images: {max_size: 9MiB, max_total: 8MiB}", "max_size is larger than max_total"),
        ("fetch_images: {max_redirects: 21}", "max_redirects must be a whole number from 0 to 20"),
        ("fetch_images: {max_count: 0}", "max_count must be a whole number from 1 to 1000"),
        ("fetch_images: {timeout: 5}", "timeout must be a duration"),
        ("fetch_images: {allow_private: [10.0.0.1/8]}", "allow_private must be a list of IP addresses and networks"),
    ])
    func saysWhatIsWrong(text: String, message: String) {
        let error = #expect(throws: ConfigurationErrors.self) { try parse(text) }
        #expect(error?.description.contains(message) == true)
    }
}
