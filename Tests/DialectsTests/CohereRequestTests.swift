import Buffers
import Completions
import Foundation
import Testing

@testable import Dialects

/// Requests for Cohere, one golden file per theme: the body, and what had to be left out.
@Suite struct CohereRequestTests {
    static let target = TranslationTarget(
        model: "command-a-03-2025", isStream: true, maxOutputTokens: 8_000,
        abilities: [.sampling, .reasoning, .forcedTools, .jsonSchema, .mediaByURL])

    @Test(arguments: Fixture.all("cohere/requests"))
    func writesEachTheme(_ fixture: Fixture) throws {
        let request = try #require(CohereThemes.requests[fixture.name], "no request for this golden file")
        var translation = Translation()
        let body = try tree { translation = try CohereRequestWriter.write(request, for: Self.target, into: &$0) }
        #expect(body == (try JSON(fixture.text("body"))))
        #expect(translation.dropped == fixture.lines("dropped"))
    }

    @Test func everyThemeHasItsFile() {
        #expect(Set(CohereThemes.requests.keys) == Set(Fixture.all("cohere/requests").map(\.name)))
    }

    @Test(arguments: [
        MessageItem.audio(MediaItem(.base64("UklG"))), .video(MediaItem(.url("https://a.example/v.mp4"))),
        .file(MediaItem(.base64("JVBERi0x"))), .image(MediaItem(.fileID("file-1"))),
    ])
    func partsThatCohereDoesNotTakeAreNamed(item: MessageItem) throws {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("a")), item])]
        var out = ByteBuffer()
        out.append("before")
        let error = #expect(throws: APIError.self) {
            try CohereRequestWriter.write(request, for: Self.target, into: &out)
        }
        #expect(error?.status == 400)
        #expect(error?.param == "messages[0].content[1]")
        #expect(out.text == "before")
    }

    @Test func resultsWithImagesAreNamed() throws {
        var request = CanonicalRequest()
        let image = MessageItem.image(MediaItem(.base64("AAAA")))
        request.messages = [Message(.tool, [.toolResult(ToolResultItem(callID: "a", content: [image]))])]
        var out = ByteBuffer()
        let error = #expect(throws: APIError.self) {
            try CohereRequestWriter.write(request, for: Self.target, into: &out)
        }
        #expect(error?.param == "messages[0].content[0]")
    }

    /// What a model without abilities of its own is not asked for.
    @Test func abilitiesDecideWhatIsAskedFor() throws {
        var request = CohereThemes.requests["structured-output"]!
        request.sampling.temperature = 1
        request.sampling.topP = 1
        request.sampling.topK = 1
        request.reasoning.effort = .high
        var translation = Translation()
        let target = TranslationTarget(model: "m", isStream: false, abilities: [])
        let body = try tree { translation = try CohereRequestWriter.write(request, for: target, into: &$0) }
        #expect(body["response_format"] == (try JSON(#"{"type":"json_object"}"#)))
        #expect(body["messages"][0]["content"].text?.contains(#"{"type":"object""#) == true)
        #expect(body["temperature"] == .null)
        #expect(body["thinking"] == .null)
        #expect(translation.dropped == ["temperature", "top_p", "top_k", "response_format.json_schema", "reasoning"])
    }
}

/// The requests of the golden files, by theme.
enum CohereThemes {
    static let requests: [String: CanonicalRequest] = [
        "basic": basic, "tools": tools, "structured-output": structuredOutput,
        "structured-output-with-tools": structuredOutputWithTools, "images": images, "cache": cache,
    ]

    private static func text(_ text: String) -> MessageItem { .text(TextItem(text)) }

    private static var basic: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(.developer, [text("Be brief.")]), Message(.user, [text("Hi "), text("there")], name: "Ann"),
            Message(
                .assistant,
                [.reasoning(ReasoningItem(.text, text: "hm", format: "unknown")), text("Hello.")]),
            Message(.assistant), Message(.user, [text("Well?")]),
        ]
        request.maxTokens = 10_000
        request.sampling.temperature = 0.5
        request.sampling.topP = 1
        request.sampling.topK = 1_000
        request.sampling.frequencyPenalty = 2
        request.sampling.presencePenalty = -1
        request.sampling.seed = 7
        request.stop = ["END"]
        request.choiceCount = 2
        request.wantsLogprobs = true
        request.topLogprobs = 2
        request.reasoning.effort = .high
        request.others = [
            NamedJSON("safety_mode", RawJSON(#""STRICT""#)), NamedJSON("models", RawJSON("[]")),
            NamedJSON("raw_mode", RawJSON("true")),
        ]
        return request
    }

    private static var tools: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(.user, [text("Both?")]),
            Message(
                .assistant,
                [
                    text("I look."), .toolCall(ToolCallItem(id: "a", name: "get-x", arguments: "")),
                    .toolCall(ToolCallItem(.custom, id: "b", name: "patch", arguments: "*** \"x\"")),
                ]),
            Message(
                .tool,
                [
                    .toolResult(ToolResultItem(callID: "a", content: [text("1"), text("2")])),
                    .toolResult(ToolResultItem(callID: "b", content: [text("no file")], isError: true)),
                ]),
        ]
        request.tools = [
            Tool(name: "get-x", description: "X", parameters: RawJSON(#"{"type":"object"}"#), isStrict: true),
            Tool(.custom(format: nil), name: "patch"), Tool(name: "other"),
            Tool(.native(NativeItem(dialect: "anthropic", json: RawJSON("{}"))), name: "bash"),
        ]
        request.toolChoice = .among(["get-x", "patch"], isRequired: true)
        request.allowsParallelToolCalls = false
        request.reasoning.isEnabled = false
        return request
    }

    private static var structuredOutput: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [text("JSON")])]
        request.outputFormat = .jsonSchema(JSONSchemaFormat(name: "a", schema: RawJSON(#"{"type":"object"}"#)))
        return request
    }

    private static var structuredOutputWithTools: CanonicalRequest {
        var request = structuredOutput
        request.tools = [Tool(name: "f")]
        request.toolChoice = ToolChoice.none
        return request
    }

    private static var images: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(
                .user,
                [
                    text("Look"), .image(MediaItem(.url("https://a.example/x.png"), detail: "low")),
                    .image(MediaItem(.base64("iVBORw0KGgo="))), .file(MediaItem(.text("one"), name: "a.txt")),
                ])
        ]
        return request
    }

    private static var cache: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("Hi", cache: CacheMarker()))])]
        request.promptCacheKey = "k"
        request.user = "u"
        return request
    }
}
