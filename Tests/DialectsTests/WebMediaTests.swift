import Catalog
import Completions
import JSONText
import Testing

@testable import Dialects

@Suite("Media by URL")
struct WebMediaTests {
    private static let picture = "https://pictures.example/a.png"
    private static let paper = "HTTP://papers.example/b.pdf"

    private static var request: CanonicalRequest {
        var request = CanonicalRequest()
        let result = ToolResultItem(
            callID: "c", content: [.text(TextItem("seen")), .image(MediaItem(.url("http://other.example/c")))])
        request.messages = [
            Message(.system, [.text(TextItem("See https://pictures.example/text.png"))]),
            Message(
                .user,
                [
                    .text(TextItem("What is it?")), .image(MediaItem(.url(picture), detail: "low")),
                    .image(MediaItem(.base64("AA=="), mediaType: "image/png")), .image(MediaItem(.url(picture))),
                    .file(MediaItem(.url(paper), name: "b.pdf")), .video(MediaItem(.url("https://films.example/d"))),
                    .image(MediaItem(.url("https://generativelanguage.googleapis.com/v1beta/files/e"))),
                    .image(MediaItem(.url("gs://bucket/f"))), .file(MediaItem(.url("s3://bucket/g"))),
                    .file(MediaItem(.fileID("file-h"))),
                ]),
            Message(.tool, [.toolResult(result)]),
        ]
        return request
    }

    private static func target(_ abilities: TranslationTarget.Abilities = []) -> TranslationTarget {
        TranslationTarget(model: "m", isStream: false, abilities: abilities)
    }

    private static let common = [
        WebMedia.Wanted(url: picture, kind: .image, path: "messages[1].content[1]"),
        WebMedia.Wanted(url: paper, kind: .document, path: "messages[1].content[4]"),
    ]
    private static let googles = WebMedia.Wanted(
        url: "https://generativelanguage.googleapis.com/v1beta/files/e", kind: .image, path: "messages[1].content[6]")
    private static let last = WebMedia.Wanted(
        url: "http://other.example/c", kind: .image, path: "messages[2].content[0]")

    @Test func isWantedWhereTheProviderDoesNotReadIt() {
        func wanted(_ dialect: ProviderDialect, _ abilities: TranslationTarget.Abilities = []) -> [WebMedia.Wanted] {
            WebMedia.wanted(of: Self.request, in: dialect, for: Self.target(abilities))
        }
        #expect(wanted(.gemini) == Self.common + [Self.last])
        #expect(wanted(.bedrock) == Self.common + [Self.googles, Self.last])
        #expect(wanted(.vertex) == wanted(.gemini))
        #expect(wanted(.vertexAnthropic) == wanted(.bedrock))
        #expect(wanted(.anthropic, .mediaByURL).isEmpty)
        #expect(wanted(.gemini, .mediaByURL).isEmpty)
    }

    @Test func isInlinedWhereverItStands() throws {
        var request = Self.request
        let found = WebMedia.Contents(base64: "aGVsbG8=", mediaType: "image/webp")
        let urls = [Self.picture, "http://other.example/c", Self.googles.url]
        WebMedia.inline({ urls.contains($0) ? found : nil }, into: &request, in: .gemini)
        let items = request.messages[1].items
        #expect(items[1] == .image(MediaItem(.base64("aGVsbG8="), mediaType: "image/webp", detail: "low")))
        #expect(items[3] == .image(MediaItem(.base64("aGVsbG8="), mediaType: "image/webp")))
        #expect(items[4...] == Self.request.messages[1].items[4...])
        guard case .toolResult(let result) = request.messages[2].items[0] else { throw Missing() }
        #expect(result.content[1] == .image(MediaItem(.base64("aGVsbG8="), mediaType: "image/webp")))
        #expect(result.content[0] == .text(TextItem("seen")))
    }

    private struct Missing: Error {}

    @Test func isFoundInAChatRequest() throws {
        let body = #"""
            {"messages":[{"role":"system","content":"https://a.example/"},{"role":"user","content":[{"type":"text",
            "text":"https://b.example/"},{"type":"image_url","image_url":{"url":"https:\/\/c.example/1"}},
            {"type":"image_url","image_url":"http://d.example/2"},{"type":"file","file":{"file_data":"https://e.example/3"}},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}},{"type":"file","file":{"file_id":"f"}},
            {"type":"video_url","video_url":{"url":"https://g.example/4"}},{"type":"image_url"},7]}]}
            """#
        let bytes = Array(body.utf8)
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: bytes.span)
        let places = WebMedia.places(inChat: root, of: [.image, .document])
        #expect(places.map(\.wanted.url) == ["https://c.example/1", "http://d.example/2", "https://e.example/3"])
        #expect(places.map(\.wanted.path) == [1, 2, 3].map { "messages[1].content[\($0)]" })
        #expect(places.map(\.wanted.kind) == [.image, .image, .document])
        #expect(places.map(\.lacksName) == [false, false, true])
        let texts = places.map { String(decoding: bytes[$0.range], as: UTF8.self) }
        #expect(texts == [#""https:\/\/c.example/1""#, #""http://d.example/2""#, #""https://e.example/3""#])
        #expect(WebMedia.places(inChat: root, of: [.document]) == [places[2]])
        withExtendedLifetime(scanner) {}
    }
}
