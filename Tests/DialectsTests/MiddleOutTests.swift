import Buffers
import Completions
import JSONText
import TestSupport
import Testing

@testable import Dialects

@Suite("Leaving out the middle of a conversation")
struct MiddleOutTests {
    /// A request as it came, what compression sees of it, and what it makes of it.
    final class Body {
        let bytes: [UInt8]
        private let scanner = JSONScanner()

        init(_ text: String) { bytes = Array(text.utf8) }

        func conversation() throws -> Conversation {
            let bytes = self.bytes
            let root = try scanner.scan(copying: bytes.span)
            return Conversation(root, of: try ChatRequestDecoder.decode(root, surface: .chat), in: bytes.span)
        }

        func edited(_ change: (inout JSONEdits) -> Void) -> String {
            let bytes = self.bytes
            var edits = JSONEdits()
            change(&edits)
            var out = ByteBuffer()
            edits.apply(to: bytes.span, into: &out)
            return out.text
        }

        /// The roles and contents that are left, or nil where nothing can be done.
        func compressed(to tokensMax: Int, messagesMax: Int? = nil) throws -> (text: String, made: MiddleOut)? {
            let bytes = self.bytes
            let conversation = try conversation()
            guard let made = MiddleOut(conversation, in: bytes.span, tokensMax: tokensMax, messagesMax: messagesMax)
            else { return nil }
            return (edited { made.write(conversation, into: &$0) }, made)
        }
    }

    private static func words(_ count: Int, _ word: String = "word") -> String {
        Array(repeating: word, count: count).joined(separator: " ")
    }

    private static func message(_ role: String, _ content: String, _ more: String = "") -> String {
        "{\"role\":\"\(role)\",\"content\":\"\(content)\"\(more)}"
    }

    private static func body(_ messages: [String]) -> Body {
        Body("{\"model\":\"a/b\",\"messages\": [ \(messages.joined(separator: " , ")) ],\"n\":1}")
    }

    /// The contents of the messages of a request.
    private static func contents(_ text: String) throws -> [String] {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        let bytes = Array(text.utf8)
        let root = try scanner.scan(copying: bytes.span)
        return try #require(root["messages"]).elements.map { $0["content"]?.string ?? "-" }
    }

    @Test("what fits stays as it is")
    func fits() throws {
        let body = Self.body([Self.message("system", "Be brief."), Self.message("user", "Hello")])
        let made = try #require(try body.compressed(to: 100))
        #expect(made.made.changesNothing && made.text == String(decoding: body.bytes, as: UTF8.self))
    }

    @Test("whole messages go, from the middle outwards, before any text is shortened")
    func middle() throws {
        let turns = (0..<9).map { Self.message($0 % 2 == 0 ? "user" : "assistant", "m\($0) \(Self.words(100))") }
        let body = Self.body([Self.message("system", "s")] + turns)
        let all = try body.conversation().tokens
        let each = try body.conversation().messages[1].tokens
        let one = try #require(try body.compressed(to: all - 1))
        // One goes, and another so that turns still alternate.
        #expect(one.made.removed.count == 2 && one.made.cuts.isEmpty)
        let left = try Self.contents(one.text).map { $0.prefix(2) }
        #expect(left == ["s", "m0", "m1", "m2", "m3", "m6", "m7", "m8"])
        let most = try #require(try body.compressed(to: all - 6 * each))
        #expect(try Self.contents(most.text).map { $0.prefix(2) } == ["s", "m0", "m7", "m8"])
    }

    @Test("a call of tools and its results go together")
    func pairs() throws {
        func call(_ id: String) -> String {
            ",\"tool_calls\":[{\"id\":\"\(id)\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"
        }
        func result(_ id: String) -> String { Self.message("tool", "r\(id)", ",\"tool_call_id\":\"\(id)\"") }
        let messages = [
            Self.message("user", "first"), Self.message("assistant", "", call("a")), result("a"),
            Self.message("assistant", Self.words(50), call("b")), result("b"),
            Self.message("assistant", "done"), Self.message("user", "last"),
        ]
        let body = Self.body(messages)
        let all = try body.conversation().tokens
        let made = try #require(try body.compressed(to: all - 1)).made
        #expect(made.removed == [3, 4])
    }

    @Test("the longest texts are shortened when no message is left to go")
    func texts() throws {
        let body = Self.body([
            Self.message("system", "Stay."), Self.message("user", "begin \(Self.words(2_000)) end"),
        ])
        let (text, made) = try #require(try body.compressed(to: 500))
        #expect(made.removed.isEmpty && made.cuts.count == 1 && made.tokens <= 500 && made.tokens > 350)
        let contents = try Self.contents(text)
        #expect(contents[0] == "Stay." && contents[1].hasPrefix("begin word") && contents[1].hasSuffix("word end"))
        #expect(contents[1].contains(" … "))
        #expect(try body.compressed(to: 10) == nil)
    }

