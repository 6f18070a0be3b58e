import Buffers
import Completions
import Foundation
import JSONText
import Testing

@testable import Dialects

/// Requests for Gemini, one golden file per theme: the body, and what had to be left out.
@Suite struct GeminiRequestTests {
    static let third = TranslationTarget(
        model: "gemini-3-pro-preview", isStream: false, maxOutputTokens: 65_536,
        abilities: [.sampling, .reasoning, .adaptiveThinking, .toolCallIDs, .forcedTools, .jsonSchema])
    static let second = TranslationTarget(
        model: "gemini-2.5-flash", isStream: true, maxOutputTokens: 65_536,
        abilities: [.sampling, .reasoning, .forcedTools, .jsonSchema])
    static let vertex = TranslationTarget(
        model: "gemini-2.5-flash", platform: .vertex, isStream: true,
        abilities: [.sampling, .forcedTools, .jsonSchema, .mediaByURL])

    static let targets = ["third": third, "second": second, "vertex": vertex]

    @Test(arguments: Fixture.all("gemini/requests"))
    func writesEachTheme(_ fixture: Fixture) throws {
        let request = try #require(GeminiThemes.requests[fixture.name], "no request for this golden file")
        let target = try #require(Self.targets[fixture.text("target")])
        var translation = Translation()
        let body = try tree { translation = try GeminiRequestWriter.write(request, for: target, into: &$0) }
        #expect(body == (try JSON(fixture.text("body"))))
        #expect(translation.dropped == fixture.lines("dropped"))
    }

    @Test func everyThemeHasItsFile() {
        #expect(Set(GeminiThemes.requests.keys) == Set(Fixture.all("gemini/requests").map(\.name)))
    }

    @Test func theBodyOfATurnBeginsThatOfTheNext() throws {
        var request = GeminiThemes.requests["reasoning-with-tools"]!
        let whole = try text(request)
        request.messages.removeLast()
        let before = try text(request)
        // A turn of the user's goes on, so all but the closing brackets must agree.
        #expect(whole.hasPrefix(before.dropLast(4)))
        #expect(try text(request) == before)
    }

    private func text(_ request: CanonicalRequest) throws -> String {
        var out = ByteBuffer()
        _ = try GeminiRequestWriter.write(request, for: Self.third, into: &out)
        return out.text
    }

