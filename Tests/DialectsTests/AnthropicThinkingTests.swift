import Catalog
import Completions
import JSONText
import Testing

@testable import Dialects

/// What wishes about thinking and the form of the answer come to.
@Suite struct AnthropicThinkingTests {
    private func body(
        for target: TranslationTarget, _ change: (inout CanonicalRequest) -> Void
    ) throws -> (json: JSON, translation: Translation) {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("Hi"))])]
        change(&request)
        let result = try writeMessages(request, for: target)
        return (try JSON(result.body), result.translation)
    }

    @Test(
        arguments: [
            (.max, "max"), (.xhigh, "xhigh"), (.high, "high"), (.medium, "medium"), (.low, "low"), (.minimal, "low"),
        ] as [(ReasoningPreferences.Effort, String)])
    func effortsAreSaidToModelsThatThinkByEffort(effort: ReasoningPreferences.Effort, word: String) throws {
        let json = try body(for: capableClaude) { $0.reasoning.effort = effort }.json
        #expect(json["thinking"] == (try JSON(#"{"type":"adaptive","display":"summarized"}"#)))
        #expect(json["output_config"]["effort"].text == word)
    }

    @Test(
        arguments: [
            (.max, 9500), (.xhigh, 9500), (.high, 8000), (.medium, 5000), (.low, 2000), (.minimal, 1024),
        ] as [(ReasoningPreferences.Effort, Int64)])
    func effortsAreSharesOfTheLimitElsewhere(effort: ReasoningPreferences.Effort, budget: Int64) throws {
        let json = try body(for: budgetClaude) {
            $0.maxTokens = 10_000
            $0.reasoning.effort = effort
        }.json
        #expect(json["thinking"] == (try JSON(#"{"type":"enabled","budget_tokens":\#(budget)}"#)))
    }

    /// What the version of 2026-10-21 answers with an error is left out, and named.
    @Test(arguments: AnthropicVersion.allCases)
    func versionsOfTheInterface(version: AnthropicVersion) throws {
        var target = budgetClaude
        target.anthropicVersion = version
        let native = RawJSON(#"{"type":"char_location","cited_text":"a"}"#)
        var text = TextItem("Hi")
        text.citations = [Citation(native: NativeItem(dialect: "anthropic", json: native))]
        let (json, translation) = try body(for: target) {
            $0.messages = [Message(.user, [.text(text)]), Message(.assistant, [.text(text)])]
            $0.sampling.temperature = 1
            $0.sampling.topK = 5
        }
        let isFirst = version == .of2023
        #expect((json["temperature"] == .null) == !isFirst && (json["top_k"] == .null) == !isFirst)
        #expect((json["messages"][0]["content"][0]["citations"] == .null) == !isFirst)
        #expect(json["messages"][1]["content"][0]["citations"][0]["cited_text"].text == "a")
        #expect(translation.dropped == (isFirst ? [] : ["messages.content.citations", "temperature", "top_k"]))
        target.platform = .vertex
        let there = try body(for: target) { _ in }.json
        #expect(there["anthropic_version"].text == (isFirst ? "vertex-2023-10-16" : "2026-10-21"))
    }

    @Test func effortsThatTheModelLacksGoToTheNextBelow() throws {
        var target = capableClaude
        target.efforts = [.low, .medium, .high, .max]
        #expect(try body(for: target) { $0.reasoning.effort = .xhigh }.json["output_config"]["effort"].text == "high")
        #expect(try body(for: target) { $0.verbosity = "max" }.json["output_config"]["effort"].text == "max")
    }

    @Test func budgetsAreEffortsOfTheLimit() throws {
        let json = try body(for: capableClaude) {
            $0.maxTokens = 10_000
            $0.reasoning.maxTokens = 6000
            $0.reasoning.isExcluded = true
        }.json
        #expect(json["output_config"]["effort"].text == "medium")
        #expect(json["thinking"]["display"].text == "omitted")
    }

    @Test func budgetsKeepTheirBounds() throws {
        #expect(
            try body(for: budgetClaude) {
                $0.maxTokens = 2000
                $0.reasoning.maxTokens = 5000
            }.json["thinking"]["budget_tokens"] == .integer(1999))
        let small = try body(for: budgetClaude) {
            $0.maxTokens = 1000
            $0.reasoning.effort = .high
        }
        #expect(small.json["thinking"] == .null)
        #expect(small.translation.dropped == ["reasoning"])
        let sampled = try body(for: budgetClaude) {
            $0.reasoning.isEnabled = true
            $0.sampling.temperature = 0.3
            $0.sampling.topK = 4
        }
        #expect(sampled.json["thinking"]["budget_tokens"] == .integer(32_000))
        #expect(sampled.translation.dropped == ["temperature", "top_k"])
    }

    @Test func thinkingIsSwitchedOffWhereItCanBe() throws {
        #expect(
            try body(for: capableClaude) { $0.reasoning.effort = ReasoningPreferences.Effort.none }
                .json["thinking"]["type"].text == "disabled")
        #expect(try body(for: budgetClaude) { $0.reasoning.isEnabled = false }.json["thinking"] == .null)
        var target = capableClaude
        target.abilities.insert(.alwaysThinks)
        let always = try body(for: target) { $0.reasoning.isEnabled = false }
        #expect(always.json["thinking"] == .null)
        #expect(always.translation.dropped == ["reasoning"])
        let never = TranslationTarget(model: "m", isStream: false, abilities: [])
        #expect(try body(for: never) { $0.reasoning.effort = .low }.translation.dropped == ["reasoning"])
    }

    @Test func aForcedToolExcludesThinkingByBudget() throws {
        let result = try body(for: budgetClaude) {
            $0.tools = [Tool(name: "f")]
            $0.toolChoice = .required
            $0.reasoning.effort = .high
            $0.allowsParallelToolCalls = false
        }
        #expect(result.json["tool_choice"] == (try JSON(#"{"type":"any","disable_parallel_tool_use":true}"#)))
        #expect(result.json["thinking"] == .null)
        #expect(result.translation.dropped == ["reasoning"])
        // Models that think by effort take both.
        let both = try body(for: capableClaude) {
            $0.tools = [Tool(name: "f")]
            $0.toolChoice = .required
            $0.reasoning.effort = .high
        }
        #expect(both.json["thinking"]["type"].text == "adaptive")
        #expect(both.json["tool_choice"]["type"].text == "any")
        var target = capableClaude
        target.abilities.remove(.forcedTools)
        let free = try body(for: target) {
            $0.tools = [Tool(name: "f"), Tool(name: "g")]
            $0.toolChoice = .among(["g"], isRequired: true)
        }
        #expect(free.json["tool_choice"]["type"].text == "auto")
        #expect(free.json["tools"].elements.map(\.["name"].text) == ["g"])
        #expect(free.translation.dropped == ["tool_choice"])
    }

    @Test func aToolLoopWithoutSealIsNotThoughtAbout() throws {
        let messages = [
            Message(.user, [.text(TextItem("a"))]),
            Message(.assistant, [.toolCall(ToolCallItem(id: "x", name: "f", arguments: "{}"))]),
            Message(.tool, [.toolResult(ToolResultItem(callID: "x", content: []))]),
        ]
        let change: (inout CanonicalRequest) -> Void = {
            $0.messages = messages
            $0.tools = [Tool(name: "f")]
            $0.reasoning.effort = .high
        }
        #expect(try body(for: budgetClaude, change).translation.dropped == ["reasoning"])
        #expect(try body(for: capableClaude, change).translation.dropped.isEmpty)
        let sealed: (inout CanonicalRequest) -> Void = {
            change(&$0)
            $0.messages[1].items.insert(
                .reasoning(ReasoningItem(.text, text: "t", signature: "s", format: "anthropic-claude-v1")), at: 0)
        }
        #expect(try body(for: budgetClaude, sealed).json["thinking"]["type"].text == "enabled")
    }

    private let schema =
        #"{"type":"object","properties":{"n":{"type":"integer","minimum":1,"description":"A count"}},"required":["n"]}"#

    @Test func schemasAreClosedAndReduced() throws {
        let json = try body(for: capableClaude) {
            $0.outputFormat = .jsonSchema(JSONSchemaFormat(name: "count", schema: RawJSON(schema), isStrict: true))
        }.json
        #expect(
            json["output_config"]["format"]
                == (try JSON(
                    #"""
                    {"type":"json_schema","schema":{"type":"object","properties":{"n":{"type":"integer",
                    "description":"A count\n\n{minimum: 1}"}},"required":["n"],"additionalProperties":false}}
                    """#)))
    }

    @Test func schemasAreAskedOfAToolWhereTheModelTakesNone() throws {
        let result = try body(for: budgetClaude) {
            $0.outputFormat = .jsonSchema(JSONSchemaFormat(name: "count", schema: RawJSON(schema)))
        }
        #expect(result.json["tool_choice"] == (try JSON(#"{"type":"tool","name":"count"}"#)))
        let answer =
            #"{"type":"message","stop_reason":"tool_use","content":[{"type":"tool_use","id":"t","name":"count","input":{"n": 3}}]}"#
        let events = try anthropicEvents(answer: answer, translation: result.translation)
        #expect(CompletionAnswer(events).choices[0].items == [.text(TextItem(#"{"n": 3}"#))])
        #expect(CompletionAnswer(events).choices[0].finishReason == .stop)
        let busy = try body(for: budgetClaude) {
            $0.tools = [Tool(name: "f")]
            $0.outputFormat = .jsonSchema(JSONSchemaFormat(name: "count", schema: RawJSON(schema)))
        }
        #expect(busy.json["tool_choice"] == .null)
        #expect(busy.json["system"][0]["text"].text?.contains(schema) == true)
        #expect(busy.translation.dropped == ["response_format"] && result.translation.dropped.isEmpty)
        let anyObject = JSONSchemaFormat(name: "any")
        for format in [.jsonObject, .jsonSchema(anyObject)] as [OutputFormat] {
            let words = try body(for: capableClaude) { $0.outputFormat = format }
            #expect(words.json["system"][0]["text"].text?.contains("JSON object") == true)
            #expect(words.translation.dropped == ["response_format"])
        }
    }

    /// A schema and its strict form; nil where it has none.
    static let schemas: [(String, String?)] = [
        (##"{"type":"object"}"##, nil),
        (##"{"type":"object","properties":{"a":{}}}"##, nil),
        (##"{"type":"object","properties":{},"additionalProperties":{"type":"string"}}"##, nil),
        (##"{"$defs":{"T":{"type":"object","properties":{"t":{"$ref":"#/$defs/T"}}}},"$ref":"#/$defs/T"}"##, nil),
        (##"{"$ref":"https://example.com/s.json"}"##, nil),
        (
            ##"{"$schema":"x","$defs":{"T":{"type":"string","minLength":2}},"$ref":"#/$defs/T"}"##,
            ##"{"$defs":{"T":{"type":"string","description":"{minLength: 2}"}},"$ref":"#/$defs/T"}"##
        ),
        (
            ##"{"oneOf":[{"type":"string","format":"date"},{"type":"array","items":{"enum":[1,null]},"maxItems":3}]}"##,
            ##"{"anyOf":[{"type":"string","format":"date"},{"type":"array","items":{"enum":[1,null]},"description":"{maxItems: 3}"}]}"##
        ),
        (
            ##"{"type":["object","null"],"properties":{"e":{"type":"string","format":"color","title":"E"}}}"##,
            ##"{"type":["object","null"],"properties":{"e":{"type":"string","title":"E","description":"{format: \"color\"}"}},"additionalProperties":false}"##
        ),
    ]

    @Test(arguments: schemas)
    func schemasAreSaidInTheSubsetOrNotAtAll(schema: String, strict: String?) throws {
        let result = AnthropicSchema.strict(RawJSON(schema))
        #expect(result?.text == strict)
        let tool = try body(for: capableClaude) {
            $0.tools = [Tool(name: "f", parameters: RawJSON(schema), isStrict: true)]
        }
        #expect(tool.translation.dropped == (strict == nil ? ["tools.strict"] : []))
        #expect(tool.json["tools"][0]["strict"] == (strict == nil ? .null : .bool(true)))
    }
}
