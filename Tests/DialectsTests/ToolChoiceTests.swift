import Buffers
import Catalog
import Completions
import Testing

@testable import Dialects

/// `tool_choice` in the forms that clients send, whatever dialect they took them from.
@Suite struct ToolChoiceTests {
    private static let tools = #"""
        [{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"g"}},
        {"type":"openrouter:web_search"}]
        """#

    private static func chat(_ choice: String) -> String {
        #"{"tool_choice":\#(choice),"tools":\#(tools),"messages":[{"role":"user","content":"Hi"}]}"#
    }

    @Test(arguments: [
        (#"{"type":"function","name":"f"}"#, ToolChoice.named("f")), (#"{"type":"custom","name":"g"}"#, .named("g")),
        (#"{"type":"tool","name":"f"}"#, .named("f")), (#"{"type":"auto"}"#, .auto),
        (#"{"type":"none"}"#, ToolChoice.none), (#"{"type":"required"}"#, .required), (#"{"type":"any"}"#, .required),
        (#"{"type":"openrouter:web_search"}"#, .named("openrouter:web_search")),
        (
            #"{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"}]}"#,
            .among(["f"], isRequired: true)
        ),
    ])
    func formsOfOtherDialectsAreUnderstood(json: String, choice: ToolChoice) throws {
        _ = try decode(Self.chat(json))
        #expect(try readChat(Self.chat(json)).toolChoice == choice)
    }

    @Test(arguments: [
        (#"{}"#, "tool_choice.type"), (#"{"type":1}"#, "tool_choice.type"),
        (#"{"type":"function"}"#, "tool_choice.function.name"),
        (#"{"type":"function","function":{}}"#, "tool_choice.function.name"),
        (#"{"type":"function","function":{"name":""}}"#, "tool_choice.function.name"),
        (#"{"type":"custom"}"#, "tool_choice.custom.name"), (#"{"type":"tool"}"#, "tool_choice.function.name"),
        (#"{"type":"allowed_tools"}"#, "tool_choice.allowed_tools"),
        (#"{"type":"allowed_tools","allowed_tools":{"tools":"f"}}"#, "tool_choice.allowed_tools"),
    ])
    func whatNamesNothingIsRefused(json: String, param: String) throws {
        let error = #expect(throws: APIError.self) { try decode(Self.chat(json)) }
        #expect(error?.status == 400 && error?.param == param)
    }

    /// Hosts of Chat may know a type of tool that is not known here.
    @Test func aTypeThatNoToolHasIsForHostsOfChatAlone() throws {
        let body = Self.chat(#"{"type":"web_search"}"#)
        _ = try decode(body)
        let request = try readChat(body)
        #expect(request.toolChoice == nil)
        #expect(try JSON(chatBody(request))["tool_choice"] == JSON(#"{"type":"web_search"}"#))
        for dialect in ProviderDialect.allCases where !dialect.isOpenAIChat {
            let error = #expect(throws: APIError.self) {
                var out = ByteBuffer()
                _ = try DialectTable.writeRequest(request, in: dialect, for: capableClaude, into: &out)
            }
            #expect(error?.param == "tool_choice" && error?.message.contains("web_search") == true, "\(dialect)")
        }
    }

    @Test(arguments: [
        (#"{"type":"auto"}"#, ToolChoice.auto), (#"{"type":"any"}"#, .required),
        (#"{"type":"web_search_preview"}"#, .named("web_search")),
        (#"{"type":"mcp","server_label":"x"}"#, .named("mcp")),
    ])
    func responsesChoosesByTypeAmongItsTools(json: String, choice: ToolChoice) throws {
        let request = try readResponses(
            #"{"input":"a","tool_choice":\#(json),"tools":[{"type":"web_search"},{"type":"mcp","server_label":"x"}]}"#)
        #expect(request.toolChoice == choice)
    }

    @Test func responsesRefusesATypeThatNoToolHas() throws {
        let body = #"""
            {"input":"a","tools":[{"type":"function","name":"f","parameters":{}}],"tool_choice":{"type":"web_search"}}
            """#
        let error = #expect(throws: APIError.self) { try readResponses(body) }
        #expect(error?.param == "tool_choice" && error?.message.contains("\"web_search\"") == true)
    }
}
