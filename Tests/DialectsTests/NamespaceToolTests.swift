import Buffers
import Catalog
import Completions
import JSONText
import Testing

@testable import Dialects

@Suite("Tools in groups")
struct NamespaceToolTests {
    private static let schema = #"{"type":"object"}"#
    private static let groups = #"""
        "tools":[{"type":"function","name":"docs__find","parameters":{"type":"object"}},
          {"type":"namespace","name":"mcp__docs__","description":"The manual.","tools":[
            {"type":"function","name":"search","description":"D","parameters":{"type":"object"},"defer_loading":true},
            {"type":"custom","name":"patch"}]},
          {"type":"namespace","name":"docs","description":"More.","tools":[{"type":"function","name":"find"}]}]
        """#

    private static func unfolded(_ members: String) throws -> (CanonicalRequest, NamespaceTools?) {
        var request = try readResponses("{\(members)}")
        let tools = NamespaceTools(unfolding: &request)
        return (request, tools)
    }

    @Test("are tools of their own, by names that no other has")
    func tools() throws {
        let (request, tools) = try Self.unfolded(#""input":"a",\#(Self.groups)"#)
        #expect(request.tools.map(\.name) == ["docs__find", "mcp__docs__search", "mcp__docs__patch", "docs__find_2"])
        #expect(request.tools[1].description == "D" && request.tools[2].description == "The manual.")
        #expect(request.tools[1].parameters == RawJSON(Self.schema) && request.tools[2].kind == .custom(format: nil))
        #expect(Set(tools?.toolNames ?? []) == ["search", "patch", "find"])
        #expect(tools?.place(of: "docs__find") == nil)
        #expect(tools?.place(of: "docs__find_2") == .init(namespace: "docs", name: "find"))
    }

    @Test("are chosen by their names", arguments: [("search", "mcp__docs__search"), ("docs__find", "docs__find")])
    func choice(name: String, sent: String) throws {
        let chosen = #"{"type":"function","name":"\#(name)"}"#
        let (request, tools) = try Self.unfolded(#""input":"a",\#(Self.groups),"tool_choice":\#(chosen)"#)
        #expect(request.toolChoice == .named(sent))
        var folded = request
        tools?.fold(&folded)
        #expect(folded.toolChoice == .named(name))
    }

    private static let turns = #"""
        "input":[{"role":"user","content":"Hi"},
          {"type":"function_call","call_id":"1","namespace":"mcp__docs__","name":"search","arguments":"{}"},
          {"type":"function_call","call_id":"2","namespace":"gone","name":"away","arguments":"{}"},
          {"type":"function_call_output","call_id":"1","output":"x"},
          {"type":"function_call_output","call_id":"2","output":"y"}]
        """#

    @Test("have called in earlier turns by the same names")
    func calls() throws {
        let (request, _) = try Self.unfolded("\(Self.turns),\(Self.groups)")
        var out = ByteBuffer()
        let translation = ChatRequestWriter.write(request, of: .responses, into: &out)
        let calls = try JSON(out.text)["messages"][1]["tool_calls"]
        #expect(calls[0]["function"]["name"].text == "mcp__docs__search")
        #expect(calls[1]["function"]["name"].text == "gone__away")
        #expect(translation.lostTools.isEmpty && translation.dropped.isEmpty)
    }

    @Test("go back into their groups for a provider of the same dialect")
    func folding() throws {
        let body = "{\(Self.turns),\(Self.groups)}"
        let (plain, _) = try writtenResponses(try readResponses(body), for: Self.target)
        var (request, tools) = try Self.unfolded("\(Self.turns),\(Self.groups)")
        tools?.fold(&request)
        let (written, translation) = try writtenResponses(request, for: Self.target)
        #expect(try JSON(written)["tools"] == JSON(plain)["tools"] && translation.lostTools.isEmpty)
        #expect(try JSON(written)["input"] == JSON(plain)["input"])
    }

    private static let target = TranslationTarget(model: "gpt-x", isStream: false, abilities: [.sampling])

    @Test("are called as the caller names them")
    func answer() throws {
        let (_, tools) = try Self.unfolded(#""input":"a",\#(Self.groups)"#)
        let answer = #"""
            {"id":"c","model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant",
            "content":null,"tool_calls":[
            {"id":"1","type":"function","function":{"name":"mcp__docs__search","arguments":"{\"q\":1}"}},
            {"id":"2","type":"function","function":{"name":"docs__find","arguments":"{}"}}]}}]}
            """#
        var reader = NamespaceReader(ChatEventReader(translation: Translation()), try #require(tools))
        var events: [CompletionEvent] = []
        let scanner = JSONScanner()
        reader.readAnswer(try scanner.scan(copying: answer), into: &events)
        let lines = responsesLines(events).joined(separator: "\n")
        #expect(lines.contains(#""name":"search","arguments":"{\"q\":1}","namespace":"mcp__docs__"}"#))
        #expect(lines.contains(#""name":"docs__find","arguments":"{}"}"#))
        #expect(!lines.contains("mcp__docs__search"))
    }

    @Test("say what their group is for once, and take no more room than they came in")
    func size() throws {
        let many = (0..<2000).map { #"{"type":"function","name":"f\#($0)"}"# }.joined(separator: ",")
        let long = String(repeating: "d", count: 10_000)
        let group = #"{"type":"namespace","name":"g","description":"\#(long)","tools":[\#(many)]}"#
        let (request, _) = try Self.unfolded(#""input":"a","tools":[\#(group)]"#)
        #expect(request.tools.count == 2000 && request.tools.compactMap(\.description).count == 1)
    }

    @Test("that are many and alike are told apart in a time that grows with their number")
    func alike() throws {
        let many = Array(repeating: #"{"type":"function","name":"f"}"#, count: 50_000).joined(separator: ",")
        let group = #"{"type":"namespace","name":"g","tools":[\#(many)]}"#
        let (request, _) = try Self.unfolded(#""input":"a","tools":[\#(group)],"tool_choice":\#(Self.allowed(256))"#)
        #expect(Set(request.tools.map(\.name)).count == 50_000)
        let error = #expect(throws: APIError.self) {
            try readResponses(#"{"input":"a","tool_choice":\#(Self.allowed(257))}"#)
        }
        #expect(error?.status == 400 && error?.param == "tool_choice.tools")
    }

    private static func allowed(_ count: Int) -> String {
        let names = (0..<count).map { #"{"type":"function","name":"a\#($0)"}"# }.joined(separator: ",")
        return #"{"type":"allowed_tools","mode":"auto","tools":[\#(names)]}"#
    }

    @Test("leave a request without groups as it is")
    func none() throws {
        let (request, tools) = try Self.unfolded(#""input":"a","tools":[{"type":"function","name":"f"}]"#)
        #expect(tools == nil && request.tools.map(\.name) == ["f"])
    }

    @Test(
        "must be whole",
        arguments: [
            (#"{"type":"namespace","tools":[]}"#, "tools[0].name"),
            (#"{"type":"namespace","name":"a"}"#, "tools[0].tools"),
            (#"{"type":"namespace","name":"a","tools":{}}"#, "tools[0].tools"),
            (#"{"type":"namespace","name":"a","tools":[{"type":"function"}]}"#, "tools[0].tools[0].name"),
            (#"{"type":"namespace","name":"a","tools":[1]}"#, "tools[0].tools[0]"),
            (#"{"type":"namespace","name":"\#(String(repeating: "a", count: 257))","tools":[]}"#, "tools[0].name"),
        ])
    func faults(group: String, param: String) {
        let error = #expect(throws: APIError.self) { try readResponses(#"{"input":"a","tools":[\#(group)]}"#) }
        #expect(error?.status == 400 && error?.param == param)
    }
}
