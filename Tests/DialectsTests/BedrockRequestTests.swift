import Buffers
import Completions
import Foundation
import JSONText
import Testing

@testable import Dialects

@Suite struct BedrockRequestTests {
    static func write(_ theme: BedrockRequests.Theme) throws -> (body: String, translation: Translation) {
        var out = ByteBuffer()
        let translation = try BedrockRequestWriter.write(theme.request, for: theme.target, into: &out)
        return (out.text, translation)
    }

    /// `Tests/Fixtures/Dialects/bedrock/requests`: the body that each theme becomes, and what was left out.
    @Test(arguments: Fixture.all("bedrock/requests"))
    func writes(_ fixture: Fixture) throws {
        let theme = try #require(BedrockRequests.themes[fixture.name])
        let (body, translation) = try Self.write(theme)
        #expect(try JSON(body) == JSON(fixture.text("body")))
        #expect(translation.dropped == fixture.lines("dropped"))
        #expect(translation.answerTool == fixture.lines("answer tool").first)
        #expect(translation.wrappedTools.sorted() == fixture.lines("wrapped tools"))
        #expect(try Self.write(theme).body == body)
    }

    @Test func everyThemeHasAFile() {
        #expect(Set(Fixture.all("bedrock/requests").map(\.name)) == Set(BedrockRequests.themes.keys))
    }

