import Completions

@testable import Dialects

/// One request per theme, in no dialect, and what it is written for.
enum BedrockRequests {
    static let claude = TranslationTarget(
        model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0", isStream: true, maxOutputTokens: 64_000,
        abilities: [.reasoning, .sampling, .prefill, .forcedTools, .jsonSchema])
    static let adaptive = TranslationTarget(
        model: "global.anthropic.claude-opus-5-v1:0", isStream: true, maxOutputTokens: 128_000,
        abilities: [.reasoning, .adaptiveThinking, .forcedTools, .jsonSchema, .systemAnywhere])
    static let nova = TranslationTarget(
        model: "us.amazon.nova-lite-v1:0", isStream: false, maxOutputTokens: 5000, abilities: [.sampling, .forcedTools])
    static let llama = TranslationTarget(
        model: "us.meta.llama4-maverick-17b-instruct-v1:0", isStream: false,
        abilities: [.sampling, .forcedTools, .prefill])

    static func user(_ text: String) -> Message { Message(.user, [.text(TextItem(text))]) }
    static func system(_ text: String) -> Message { Message(.system, [.text(TextItem(text))]) }
    static func assistant(_ text: String) -> Message { Message(.assistant, [.text(TextItem(text))]) }

    static func call(_ id: String, _ name: String, _ arguments: String) -> MessageItem {
        .toolCall(ToolCallItem(id: id, name: name, arguments: arguments))
    }

    static func result(_ id: String, _ text: String, isError: Bool = false) -> MessageItem {
        .toolResult(ToolResultItem(callID: id, content: [.text(TextItem(text))], isError: isError))
    }

