import Completions
import JSONText
import Testing

@testable import Dialects

/// Which calls of tools a program can carry out.
@Suite struct ToolCallAuditTests {
    static let tools =
        #""tools":[{"type":"function","function":{"name":"add"}},{"type":"function","function":{"name":"größe"}}]"#

    static func audit(_ tools: String = tools) throws -> ToolCallAudit? {
        ToolCallAudit(try decode(#"{"model":"m",\#(tools),"messages":[{"role":"user","content":"x"}]}"#))
    }

    /// A string as JSON, with every character escaped that need not be.
    static func quoted(_ text: String) -> String {
        "\""
            + text.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined() + "\""
    }

    static func call(_ name: String, _ arguments: String) -> String {
        #"{"id":"c","type":"function","function":{"name":\#(quoted(name)),"arguments":\#(arguments)}}"#
    }

    static func verdict(_ calls: [String], _ tools: String = tools) throws -> Bool? {
        guard var audit = try audit(tools) else { return nil }
        let scanner = JSONScanner()
        let answer = #"{"choices":[{"message":{"tool_calls":[\#(calls.joined(separator: ","))]}}]}"#
        audit.add(answer: try scanner.scan(copying: answer))
        return audit.isWellFormed(scanner)
    }

    static let cases: [(String, String, Bool)] = [
        ("add", #"{"a": 1}"#, true), ("add", "{}", true), ("größe", #"{"ü":["\"",{}]}"#, true), ("add", "", true),
        ("add", #"{"a": 1"#, false), ("add", #"{"a": 1}}"#, false), ("add", "{'a': 1}", false), ("add", "a", false),
        ("add", "[1]", false), ("add", "1", false), ("add", "null", false), ("add", #"{"a":}"#, false),
        ("Add", "{}", false), ("sub", "{}", false), ("", "{}", false),
    ]

    @Test(arguments: cases)
    func wholeAnswers(name: String, arguments: String, isGood: Bool) throws {
        let call = Self.call(name, Self.quoted(arguments))
        #expect(try Self.verdict([call]) == isGood)
        // One broken call is enough.
        #expect(try Self.verdict([Self.call("add", "\"{}\""), call]) == isGood)
    }

    @Test func otherShapes() throws {
        // Some hosts send the object itself.
        #expect(try Self.verdict([Self.call("add", #"{"a":1}"#)]) == true)
        #expect(try Self.verdict([Self.call("add", "null")]) == true)
        // No calls, and calls of another kind.
        #expect(try Self.verdict([]) == nil)
        #expect(try Self.verdict([#"{"id":"c","type":"custom","custom":{"name":"x","input":"{"}}"#]) == nil)
        #expect(try Self.verdict([Self.call("sub", "\"{}\"")], #""temperature":1"#) == nil)
        // The names of tools that the provider runs are not known.
        let mixed = #""tools":[{"type":"web_search"},{"type":"function","function":{"name":"add"}}]"#
        #expect(try Self.verdict([Self.call("sub", "\"{}\"")], mixed) == true)
        #expect(try Self.verdict([Self.call("sub", "\"{\"")], mixed) == false)
    }

    /// The deltas of two calls, the arguments of each split at every place.
    @Test(arguments: cases)
    func streams(name: String, arguments: String, isGood: Bool) throws {
        for split in 0...arguments.count {
            let pieces = [String(arguments.prefix(split)), String(arguments.dropFirst(split))]
            var relay = Relay()
            relay.state.toolCallAudit = try Self.audit()
            func send(_ index: Int, _ members: String) throws {
                try relay.send(
                    #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":\#(index),\#(members)}]}}]}"#)
            }
            try send(0, #""id":"a","type":"function","function":{"name":"add","arguments":"{}"}"#)
            try send(
                1, #""id":"b","type":"function","function":{"name":\#(Self.quoted(name)),"arguments":""}"#)
            for piece in pieces { try send(1, #""function":{"arguments":\#(Self.quoted(piece))}"#) }
            #expect(relay.state.toolCallAudit?.isWellFormed(JSONScanner()) == isGood, "split at \(split)")
        }
    }

    /// Without indexes, with ids and names that are repeated.
    @Test func looseStreams() throws {
        var relay = Relay()
        relay.state.toolCallAudit = try Self.audit()
        for call in [
            #"{"id":"a","function":{"name":"add","arguments":"{\"x\""}}"#,
            #"{"id":"a","function":{"name":"add","arguments":":1}"}}"#,
            #"{"id":"b","function":{"name":"add","arguments":{"y":2}}}"#,
        ] { try relay.send(#"{"choices":[{"index":0,"delta":{"tool_calls":[\#(call)]}}]}"#) }
        #expect(relay.state.toolCallAudit?.isWellFormed(JSONScanner()) == true)
        try relay.send(#"{"choices":[{"index":0,"delta":{"tool_calls":[{"id":"c","function":{"name":"no"}}]}}]}"#)
        #expect(relay.state.toolCallAudit?.isWellFormed(JSONScanner()) == false)
    }

    /// Two choices, whose calls have the same slots, and a call that the provider carries out itself.
    @Test(arguments: cases)
    func translatedAnswers(name: String, arguments: String, isGood: Bool) throws {
        var state = StreamState()
        state.toolCallAudit = try Self.audit()
        state.note(CompletionEvent(.toolCall(slot: 0, kind: .function, id: "a", name: "add")))
        state.note(CompletionEvent(.toolCall(slot: 0, kind: .function, id: "b", name: name), choice: 1))
        state.note(CompletionEvent(.toolCall(slot: 1, kind: .server, id: "c", name: "search")))
        state.note(CompletionEvent(.toolArguments(slot: 1, "{")))
        for piece in [arguments.prefix(2), arguments.dropFirst(2)] {
            state.note(CompletionEvent(.toolArguments(slot: 0, String(piece)), choice: 1))
        }
        #expect(state.toolCallAudit?.isWellFormed(JSONScanner()) == isGood)
    }

    @Test func whatIsTooMuchIsNotJudged() throws {
        let long = String(repeating: "x", count: DialectLimits.auditedArgumentBytes)
        #expect(try Self.verdict([Self.call("add", "\"\(long)\""), Self.call("add", "\"{}\"")]) == nil)
        var audit = try #require(try Self.audit())
        let scanner = JSONScanner()
        let calls = Array(repeating: Self.call("add", "\"{}\""), count: 1000).joined(separator: ",")
        audit.add(answer: try scanner.scan(copying: #"{"choices":[{"message":{"tool_calls":[\#(calls)]}}]}"#))
        #expect(audit.isWellFormed(scanner) == true)
    }
}
