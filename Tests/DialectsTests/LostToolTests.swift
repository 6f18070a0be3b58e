import Buffers
import Catalog
import Completions
import Testing

@testable import Dialects

/// Tools that a provider's dialect cannot declare: left out and named, but where the caller cannot do without them.
@Suite struct LostToolTests {
    private static let hosted = #"{"type":"mcp","name":"crm","server_label":"crm"}"#
    private static let function = #"{"type":"function","name":"f","parameters":{"type":"object"}}"#

    private static func responses(_ members: String) throws -> CanonicalRequest {
        try readResponses(#"{"input":"a",\#(members)}"#)
    }

    /// The request as each dialect has it that does not know the tools of Responses.
    private static func written(_ request: CanonicalRequest) throws -> [(body: JSON, translation: Translation)] {
        var all: [(body: JSON, translation: Translation)] = []
        var chat = ByteBuffer()
        let translation = ChatRequestWriter.write(request, of: .responses, into: &chat)
        _ = try decode(chat.text)
        all.append((try JSON(chat.text), translation))
        for dialect in [ProviderDialect.anthropic, .gemini, .bedrock, .cohere] {
            var out = ByteBuffer()
            let translation = try DialectTable.writeRequest(request, in: dialect, for: capableClaude, into: &out)
            all.append((try JSON(out.text), translation))
        }
        return all
    }

    @Test(arguments: ["", #","tool_choice":"auto""#, #","tool_choice":"none""#, #","parallel_tool_calls":false"#])
    func noListAndNoChoiceIsLeftOfToolsThatAHostLacks(more: String) throws {
        let tools = #""tools":[\#(Self.hosted),{"type":"local_shell"}]\#(more)"#
        for (body, translation) in try Self.written(try Self.responses(tools)) {
            #expect(body["tools"] == .null && body["toolConfig"] == .null, "\(body)")
            #expect(body["tool_choice"] == .null && body["parallel_tool_calls"] == .null)
            #expect(translation.lostTools == ["crm", "local_shell"])
            #expect(translation.dropped.contains { $0.hasPrefix("tools") })
            #expect(throws: Never.self) { try translation.checkTools(of: Self.responses(tools), requiresAll: false) }
            let error = #expect(throws: APIError.self) {
                try translation.checkTools(of: Self.responses(tools), requiresAll: true)
            }
            #expect(error?.status == 400 && error?.param == "tools" && error?.message.contains("'crm'") == true)
        }
    }

    @Test(arguments: [
        (#""required""#, true), (#"{"type":"mcp"}"#, true),
        (#"{"type":"allowed_tools","mode":"required","tools":[{"type":"mcp"}]}"#, true),
        (#"{"type":"allowed_tools","mode":"auto","tools":[{"type":"mcp"}]}"#, false), (#""auto""#, false),
    ])
    func aForcedToolIsNeverLeftOut(choice: String, isForced: Bool) throws {
        let request = try Self.responses(#""tools":[{"type":"mcp","server_label":"x"}],"tool_choice":\#(choice)"#)
        let chat = Translation(losing: "mcp")
        if !isForced { return try chat.checkTools(of: request, requiresAll: false) }
        let error = #expect(throws: APIError.self) { try chat.checkTools(of: request, requiresAll: false) }
        #expect(error?.status == 400 && error?.param == "tool_choice" && error?.message.contains("'mcp'") == true)
    }

    @Test func whatIsLeftOfTheToolsCanBeForced() throws {
        for choice in [#""required""#, #"{"type":"function","name":"f"}"#] {
            let request = try Self.responses(
                #""tools":[\#(Self.hosted),\#(Self.function)],"tool_choice":\#(choice)"#)
            for (_, translation) in try Self.written(request) {
                #expect(translation.lostTools == ["crm"])
                #expect(throws: Never.self) { try translation.checkTools(of: request, requiresAll: false) }
            }
        }
    }

    @Test func toolsOfAnthropicsLeaveNoEmptyListEither() throws {
        let request = try readMessages(
            #"""
            {"max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":[{"type":"web_search_20250305","name":
            "web_search"},{"type":"bash_20250124","name":"bash"}],"tool_choice":{"type":"auto"}}
            """#)
        var out = ByteBuffer()
        let translation = ChatRequestWriter.write(request, of: .messages, into: &out)
        let body = try JSON(out.text)
        #expect(body["tools"] == .null && body["tool_choice"] == .null)
        #expect(translation.dropped == ["tools.web_search", "tools.bash"])
        let (sent, kept) = try respond(to: request)
        #expect(sent["tools"] == .null && sent["tool_choice"] == .null)
        #expect(kept.lostTools == ["web_search", "bash"])
    }

    @Test func aFunctionInChatsWordsIsOneForCallersOfMessagesToo() throws {
        let request = try readMessages(
            #"""
            {"max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f",
            "description":"d","parameters":{"type":"object"}},"cache_control":{"type":"ephemeral"}}]}
            """#)
        #expect(
            request.tools == [
                Tool(name: "f", description: "d", parameters: RawJSON(#"{"type":"object"}"#), cache: CacheMarker())
            ])
    }

    private func respond(to request: CanonicalRequest) throws -> (JSON, Translation) {
        let target = TranslationTarget(model: "gpt-x", isStream: false, abilities: [.sampling])
        let (body, translation) = try writtenResponses(request, for: target)
        return (try JSON(body), translation)
    }
}

extension Translation {
    /// One that lost a tool of that name.
    fileprivate init(losing name: String) {
        self.init()
        drop(Tool(name: name), as: "tools.\(name)")
    }
}
