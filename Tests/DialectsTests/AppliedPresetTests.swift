import Completions
import Testing

@testable import Dialects

@Suite("Errors of a request that has a preset")
struct AppliedPresetTests {
    private static let tools = #"{"tools":[{"type":"function","function":{"name":"a"}},{"type":"x"}],"seed":1}"#
    private static let turns = #""messages":[{"role":"user","content":"Hi"},{"role":"user","content":"Ho"}]"#
    private static let own = #""tools":[{"type":"y"},{"type":"function","function":{"name":"a"}}]"#

    private func explained(
        _ param: String, _ own: String, of caller: CallerDialect = .chat, system: String? = "Be brief."
    ) throws -> (param: String?, message: String) {
        let body = #"{"preset":"p",\#(Self.turns)\#(own.isEmpty ? "" : ",")\#(own)}"#
        let result = try merged(body, over: try preset(Self.tools, system: system), of: caller)
        let error = result.preset.explain(.invalid(param, "'\(param)' is wrong."))
        return (error.param, error.message)
    }

    @Test(
        "count messages and tools as the caller does",
        arguments: [
            (CallerDialect.chat, "messages[1].content[1].text", "messages[0].content[1].text"),
            (.chat, "messages[12]", "messages[11]"),
            (.messages, "messages[1].role", "messages[1].role"),
            // Joined: the caller's second, the preset's second, the caller's first.
            (.chat, "tools[0].function", "tools[1].function"),
            (.chat, "tools[2].type", "tools[0].type"),
            (.messages, "tools[2].tools[2].name", "tools[0].tools[2].name"),
            (.chat, "tools[7]", "tools[7]"),
            (.chat, "tool_choice.tools[2]", "tool_choice.tools[2]"),
        ])
    func count(caller: CallerDialect, param: String, expected: String) throws {
        let error = try explained(param, Self.own, of: caller)
        #expect(error.param == expected)
        if !param.hasSuffix("tools[7]") { #expect(error.message == "'\(expected)' is wrong.") }
    }

    @Test("stay as they are where nothing was put in front")
    func same() throws {
        #expect(try explained("messages[1].role", "", system: nil).message == "'messages[1].role' is wrong.")
        #expect(try explained("tools", #""tools":7"#).message == "'tools' is wrong.")
    }

    @Test(
        "say what the preset gives",
        arguments: [
            ("seed", Self.own, "'seed'"), ("messages[0].content", Self.own, "'messages[0]'"),
            ("tools[1].type", Self.own, "'tools[1]'"), ("tools", Self.own, "some of 'tools'"),
            ("tools[1].type", "", "'tools'"),
        ])
    func given(param: String, own: String, part: String) throws {
        let error = try explained(param, own)
        #expect(error.param == param)
        #expect(error.message == "'\(param)' is wrong. The preset \"p\" gives \(part) to this request.")
    }

    @Test("name other messages in the text too, and need no field")
    func text() throws {
        let body = #"{"preset":"p",\#(Self.turns)}"#
        let applied = try merged(body, over: try preset("{}", system: "Be brief.")).preset
        let error = applied.explain(APIError(.invalidRequest, "messages[2] answers 'messages[1].tool_calls'."))
        #expect(error.message == "messages[1] answers 'messages[0].tool_calls'." && error.param == nil)
    }
}