    @Test("a cut parts neither characters nor escapes")
    func cuts() throws {
        let pieces = ["ä", "日", "😀", "\\n", "\\\\", "\\u00e4", "\\ud83d\\ude00", "x", "\\\""]
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 60...200, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }
            let body = Self.body([Self.message("user", text.joined())])
            let tokens = try body.conversation().tokens
            guard let made = try body.compressed(to: tokens * 2 / 3) else { continue }
            let whole = try Self.contents(String(decoding: body.bytes, as: UTF8.self))[0]
            let parts = try Self.contents(made.text)[0].split(separator: " … ", omittingEmptySubsequences: false)
            #expect(parts.count == 2 && whole.hasPrefix(parts[0]) && whole.hasSuffix(parts[1]))
        }
    }

    @Test("more messages than the provider takes lose their middle: half from the start, half from the end")
    func count() throws {
        let body = Self.body((0..<1200).map { Self.message($0 % 2 == 0 ? "user" : "assistant", "\($0)") })
        let (text, made) = try #require(try body.compressed(to: .max, messagesMax: 1000))
        let left = try Self.contents(text).compactMap(Int.init)
        #expect(made.messageCount == left.count && (998...1000).contains(left.count))
        #expect(left.prefix(499) == Array(0..<499)[...] && left.suffix(499) == Array(701..<1200)[...])
    }

    // MARK: Any conversation

    private static func randomMessages(_ generator: inout SeededGenerator) -> [String] {
        var messages: [String] = []
        if Bool.random(using: &generator) { messages.append(message("system", words(3))) }
        var calls = 0
        for _ in 0..<Int.random(in: 1...24, using: &generator) {
            let text = words(
                Int.random(in: 0...60, using: &generator),
                ["word", "größer", "x1 {}", "\\n"].randomElement(using: &generator)!)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                let ids = (0..<Int.random(in: 1...3, using: &generator)).map { _ -> String in
                    calls += 1
                    return "call_\(calls)"
                }
                let list = ids.map {
                    "{\"id\":\"\($0)\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"
                }
                messages.append(message("assistant", text, ",\"tool_calls\":[\(list.joined(separator: ","))]"))
                messages += ids.map { message("tool", text, ",\"tool_call_id\":\"\($0)\"") }
            case 1: messages.append(message("assistant", text))
            case 2: messages.append(message("developer", "note"))
            default:
                messages.append(
                    "{\"content\":[{\"type\":\"text\",\"text\":\"\(text)\"},{\"type\":\"text\",\"text\":\"end\"}],\"role\":\"user\"}"
                )
            }
        }
        return messages
    }

    @Test("any conversation fits afterwards, in order, with its ends and its pairs", arguments: 0..<400)
    func properties(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let body = Self.body(Self.randomMessages(&generator))
        let conversation = try body.conversation()
        let messages = conversation.messages
        let tokensMax = Int.random(in: 20...(conversation.tokens + 20), using: &generator)
        guard let (text, made) = try body.compressed(to: tokensMax) else {
            #expect(tokensMax < conversation.tokens)
            return
        }
        #expect(made.tokens <= tokensMax)
        #expect(made.removed == made.removed.sorted() && Set(made.removed).count == made.removed.count)
        let kept = messages.indices.filter { !made.removed.contains($0) }
        // The estimate is that of what is sent.
        let after = try Body(text).conversation()
        #expect(after.messages.map(\.role) == kept.map { messages[$0].role })
        #expect(after.tokens <= tokensMax)
        #expect(after.messages.count == made.messageCount)
        // The ends and what the system says stay.
        let users = messages.indices.filter { messages[$0].role == .user }
        for index in [0, messages.count - 1] + [users.first, users.last].compactMap(\.self) {
            #expect(kept.contains(index))
        }
        #expect(messages.indices.allSatisfy { messages[$0].role != .system || kept.contains($0) })
        // A call and its results stay or go together.
        let calls = Set(kept.flatMap { messages[$0].callIDs })
        let answers = Set(kept.compactMap { messages[$0].answeredID })
        #expect(answers.isSubset(of: calls))
        for index in kept where messages[index].hasCalls {
            let given = Set(messages.compactMap(\.answeredID)).intersection(messages[index].callIDs)
            #expect(given.isSubset(of: answers))
        }
        // Whole messages go first.
        if !made.cuts.isEmpty {
            let stays = Set(
                kept.filter { messages[$0].role == .system } + [0, messages.count - 1]
                    + [users.first, users.last].compactMap(\.self))
            let named = Set(stays.flatMap { messages[$0].callIDs } + stays.compactMap { messages[$0].answeredID })
            let pinnedCalls = Set(
                messages.filter { !named.isDisjoint(with: $0.callIDs) }.flatMap(\.callIDs)
            ).union(named)
            #expect(
                kept.allSatisfy { index in
                    stays.contains(index) || messages[index].answeredID.map(pinnedCalls.contains) ?? false
                        || !pinnedCalls.isDisjoint(with: messages[index].callIDs)
                })
        }
    }
}