    /// The provider's cache knows a conversation by its beginning.
    @Test func eachTurnBeginsWithTheLast() throws {
        var messages = [BedrockRequests.system("Be brief.")]
        var before = ""
        for turn in 0..<4 {
            messages.append(BedrockRequests.user("Question \(turn)"))
            let request = BedrockRequests.request(messages) { $0.tools = [BedrockRequests.weather] }
            let body = try Self.write(.init(request: request, target: BedrockRequests.claude)).body
            #expect(body.hasPrefix(before))
            #expect(body.hasSuffix("]}"))
            before = String(body.dropLast(2))
            messages.append(
                Message(.assistant, [BedrockRequests.call("c\(turn)", "get_weather", #"{"city":"\#(turn)"}"#)]))
            messages.append(Message(.tool, [BedrockRequests.result("c\(turn)", "Rain.")]))
        }
    }

    @Test func idsKeepToTheRules() {
        #expect(BedrockIdentifier.sent("toolu_01.a:b-c") == "toolu_01.a:b-c")
        let long = String(repeating: "x", count: 64)
        #expect(BedrockIdentifier.sent(long) == long)
        var seen: Set<String> = []
        for id in ["", "a b", "a/b", "a\u{e9}b", long + "1", long + "2", "call|fc_1"] {
            let sent = BedrockIdentifier.sent(id)
            #expect((1...64).contains(sent.utf8.count))
            #expect(sent.wholeMatch(of: /[a-zA-Z0-9_.:-]+/) != nil)
            #expect(sent == BedrockIdentifier.sent(id))
            seen.insert(sent)
        }
        #expect(seen.count == 7)
    }

    /// Each effort for each family, and what becomes of it.
    @Test(
        arguments: [
            ("us.anthropic.claude-sonnet-4-5", 4000, #"{"thinking":{"type":"enabled","budget_tokens":2000}}"#),
            ("us.anthropic.claude-sonnet-4-5", 1024, nil),
            ("us.anthropic.claude-sonnet-4-5", nil, #"{"thinking":{"type":"enabled","budget_tokens":8192}}"#),
            (
                "us.amazon.nova-2-lite-v1:0", nil,
                #"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}}"#
            ),
            ("openai.gpt-oss-120b-1:0", nil, #"{"reasoning_effort":"medium"}"#),
            ("qwen.qwen3-32b-v1:0", nil, #"{"reasoning_config":"medium"}"#),
            ("us.amazon.nova-lite-v1:0", nil, nil), ("us.meta.llama4-maverick", nil, nil),
        ] as [(String, Int?, String?)])
    func asksForThinking(model: String, maxTokens: Int?, fields: String?) throws {
        let request = BedrockRequests.request([BedrockRequests.user("Hi")]) {
            $0.maxTokens = maxTokens
            $0.reasoning.isEnabled = true
        }
        let target = TranslationTarget(model: model, isStream: false, abilities: [.reasoning, .sampling, .forcedTools])
        let (body, translation) = try Self.write(.init(request: request, target: target))
        let expected = try fields.map { try JSON($0) } ?? .null
        #expect(try JSON(body)["additionalModelRequestFields"] == expected)
        #expect(translation.dropped == (fields == nil ? ["reasoning"] : []))
    }

    /// Claude before 3.7 refuses the field, whatever it says.
    @Test(arguments: [BedrockRequests.claude, BedrockRequests.adaptive])
    func asksNoThinkingOfAClaudeThatDoesNot(target: TranslationTarget) throws {
        let request = BedrockRequests.request([BedrockRequests.user("Hi")]) { $0.reasoning.effort = .high }
        #expect(try Self.write(.init(request: request, target: target)).body.contains("\"thinking\""))
        var target = target
        target.abilities.subtract([.reasoning, .adaptiveThinking])
        let (body, translation) = try Self.write(.init(request: request, target: target))
        #expect(try JSON(body)["additionalModelRequestFields"] == .null)
        #expect(translation.dropped == ["reasoning"])
    }

    /// A model that cannot be made to call a tool has no other way to be held to an open schema.
    @Test func refusesAnOpenSchemaThatNoToolCanHold() {
        let request = BedrockRequests.request([BedrockRequests.user("Hi")]) {
            $0.outputFormat = .jsonSchema(JSONSchemaFormat(name: "x", schema: RawJSON(#"{"type":"object"}"#)))
        }
        var target = BedrockRequests.adaptive
        target.abilities.remove(.forcedTools)
        let error = #expect(throws: APIError.self) { try Self.write(.init(request: request, target: target)) }
        #expect(error?.param == "response_format" && error?.message.contains("additionalProperties") == true)
    }

    @Test func aToolThatMustBeCalledGoesBeforeThinking() throws {
        let request = BedrockRequests.request([BedrockRequests.user("Hi")]) {
            $0.tools = [BedrockRequests.weather]
            $0.toolChoice = .required
            $0.reasoning.effort = .high
        }
        let (body, translation) = try Self.write(.init(request: request, target: BedrockRequests.claude))
        #expect(try JSON(body)["toolConfig"]["toolChoice"] == JSON(#"{"any":{}}"#))
        #expect(try JSON(body)["additionalModelRequestFields"] == .null)
        #expect(translation.dropped == ["reasoning"])
    }

    @Test(
        arguments: [
            (nil, [], #"["get_weather"]"#, nil),
            (.some(ToolChoice.none), [], nil, nil),
            (.among(["get_weather", "other"], isRequired: true), [], #"["get_weather"]"#, #"{"any":{}}"#),
            (.among(["other"], isRequired: false), [], nil, nil),
            (.named("get_weather"), [], #"["get_weather"]"#, #"{"tool":{"name":"get_weather"}}"#),
        ] as [(ToolChoice?, [String], String?, String?)])
    func choosesTools(choice: ToolChoice?, dropped: [String], names: String?, written: String?) throws {
        let request = BedrockRequests.request([BedrockRequests.user("Hi")]) {
            $0.tools = [BedrockRequests.weather]
            $0.toolChoice = choice
        }
        let (body, translation) = try Self.write(.init(request: request, target: BedrockRequests.claude))
        let config = try JSON(body)["toolConfig"]
        let tools = config["tools"].elements.map { $0["toolSpec"]["name"] }
        #expect(try tools == (names.map { try JSON($0).elements } ?? []))
        #expect(try config["toolChoice"] == (written.map { try JSON($0) } ?? .null))
        #expect(translation.dropped == dropped)
    }

    /// What has no form here and may not be dropped in silence.
    @Test(arguments: [
        (MessageItem.image(MediaItem(.url("https://a.example/x.png"), mediaType: "image/png")), "data URL"),
        (.image(MediaItem(.fileID("file-1"))), "PNG"),
        (.image(MediaItem(.base64("QQ=="), mediaType: "image/tiff")), "image/tiff"),
        (.file(MediaItem(.base64("QQ=="), mediaType: "application/zip")), "application/zip"),
        (.file(MediaItem(.fileID("file-1"), mediaType: "application/pdf")), "data URL"),
        (.audio(MediaItem(.base64("QQ=="))), "unnamed"),
        (.video(MediaItem(.base64("QQ=="), mediaType: "video/x-strange")), "x-strange"),
    ])
    func refusesWhatHasNoForm(item: MessageItem, word: String) {
        let request = BedrockRequests.request([BedrockRequests.user("Hi"), Message(.user, [item])])
        let error = #expect(throws: APIError.self) {
            try Self.write(.init(request: request, target: BedrockRequests.claude))
        }
        #expect(error?.status == 400)
        #expect(error?.param == "messages[1].content")
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test func refusesABeginningThatTheModelDoesNotContinue() {
        let request = BedrockRequests.request([BedrockRequests.user("Hi"), BedrockRequests.assistant("Well,")])
        let error = #expect(throws: APIError.self) {
            try Self.write(.init(request: request, target: BedrockRequests.nova))
        }
        #expect(error?.param == "messages[1]")
    }

    @Test func refusesASchemaThatNothingCanHold() {
        let request = BedrockRequests.request([BedrockRequests.user("Hi")]) {
            $0.outputFormat = .jsonSchema(JSONSchemaFormat(name: "x", schema: RawJSON("{}")))
        }
        let target = TranslationTarget(model: "x.y", isStream: false, abilities: [])
        let error = #expect(throws: APIError.self) { try Self.write(.init(request: request, target: target)) }
        #expect(error?.param == "response_format")
    }

    @Test func namesWhatItCannotSay() throws {
        let request = BedrockRequests.request([BedrockRequests.user("Hi")]) {
            $0.sampling.minP = 0.1
            $0.sampling.seed = 1
            $0.sampling.frequencyPenalty = 1
            $0.sampling.presencePenalty = 1
            $0.sampling.logitBias = RawJSON("{}")
            $0.sampling.topP = 0.5
            $0.sampling.temperature = 0.5
            $0.wantsLogprobs = true
            $0.choiceCount = 2
            $0.verbosity = "low"
            $0.serviceTier = "scale"
            $0.outputModalities = [.text, .audio]
        }
        let translation = try Self.write(.init(request: request, target: BedrockRequests.claude)).translation
        #expect(
            Set(translation.dropped) == [
                "min_p", "seed", "frequency_penalty", "presence_penalty", "logit_bias", "top_p", "logprobs", "n",
                "verbosity", "service_tier", "modalities",
            ])
    }
}