    @Test(arguments: [
        (MessageItem.image(MediaItem(.url("https://a.example/x.png"))), "URL"),
        (.image(MediaItem(.url("gs://bucket/x.png"))), "URL"),
        (.file(MediaItem(.fileID("file-abc"))), "another provider"),
    ])
    func mediaThatGeminiCannotReadIsNamed(item: MessageItem, why: String) throws {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("a"))]), Message(.user, [.text(TextItem("b")), item])]
        var out = ByteBuffer()
        out.append("before")
        let error = #expect(throws: APIError.self) {
            try GeminiRequestWriter.write(request, for: Self.second, into: &out)
        }
        #expect(error?.status == 400)
        #expect(error?.param == "messages[1].content[1]")
        #expect(error?.message.contains(why) == true)
        #expect(out.text == "before")
    }

    @Test func systemMessagesAreText() throws {
        var request = CanonicalRequest()
        request.messages = [Message(.system, [.image(MediaItem(.base64("iVBORw0KGgo=")))])]
        var out = ByteBuffer()
        let error = #expect(throws: APIError.self) {
            try GeminiRequestWriter.write(request, for: Self.second, into: &out)
        }
        #expect(error?.param == "messages[0].content[0]")
    }

    /// Effort or budget, the limit, and what is asked of a model that thinks by budget and of one by level.
    @Test(arguments: wishes)
    func thinkingIsABudgetOrALevel(wish: Thinking, limit: Int?, budget: String, level: String?) throws {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("a"))])]
        request.maxTokens = limit
        request.reasoning = wish.preferences
        let second = try tree { _ = try GeminiRequestWriter.write(request, for: Self.second, into: &$0) }
        #expect(second["generationConfig"]["thinkingConfig"] == (try JSON(budget)))
        let third = try tree { _ = try GeminiRequestWriter.write(request, for: Self.third, into: &$0) }
        let config = third["generationConfig"]["thinkingConfig"]
        #expect(config["thinkingLevel"].text == level)
        #expect((config["thinkingBudget"] == .null) == (level != nil))
    }

    private static let wishes: [(Thinking, Int?, String, String?)] = [
        (Thinking(effort: .high), 10_000, #"{"includeThoughts":true,"thinkingBudget":8000}"#, "HIGH"),
        (Thinking(effort: .xhigh), 10_000, #"{"includeThoughts":true,"thinkingBudget":9500}"#, "HIGH"),
        (Thinking(effort: .medium), nil, #"{"includeThoughts":true,"thinkingBudget":24576}"#, "MEDIUM"),
        (Thinking(effort: .low), 100_000, #"{"includeThoughts":true,"thinkingBudget":13107}"#, "LOW"),
        (Thinking(effort: .minimal), 2_000, #"{"includeThoughts":true,"thinkingBudget":1024}"#, "MINIMAL"),
        (Thinking(effort: .minimal), 1_000, #"{"includeThoughts":true,"thinkingBudget":999}"#, "MINIMAL"),
        (Thinking(effort: .minimal), 100, #"{"includeThoughts":true}"#, "MINIMAL"),
        (Thinking(isEnabled: true), 10_000, #"{"includeThoughts":true,"thinkingBudget":5000}"#, "MEDIUM"),
        (
            Thinking(effort: .low, isExcluded: true), 10_000, #"{"includeThoughts":false,"thinkingBudget":2000}"#,
            "LOW"
        ),
        (
            Thinking(effort: ReasoningPreferences.Effort.none), nil, #"{"includeThoughts":false,"thinkingBudget":0}"#,
            "MINIMAL"
        ),
        (Thinking(isEnabled: false), nil, #"{"includeThoughts":false,"thinkingBudget":0}"#, "MINIMAL"),
        (Thinking(maxTokens: 4_000), 10_000, #"{"includeThoughts":true,"thinkingBudget":4000}"#, nil),
        (Thinking(maxTokens: 40_000), 50_000, #"{"includeThoughts":true,"thinkingBudget":32768}"#, nil),
    ]

    struct Thinking: Sendable {
        var effort: ReasoningPreferences.Effort?
        var maxTokens: Int?
        var isExcluded = false
        var isEnabled: Bool?

        var preferences: ReasoningPreferences {
            var preferences = ReasoningPreferences()
            preferences.effort = effort
            preferences.maxTokens = maxTokens
            preferences.isExcluded = isExcluded
            preferences.isEnabled = isEnabled
            return preferences
        }
    }

    @Test(arguments: [
        (ReasoningPreferences.Effort.low, ["reasoning"]), (ReasoningPreferences.Effort.none, []),
    ])
    func aModelThatDoesNotThinkIsNotToldHow(effort: ReasoningPreferences.Effort, dropped: [String]) throws {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("a"))])]
        request.reasoning.effort = effort
        let target = TranslationTarget(model: "gemini-2.0-flash", isStream: false, abilities: [.sampling])
        var translation = Translation()
        let body = try tree { translation = try GeminiRequestWriter.write(request, for: target, into: &$0) }
        #expect(body["generationConfig"] == .object([:]))
        #expect(translation.dropped == dropped)
    }

    @Test func aModelThatAlwaysThinksIsKeptToTheLeastAndThatIsSaid() throws {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("a"))])]
        request.reasoning.effort = ReasoningPreferences.Effort.none
        for (target, least) in [
            (Self.second, #"{"includeThoughts":false,"thinkingBudget":128}"#),
            (Self.third, #"{"includeThoughts":false,"thinkingLevel":"LOW"}"#),
        ] {
            var target = target
            target.abilities.insert(.alwaysThinks)
            var translation = Translation()
            let body = try tree { translation = try GeminiRequestWriter.write(request, for: target, into: &$0) }
            #expect(body["generationConfig"]["thinkingConfig"] == (try JSON(least)))
            #expect(translation.dropped == ["reasoning.effort"])
        }
    }

    /// The Pro models cannot stop thinking, and some know no `MINIMAL`. Source: wire spec 6.1.
    @Test func proModelsAreAskedForTheLeastThatTheyKnow() throws {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("a"))])]
        request.reasoning.isEnabled = false
        let config = { (target: TranslationTarget) in
            try Self.body(request, target)["generationConfig"]["thinkingConfig"]
        }
        var second = Self.second
        second.model = "gemini-2.5-pro"
        #expect(try config(second)["thinkingBudget"] == .integer(128))
        var third = Self.third
        third.efforts = [.high, .medium, .low]
        #expect(try config(third)["thinkingLevel"] == .string("LOW"))
        request.reasoning.isEnabled = nil
        request.reasoning.effort = .minimal
        #expect(try config(third)["thinkingLevel"] == .string("LOW"))
        third.efforts = [.high, .minimal]
        #expect(try config(third)["thinkingLevel"] == .string("MINIMAL"))
    }

    private static func body(_ request: CanonicalRequest, _ target: TranslationTarget) throws -> JSON {
        var out = ByteBuffer()
        _ = try GeminiRequestWriter.write(request, for: target, into: &out)
        return try JSON(out.text)
    }

    @Test(arguments: [
        ("iVBORw0KGgoAAAA", "image/png"), ("/9j/4AAQ", "image/jpeg"), ("_9j_4AAQ", "image/jpeg"),
        ("R0lGODlh", "image/gif"), ("UklGRiQAAABXRUJQVlA4", "image/webp"), ("UklGRiQAAABXQVZFZm10", "audio/wav"),
        ("JVBERi0x", "application/pdf"), ("SUQzBAAA", "audio/mpeg"),
    ])
    func mediaWithoutATypeIsKnownByItsBeginning(base64: String, type: String) {
        #expect(MediaSignature.type(base64: base64) == type)
    }

    @Test func namesFollowGoogleAndComeBack() throws {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("a"))])]
        let names = ["ok.name:1-x", "_private", "9lives", "über/tool", String(repeating: "n", count: 200)]
        request.tools = names.map { Tool(name: $0) }
        var translation = Translation()
        let body = try tree { translation = try GeminiRequestWriter.write(request, for: Self.third, into: &$0) }
        let sent = body["tools"][0]["functionDeclarations"].elements.compactMap { $0["name"].text }
        #expect(
            sent == ["ok.name:1-x", "_private", "t9lives", "t__ber_tool", String(repeating: "n", count: 128)])
        #expect(sent.map { translation.names.original(of: $0) } == names)
    }
}
