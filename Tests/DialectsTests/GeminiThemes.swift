import Completions

/// The requests of the golden files, by theme.
enum GeminiThemes {
    static let requests: [String: CanonicalRequest] = [
        "basic": basic, "tools": tools, "parallel-tools": parallelTools, "reasoning-with-tools": reasoningWithTools,
        "signatures": signatures, "images": images, "documents": documents, "structured-output": structuredOutput,
        "structured-output-with-tools": structuredOutputWithTools, "cache": cache, "vertex": vertex,
        "broken-history": brokenHistory, "search": search,
    ]

    private static func text(_ text: String) -> MessageItem { .text(TextItem(text)) }
    private static let schema = RawJSON(
        #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"#)

    /// Everything that draws the next token, and what Gemini has no words for.
    private static var basic: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(.system, [text("Be brief.")]), Message(.developer, [text("And kind.")]),
            Message(.user, [text("Hi "), text("there")], name: "Ann"), Message(.assistant, [text("Hello.")]),
            Message(.system, [text("Now in French.")]), Message(.user, [text("How are you?")]),
        ]
        request.maxTokens = 100_000
        request.sampling.temperature = 0.5
        request.sampling.topP = 0.9
        request.sampling.topK = 40
        request.sampling.minP = 0.1
        request.sampling.frequencyPenalty = 0.25
        request.sampling.presencePenalty = -0.25
        request.sampling.seed = 5_000_000_000
        request.sampling.logitBias = RawJSON("{}")
        request.stop = ["END", ""]
        request.choiceCount = 2
        request.wantsLogprobs = true
        request.topLogprobs = 3
        request.serviceTier = "default"
        request.user = "u-1"
        request.metadata = [StringPair("Team", "A")]
        request.verbosity = "low"
        request.others = [
            NamedJSON("provider", RawJSON("{}")), NamedJSON("raw_mode", RawJSON("true")),
            NamedJSON("safety_settings", RawJSON(#"[{"category":"X","threshold":"OFF"}]"#)),
        ]
        return request
    }

    private static var tools: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(.user, [text("Weather?")]),
            Message(
                .assistant,
                [.toolCall(ToolCallItem(id: "call_1", name: "get weather", arguments: #"{"city": "Oslo"}"#))]),
            Message(.tool, [.toolResult(ToolResultItem(callID: "call_1", content: [text(#"{"temp": 4}"#)]))]),
        ]
        request.tools = [
            Tool(name: "get weather", description: "Weather of a city", parameters: schema, isStrict: true),
            Tool(.custom(format: nil), name: "patch", description: "Freeform"), Tool(name: "now"),
        ]
        request.toolChoice = .named("get weather")
        request.allowsParallelToolCalls = false
        return request
    }

    /// Two calls, results in another order and across two messages, one an error, one with an image; then the user.
    private static var parallelTools: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(.user, [text("Both?")]),
            Message(
                .assistant,
                [
                    text("I look."), .toolCall(ToolCallItem(id: "a", name: "f", arguments: "")),
                    .toolCall(ToolCallItem(id: "b", name: "g", arguments: #"{"n":1.50}"#)),
                ]),
            Message(.tool, [.toolResult(ToolResultItem(callID: "b", content: [text("no such file")], isError: true))]),
            Message(.system, [text("Stay calm.")]),
            Message(
                .tool,
                [
                    .toolResult(
                        ToolResultItem(
                            callID: "a",
                            content: [text("seen"), .image(MediaItem(.base64("iVBORw0KGgo="), mediaType: "image/png"))])
                    )
                ]),
            Message(.user, [text("And?")]),
        ]
        request.tools = [Tool(name: "f"), Tool(name: "g")]
        request.toolChoice = .among(["f", "g"], isRequired: false)
        return request
    }

    private static var reasoningWithTools: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(.user, [text("Go")]),
            Message(
                .assistant,
                [
                    .reasoning(ReasoningItem(.text, text: "I must call.", format: "google-gemini-v1")),
                    .reasoning(
                        ReasoningItem(.encrypted, data: "U0lH", id: "a", format: "google-gemini-v1", index: 1)),
                    .reasoning(ReasoningItem(.text, text: "foreign", signature: "x", format: "anthropic-claude-v1")),
                    .toolCall(ToolCallItem(id: "a", name: "f", arguments: "{}")),
                    .toolCall(ToolCallItem(id: "b", name: "f", arguments: "{}")),
                ]),
            Message(
                .tool,
                [
                    .toolResult(ToolResultItem(callID: "a", content: [text("1")])),
                    .toolResult(ToolResultItem(callID: "b", content: [text("2")])),
                ]),
            // A step that another provider's model made: its first call, and that alone, gets the last resort.
            Message(
                .assistant,
                [
                    .toolCall(ToolCallItem(id: "a", name: "f", arguments: "{}")),
                    .toolCall(ToolCallItem(id: "c", name: "f", arguments: "{}")),
                ]),
            Message(
                .tool,
                [
                    .toolResult(ToolResultItem(callID: "a", content: [text("3")])),
                    .toolResult(ToolResultItem(callID: "c", content: [text("4")])),
                ]),
            Message(.user, [text("Well?")]),
        ]
        request.tools = [Tool(name: "f")]
        request.reasoning.effort = .high
        return request
    }

    /// A signature by each of its ways, and none twice.
    private static var signatures: CanonicalRequest {
        func seal(_ signature: String) -> MessageItem {
            .reasoning(ReasoningItem(.text, signature: signature, format: "google-gemini-v1"))
        }
        var request = CanonicalRequest()
        request.messages = [
            Message(.user, [text("1")]),
            Message(.assistant, [text("after"), seal("QQ==")]),
            Message(.user, [text("2")]),
            Message(.assistant, [seal("Qg=="), text("before")]),
            Message(.user, [text("3")]),
            Message(.assistant, [.text(TextItem("own", signature: "Qw==")), seal("Qw==")]),
            Message(.user, [text("4")]),
            Message(
                .assistant, [seal("RA=="), .toolCall(ToolCallItem(id: "x__thought__RQ==", name: "f", arguments: "{}"))]),
            Message(.tool, [.toolResult(ToolResultItem(callID: "x__thought__RQ==", content: [text("r")]))]),
            Message(
                .assistant,
                [
                    .reasoning(ReasoningItem(.encrypted, data: "Rg==", format: "google-gemini-v1")),
                    .toolCall(ToolCallItem(id: "y", name: "f", arguments: "{}")),
                ]),
            Message(.tool, [.toolResult(ToolResultItem(callID: "y", content: [text("r")]))]),
            Message(.assistant, [.toolCall(ToolCallItem(id: "z", name: "f", arguments: "{}", signature: "Rw=="))]),
            Message(.tool, [.toolResult(ToolResultItem(callID: "z", content: [text("r")]))]),
        ]
        request.tools = [Tool(name: "f")]
        return request
    }

    private static var images: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(
                .user,
                [
                    .image(MediaItem(.base64("iVBORw0KGgo="))),
                    .image(MediaItem(.base64("AAAA"), mediaType: "image/heic", detail: "low")),
                    .video(MediaItem(.url("https://youtu.be/x"))),
                    .audio(MediaItem(.base64("UklG"), mediaType: "audio/mp3")),
                ]),
            Message(.assistant, [.image(MediaItem(.base64("UE5H"), mediaType: "image/png"))]),
            Message(.user, [text("Again, wider")]),
        ]
        request.outputModalities = [.text, .image]
        request.imageOptions = RawJSON(#"{"aspect_ratio":"16:9","image_size":"2K"}"#)
        return request
    }

    private static var documents: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(
                .user,
                [
                    text("Compare"), .file(MediaItem(.base64("JVBERi0x"), name: "a.pdf")),
                    .file(MediaItem(.text("one,two"), mediaType: "text/csv", name: "b.csv")),
                    .file(MediaItem(.fileID("files/abc"), mediaType: "application/pdf")),
                ])
        ]
        return request
    }

    private static let answerSchema = RawJSON(
        ##"{"type":"object","definitions":{"P":{"type":"string","pattern":"^a"}},"properties":{"kind":{"const":"x"},"p":{"$ref":"#/definitions/P"},"pattern":{"type":"string","minLength":2}}}"##
    )

    private static var structuredOutput: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [Message(.system, [text("JSON please")])]
        request.outputFormat = .jsonSchema(JSONSchemaFormat(name: "a", schema: answerSchema, isStrict: true))
        return request
    }

    private static var structuredOutputWithTools: CanonicalRequest {
        var request = structuredOutput
        request.tools = [Tool(name: "f")]
        return request
    }

    private static var cache: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(.system, [.text(TextItem("Long", cache: CacheMarker(ttl: "1h")))]), Message(.user, [text("Hi")]),
        ]
        request.promptCacheKey = "k"
        request.others = [NamedJSON("cached_content", RawJSON(#""cachedContents/1""#))]
        return request
    }

    private static var vertex: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(
                .user,
                [
                    .file(MediaItem(.url("gs://b/a.pdf"))), .image(MediaItem(.url("https://a.example/b.webp?x=1"))),
                ])
        ]
        request.user = "U 1"
        request.metadata = [StringPair("Team", "Ä/b"), StringPair("9", "x")]
        request.serviceTier = "flex"
        return request
    }

    /// What clients get wrong: a conversation that begins with the model, a call without its result, a result without
    /// its call, arguments that were cut off, parts of another dialect.
    private static var brokenHistory: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(
                .assistant,
                [
                    .toolCall(ToolCallItem(id: "a", name: "f", arguments: #"{"x": "#)),
                    .native(NativeItem(dialect: "anthropic", json: RawJSON("{}"))),
                ]),
            Message(.assistant),
            Message(.tool, [.toolResult(ToolResultItem(callID: "b", name: "g", content: [text("late")]))]),
            Message(.user, [text("")]),
        ]
        return request
    }

    private static var search: CanonicalRequest {
        var request = CanonicalRequest()
        request.messages = [
            Message(.user, [text("News?")]),
            Message(.assistant, [.native(NativeItem(dialect: "gemini", json: RawJSON(#"{"toolCall":{"id":"t"}}"#)))]),
            Message(.user, [text("More")]),
        ]
        request.tools = [
            Tool(name: "f"),
            Tool(
                .native(NativeItem(dialect: "anthropic", json: RawJSON(#"{"type":"web_search_20250305"}"#))),
                name: "web_search"),
            Tool(.native(NativeItem(dialect: "gemini", json: RawJSON(#"{"codeExecution":{}}"#))), name: ""),
            Tool(.native(NativeItem(dialect: "openai-responses", json: RawJSON(#"{"type":"mcp"}"#))), name: "mcp"),
        ]
        request.toolChoice = .required
        return request
    }
}