    static let weather = Tool(
        name: "get_weather", description: "The weather in a city.",
        parameters: RawJSON(#"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#),
        isStrict: true)

    static func request(_ messages: [Message], _ change: (inout CanonicalRequest) -> Void = { _ in })
        -> CanonicalRequest
    {
        var request = CanonicalRequest()
        request.model = "acme/model"
        request.messages = messages
        change(&request)
        return request
    }

    struct Theme {
        var request: CanonicalRequest
        var target: TranslationTarget
    }

    static let themes: [String: Theme] = [
        "basic": Theme(
            request: request([
                system("Be brief."), Message(.developer, [.text(TextItem("Be kind."))]), user("Hi\n\"you\""),
            ]) {
                $0.maxTokens = 100
                $0.sampling.temperature = 1.5
                $0.sampling.topK = 40
                $0.stop = ["END"]
                $0.serviceTier = "auto"
                $0.metadata = [StringPair("team", "blue"), StringPair("bad{", "x")]
                $0.user = "user-7"
            }, target: claude),
        "turns": Theme(
            request: request([
                assistant("Hello, I am here."), user("One."), user("Two."), assistant(" "), system("Speak French."),
                user("Three."), Message(.assistant, [.refusal("I cannot.")]), user("Why?"), assistant("Because \n"),
            ]), target: claude),
        "system-anywhere": Theme(
            request: request([
                system("One."), user("Hi"), system("Two."), assistant("Hm."), system("Three."), user("Go on"),
                system("Four."),
            ]), target: adaptive),
        "tools": Theme(
            request: request([
                user("Weather?"), Message(.assistant, [call("call_1", "get weather!", #"{ "city": "Paris" }"#)]),
                Message(.tool, [result("call_1", "18 °C")]), user("And now?"),
            ]) {
                $0.tools = [
                    Tool(name: "get weather!", description: "", parameters: weather.parameters),
                    Tool(name: "get_weather_"),
                    Tool(.custom(format: nil), name: "shell", description: "Runs a command."),
                ]
                $0.toolChoice = .named("get weather!")
                $0.allowsParallelToolCalls = false
            }, target: claude),
        "parallel-tools": Theme(
            request: request([
                user("Compare."),
                Message(
                    .assistant,
                    [
                        .text(TextItem("Let me see.")), call("a", "get_weather", ""), call("b", "get_weather", "[1]"),
                        call("c", "get_weather", #"{"city":"Rome"}"#),
                    ]),
                user("Quick!"), Message(.tool, [result("c", "No such city.", isError: true)]),
                Message(.tool, [result("a", "18 °C")]), Message(.tool, [result("z", "lost")]),
            ]) {
                $0.tools = [weather]
                $0.toolChoice = .required
            }, target: nova),
        "tools-of-the-past": Theme(
            request: request([
                user("Weather?"), Message(.assistant, [call("1", "get_weather", "{}")]),
                Message(.tool, [result("1", "18 °C")]), user("Thanks."),
            ]), target: llama),
        "reasoning-budget": Theme(
            request: request([
                user("Weather?"),
                Message(
                    .assistant,
                    [
                        .reasoning(
                            ReasoningItem(.text, text: "I call.", signature: "c2ln", format: "anthropic-claude-v1")),
                        .reasoning(ReasoningItem(.encrypted, data: "c2VhbA==", format: "anthropic-claude-v1")),
                        .reasoning(ReasoningItem(.text, text: "Unsealed.", format: "anthropic-claude-v1")),
                        .reasoning(ReasoningItem(.text, text: "Foreign.", signature: "x", format: "google-gemini-v1")),
                        .text(TextItem("Looking.")), call("t1", "get_weather", "{}"),
                    ]),
                Message(.tool, [result("t1", "18 °C")]),
            ]) {
                $0.tools = [weather]
                $0.reasoning.effort = .high
                $0.maxTokens = 10_000
                $0.sampling.temperature = 0.5
                $0.sampling.topK = 5
            }, target: claude),
        "reasoning-effort": Theme(
            request: request([user("Think.")]) { $0.reasoning.effort = .minimal }, target: adaptive),
        "images": Theme(
            request: request([
                Message(
                    .user,
                    [
                        .text(TextItem("What is this?")),
                        .image(MediaItem(.base64("iVBORw0="), mediaType: "image/png")),
                        .image(MediaItem(.url("s3://bucket/cat.jpg"), mediaType: "image/jpeg")),
                        .audio(MediaItem(.base64("UklGRg=="), mediaType: "audio/wav")),
                        .video(MediaItem(.base64("AAAA"), mediaType: "video/quicktime")),
                    ]),
                Message(.assistant, [call("i", "see", "{}")]),
                Message(
                    .tool,
                    [
                        .toolResult(
                            ToolResultItem(
                                callID: "i",
                                content: [
                                    .text(TextItem("Here.")),
                                    .image(MediaItem(.base64("R0lG"), mediaType: "image/gif")),
                                ]))
                    ]),
            ]) { $0.tools = [Tool(name: "see")] }, target: nova),
        "documents": Theme(
            request: request([
                Message(
                    .user,
                    [
                        .file(
                            MediaItem(.base64("JVBERi0="), mediaType: "application/pdf", name: "Q3_report (final).pdf")),
                        .file(MediaItem(.base64("UEs="), name: "Q3 report (final).docx")),
                        .file(MediaItem(.text("Plain."))),
                    ])
            ]), target: claude),
        "structured-output": Theme(
            request: request([user("Paris?")]) {
                $0.outputFormat = .jsonSchema(
                    JSONSchemaFormat(
                        name: "city", description: "A city.",
                        schema: RawJSON(
                            #"{"type":"object","properties":{"name":{"type":"string","minLength":2}},"required":["name"]}"#
                        )))
            }, target: claude),
        "structured-output-open": Theme(
            request: request([user("Paris?")]) {
                $0.tools = [
                    Tool(name: "note", parameters: RawJSON(#"{"type":"object"}"#), isStrict: true),
                    Tool(name: "see", isStrict: true),
                ]
                $0.outputFormat = .jsonSchema(
                    JSONSchemaFormat(name: "city", description: "A city.", schema: RawJSON(#"{"type":"object"}"#)))
            }, target: claude),
        "structured-output-by-tool": Theme(
            request: request([user("Paris?")]) {
                $0.tools = [weather]
                $0.outputFormat = .jsonSchema(JSONSchemaFormat(name: "city", schema: RawJSON(#"{"type":"object"}"#)))
            }, target: nova),
        "json-object": Theme(request: request([user("Paris?")]) { $0.outputFormat = .jsonObject }, target: claude),
        "cache": Theme(
            request: request([
                Message(.system, [.text(TextItem("Rules.", cache: CacheMarker(ttl: "1h"))), .text(TextItem("More."))]),
                Message(
                    .user,
                    [
                        .text(TextItem("A", cache: CacheMarker())),
                        .text(TextItem("B", cache: CacheMarker(ttl: "12h"))),
                    ]),
                Message(.assistant, [.text(TextItem("C", cache: CacheMarker()))]), user("D"),
            ]) {
                $0.tools = [Tool(name: "see", cache: CacheMarker(ttl: "1h"))]
                $0.cache = CacheMarker()
            }, target: claude),
        "cache-nova": Theme(
            request: request([
                Message(.system, [.text(TextItem("Rules.", cache: CacheMarker(ttl: "1h")))]), user("D"),
            ]) { $0.tools = [Tool(name: "see", cache: CacheMarker())] }, target: nova),
        "own-fields": Theme(
            request: request([user("Hi")]) {
                $0.sampling.topK = 9
                $0.others = [
                    NamedJSON("provider", RawJSON("{}")),
                    NamedJSON("guardrailConfig", RawJSON(#"{"trace":"enabled"}"#)),
                    NamedJSON("additionalModelRequestFields", RawJSON(#"{"top_k": 3, "anthropic_beta": ["x"]}"#)),
                    NamedJSON("safe_prompt", RawJSON("true")),
                ]
            }, target: claude),
    ]
}
