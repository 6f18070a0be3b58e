import Completions
import Testing

@testable import Dialects

/// Requests of the Messages API: read, written for a model of that family, and read again.
@Suite struct AnthropicRequestTests {
    private static let abilities: [String: TranslationTarget.Abilities] = [
        "sampling": .sampling, "adaptiveThinking": .adaptiveThinking, "alwaysThinks": .alwaysThinks,
        "prefill": .prefill, "forcedTools": .forcedTools, "systemAnywhere": .systemAnywhere, "jsonSchema": .jsonSchema,
        "mediaByURL": .mediaByURL, "reasoning": .reasoning,
    ]

    private func target(_ json: JSON) -> TranslationTarget {
        var abilities: TranslationTarget.Abilities = []
        for name in json["abilities"].elements.compactMap(\.text) { abilities.formUnion(Self.abilities[name] ?? []) }
        return TranslationTarget(
            model: "claude-test", isStream: json["stream"] == .bool(true),
            maxOutputTokens: json["max"].number.map { Int($0) }, abilities: abilities,
            efforts: json["efforts"] == .null
                ? nil : json["efforts"].elements.compactMap(\.text).compactMap(ReasoningPreferences.Effort.init))
    }

    @Test(arguments: Fixture.all("anthropic/requests"))
    func writesAsWritten(fixture: Fixture) throws {
        let request = try readMessages(fixture.text("request"))
        let result = try writeMessages(request, for: target(JSON(fixture.text("target"))))
        #expect(try JSON(result.body) == JSON(fixture.text("upstream")), "\(result.body)")
        #expect(result.translation.dropped == fixture.text("dropped").split(separator: " ").map(String.init))
        // What was written is a request of this dialect again, and means the same to whoever reads it.
        let again = try readMessages(result.body)
        #expect(try writeMessages(again, for: target(JSON(fixture.text("target")))).body == result.body)
        if fixture.has("lossless") {
            var expected = request
            expected.model = "claude-test"
            #expect(again == expected)
        }
    }

    @Test func theFasterTierIsAskedForBySpeed() throws {
        func sent(_ fields: String, isFast: Bool) throws -> String? {
            let body = #"{"model":"a","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]\#(fields)}"#
            var target = capableClaude
            target.isFast = isFast
            return try JSON(writeMessages(readMessages(body), for: target).body)["speed"].text
        }
        #expect(try sent("", isFast: true) == "fast" && sent("", isFast: false) == nil)
        #expect(try sent(#","speed":"fast""#, isFast: true) == "fast")
        #expect(try sent(#","speed":"fast""#, isFast: false) == "fast")
        #expect(try sent(#","speed":"standard""#, isFast: true) == "standard")
    }

    @Test func thereAreFixtures() {
        #expect(Fixture.all("anthropic/requests").count >= 10)
    }

    @Test(arguments: Fixture.all("anthropic/errors"))
    func refusesByName(fixture: Fixture) throws {
        #expect(fixture.lines("requests").count > 3)
        for line in fixture.lines("requests") {
            let cut = try #require(line.firstIndex(of: " "))
            let param = String(line[..<cut])
            let error = #expect(throws: APIError.self) { try readMessages(String(line[cut...])) }
            #expect((error?.param ?? "-") == param, "\(line): \(error?.message ?? "")")
            #expect(error?.status == 400)
            if param != "-" { #expect(error?.message.contains(param) == true, "\(error?.message ?? "")") }
        }
    }

    @Test func aConversationThatGoesOnBeginsAsItBegan() throws {
        let first = """
            {"model":"m","max_tokens":9,"system":"S","tools":[{"name":"f","input_schema":{"type":"object"}}],
            "messages":[{"role":"user","content":"a"}
            """
        let more = #","role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{"b":1, "a":2}}]},"#
        let one = try writeMessages(readMessages(first + "]}")).body
        let two = try writeMessages(
            readMessages(
                first + ",{" + more.dropFirst()
                    + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"r"}]}]}"#)
        ).body
        #expect(two.hasPrefix(one.dropLast(2)))
        #expect(two.contains(#""input":{"b":1, "a":2}"#), "arguments stay as written")
    }
}
