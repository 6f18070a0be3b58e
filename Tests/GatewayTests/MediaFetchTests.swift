import Access
import Dialects
import Gateway
import Testing

@Suite("Fetching, without a network")
struct MediaFetchTests {
    private static let here = "https://a.example/x"
    private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]

    private static func addresses(_ texts: String...) -> [IPAddress?] { texts.map { IPAddress($0) } }

    /// A fetch whose first answer is due.
    private static func asked(
        _ kind: WebMedia.Kind = .image, _ change: (inout MediaFetchSettings) -> Void = { _ in }
    ) throws -> MediaFetch {
        var settings = MediaFetchSettings()
        change(&settings)
        var fetch = MediaFetch(kind, settings)
        let url = try MediaURL(here)
        #expect(fetch.start(here) == .resolve(url))
        #expect(fetch.resolved(addresses("8.8.8.8")) == .ask(url, at: [0]))
        return fetch
    }

    @Test func aWholeOne() throws {
        var fetch = try Self.asked()
        #expect(fetch.answered(.init(status: 200, contentType: "image/png; q=1", contentLength: 11)) == .read)
        #expect(fetch.received(11) == .read)
        let bytes = Self.png
        let action = fetch.ended(bytes.span)
        #expect(action == .finish(type: "image/png"))
    }

    @Test func onlyAddressesThatAreAllowedAreConnectedTo() throws {
        let url = try MediaURL(Self.here)
        var fetch = try Self.asked()
        let mixed = Self.addresses("10.0.0.1", "8.8.8.8", "::1", "no address", "2606:4700::1")
        #expect(fetch.resolved(mixed) == .ask(url, at: [1, 4]))
        #expect(fetch.resolved(Self.addresses("127.0.0.1", "::ffff:10.0.0.1")) == .fail(.privateAddress))
        #expect(fetch.resolved([nil]) == .fail(.privateAddress))
        #expect(fetch.resolved([]) == .fail(.privateAddress))
        fetch = try Self.asked { $0.allowedPrivate = [IPNetwork("10.1.0.0/16")!, IPNetwork("::1")!] }
        #expect(fetch.resolved(Self.addresses("10.0.0.1", "10.1.0.1", "::1")) == .ask(url, at: [1, 2]))
    }

    @Test func aRedirectBeginsAnew() throws {
        var fetch = try Self.asked()
        let next = try MediaURL("https://b.example/y")
        #expect(fetch.answered(.init(status: 302, location: "//b.example/y")) == .resolve(next))
        #expect(fetch.resolved(Self.addresses("169.254.169.254")) == .fail(.privateAddress))
        #expect(fetch.resolved(Self.addresses("1.1.1.1")) == .ask(next, at: [0]))
        let last = try MediaURL("https://b.example/z")
        #expect(fetch.answered(.init(status: 307, location: "z")) == .resolve(last))
    }

    @Test func redirectsAreCounted() throws {
        var fetch = try Self.asked { $0.redirectsMax = 2 }
        let url = try MediaURL(Self.here)
        for _ in 0..<2 { #expect(fetch.answered(.init(status: 301, location: "/x")) == .resolve(url)) }
        #expect(fetch.answered(.init(status: 301, location: "/x")) == .fail(.tooManyRedirects(2)))
        fetch = try Self.asked()
        #expect(fetch.answered(.init(status: 308)) == .fail(.redirectWithoutLocation))
        #expect(fetch.answered(.init(status: 303, location: "http://a.example/x")) == .fail(.downgraded))
    }

    @Test(arguments: [201, 204, 206, 300, 304, 400, 401, 404, 500])
    func otherStatuses(status: Int) throws {
        var fetch = try Self.asked()
        #expect(fetch.answered(.init(status: status, contentType: "image/png")) == .fail(.status(status)))
    }

    @Test func sizesAreBoundBeforeAndWhileReading() throws {
        var fetch = try Self.asked { $0.bytesMax = 10 }
        let long = MediaFetch.Answer(status: 200, contentType: "image/png", contentLength: 11)
        #expect(fetch.answered(long) == .fail(.tooLarge(bytes: 10)))
        #expect(fetch.answered(.init(status: 200, contentType: "image/png")) == .read)
        #expect(fetch.received(10) == .read)
        #expect(fetch.received(11) == .fail(.tooLarge(bytes: 10)))
    }

    @Test func nothingPackedIsTaken() throws {
        var fetch = try Self.asked()
        let packed = MediaFetch.Answer(status: 200, contentType: "image/png", contentEncoding: "gzip")
        #expect(fetch.answered(packed) == .fail(.packed))
        let plain = MediaFetch.Answer(status: 200, contentType: "image/png", contentEncoding: "Identity")
        #expect(fetch.answered(plain) == .read)
    }

    @Test(arguments: [
        (WebMedia.Kind.image, "text/html"), (.image, "application/pdf"), (.image, "image/svg+xml"), (.image, ""),
        (.image, "image"), (.document, "image/png"), (.document, "text/plain"), (.document, "application/octet-stream"),
    ])
    func otherTypes(kind: WebMedia.Kind, type: String) throws {
        var fetch = try Self.asked(kind)
        #expect(fetch.answered(.init(status: 200, contentType: type)) == .fail(.wrongType(type, expected: kind)))
        #expect(fetch.answered(.init(status: 200)) == .fail(.wrongType(nil, expected: kind)))
    }

    /// What a host says, what it sends, and what that is; nil where they do not agree.
    private struct Sample: Sendable, CustomStringConvertible {
        let kind: WebMedia.Kind
        let said: String
        let bytes: [UInt8]
        let type: String?

        init(_ kind: WebMedia.Kind, _ said: String, _ head: [UInt8], _ text: String, _ type: String?) {
            self.kind = kind
            self.said = said
            bytes = head + Array(text.utf8)
            self.type = type
        }

        var description: String { "\(said), \(type ?? "other")" }
    }

    private static let box: [UInt8] = [0, 0, 0, 24]
    private static let samples: [Sample] = [
        Sample(.image, "image/jpg", [0xff, 0xd8, 0xff, 0xe0], "", "image/jpeg"),
        Sample(.image, "image/gif", [], "GIF89a..", "image/gif"),
        Sample(.image, "image/webp", [], "RIFF1234WEBPVP8 ", "image/webp"),
        Sample(.image, "image/heif", box, "ftypheic", "image/heic"),
        Sample(.image, "image/heic", box, "ftypmif1", "image/heif"),
        Sample(.document, "application/pdf", [], "%PDF-1.7", "application/pdf"),
        Sample(.image, "image/png", [0xff, 0xd8, 0xff, 0xe0], "", nil),
        Sample(.image, "image/png", [], "<svg", nil),
        Sample(.image, "image/webp", [], "RIFF1234WAVEfmt ", nil),
        Sample(.image, "image/gif", [], "", nil),
        Sample(.image, "image/png", [0x89, 0x50, 0x4e], "", nil),
        Sample(.image, "image/heic", box, "ftypavif", nil),
        Sample(.document, "application/pdf", [], "<html>", nil),
    ]

    @Test func typeAndBytesAgree() throws {
        for sample in Self.samples {
            var fetch = try Self.asked(sample.kind)
            #expect(fetch.answered(.init(status: 200, contentType: sample.said)) == .read)
            let bytes = sample.bytes
            switch fetch.ended(bytes.span) {
            case .finish(let type): #expect(type == sample.type, "\(sample)")
            case .fail(.disagreement(let said, _)): #expect(sample.type == nil && said == sample.said, "\(sample)")
            case let other: Issue.record("\(sample): \(other)")
            }
        }
    }
}
