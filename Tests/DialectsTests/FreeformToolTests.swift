import Buffers
import Completions
import JSONText
import Testing

@testable import Dialects

@Suite("Freeform tools at hosts that know functions alone")
struct FreeformToolTests {
    private static let tools = #"""
        "tools":[{"type":"custom","custom":{"name":"patch","description":"D","format":{"type":"text"}},
          "cache_control":{"type":"ephemeral"}},{"type":"function","function":{"name":"f"}}]
        """#

    private static func written(_ members: String, for host: ChatHostRules?) throws -> (JSON, Translation) {
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: "{\"model\":\"a/b\",\(members)}")
        let request = try withExtendedLifetime(scanner) { try DialectTable.readRequest(root, of: .chat) }
        #expect(ChatHostRules().touches(request) && !ChatHostRules(takesCustomTools: true).touches(request))
        var out = ByteBuffer()
        let translation = ChatRequestWriter.write(request, of: .chat, for: host, into: &out)
        return (try JSON(out.text), translation)
    }

    private static let conversation =
        tools + #"""
            ,"tool_choice":{"type":"custom","custom":{"name":"patch"}},"messages":
            [{"role":"user","content":"Hi"},
             {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"custom",
               "custom":{"name":"patch","input":"a \"b\"\n"}},
              {"id":"2","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"1","content":"x"},{"role":"tool","tool_call_id":"2","content":"y"}]
            """#

    @Test("go out as functions, with their calls and the choice of them")
    func request() throws {
        let (sent, translation) = try Self.written(Self.conversation, for: ChatHostRules())
        #expect(translation.wrappedTools == ["patch"])
        let wanted = #"""
            {"name":"patch","description":"D","parameters":
              {"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}}
            """#
        let function = try JSON(wanted)
        #expect(sent["tools"][0]["type"].text == "function" && sent["tools"][0]["function"] == function)
        #expect(sent["tools"][1]["function"]["name"].text == "f")
        #expect(sent["tool_choice"] == (try JSON(#"{"type":"function","function":{"name":"patch"}}"#)))
        let calls = sent["messages"][1]["tool_calls"]
        #expect(calls[0]["type"].text == "function" && calls[0]["function"]["name"].text == "patch")
        #expect(calls[0]["function"]["arguments"].text == #"{"input":"a \"b\"\n"}"#)
        #expect(calls[1]["function"]["name"].text == "f")
    }

    @Test("stay what they are at hosts that know them", arguments: [ChatHostRules(takesCustomTools: true), nil])
    func kept(host: ChatHostRules?) throws {
        let (sent, translation) = try Self.written(Self.conversation, for: host)
        #expect(translation.wrappedTools.isEmpty)
        #expect(sent["tools"][0]["custom"]["format"]["type"].text == "text")
        #expect(sent["tool_choice"]["custom"]["name"].text == "patch")
        #expect(sent["messages"][1]["tool_calls"][0]["custom"]["input"].text == "a \"b\"\n")
    }

    private static var translation: Translation {
        var translation = Translation()
        translation.wrappedTools = ["patch"]
        return translation
    }

    @Test("are called as what they are", arguments: [1, 3, 100])
    func answer(pieceLength: Int) throws {
        let arguments = #"{"input":"a \"b\""}"#
        var chunks: [String] = []
        func call(_ members: String) -> String {
            #"{"id":"c","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,\#(members)}]}}]}"#
        }
        chunks.append(call(#""id":"1","type":"function","function":{"name":"patch","arguments":""}"#))
        var rest = arguments[...]
        while !rest.isEmpty {
            let piece = rest.prefix(pieceLength).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            chunks.append(call("\"function\":{\"arguments\":\"\(piece)\"}"))
            rest = rest.dropFirst(pieceLength)
        }
        chunks.append(#"{"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#)
        var reader = FreeformToolReader(ChatEventReader(translation: Translation()), Self.translation)
        var events: [CompletionEvent] = []
        let scanner = JSONScanner()
        for chunk in chunks { reader.read(try scanner.scan(copying: chunk), kind: nil, into: &events) }
        reader.atEnd(into: &events)
        let contents = events.map(\.content)
        #expect(contents.contains(.toolCall(slot: 0, kind: .custom, id: "1", name: "patch")))
        let told = contents.compactMap { if case .toolArguments(_, let text) = $0 { text } else { nil } }
        #expect(told == ["a \"b\""])
        let end = contents.firstIndex { if case .finished = $0 { true } else { false } }
        let last = contents.firstIndex { if case .toolArguments = $0 { true } else { false } }
        #expect(try #require(last) < #require(end))
    }

    @Test("leave other calls as they are")
    func others() throws {
        let answer = #"""
            {"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","tool_calls":[
             {"id":"1","type":"function","function":{"name":"f","arguments":"{\"input\":\"x\"}"}},
             {"id":"2","type":"function","function":{"name":"patch","arguments":"no JSON"}}]},
             "finish_reason":"tool_calls"}]}
            """#
        var reader = FreeformToolReader(ChatEventReader(translation: Translation()), Self.translation)
        var events: [CompletionEvent] = []
        let scanner = JSONScanner()
        reader.readAnswer(try scanner.scan(copying: answer), into: &events)
        let contents = events.map(\.content)
        #expect(contents.contains(.toolCall(slot: 0, kind: .function, id: "1", name: "f")))
        #expect(contents.contains(.toolArguments(slot: 0, #"{"input":"x"}"#)))
        #expect(contents.contains(.toolCall(slot: 1, kind: .custom, id: "2", name: "patch")))
        #expect(contents.contains(.toolArguments(slot: 1, "no JSON")))
    }

    @Test("leave nothing behind an error, nor do thoughts that are held")
    func failed() throws {
        let chunks = [
            #"{"choices":[{"index":0,"delta":{"content":"<think>a</thi"}}]}"#,
            #"{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"id":"1","function":{"name":"patch","arguments":"{}"}}]}}]}"#,
            #"{"error":{"message":"boom"}}"#,
        ]
        var reader = FreeformToolReader(
            ThinkTagReader(ChatEventReader(translation: Translation())), Self.translation)
        var events: [CompletionEvent] = []
        let scanner = JSONScanner()
        for chunk in chunks { reader.read(try scanner.scan(copying: chunk), kind: nil, into: &events) }
        let count = events.count
        reader.atEnd(into: &events)
        #expect(events.count == count)
        guard case .failed? = events.last?.content else {
            Issue.record("\(events)")
            return
        }
    }
}
