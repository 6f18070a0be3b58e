import Accounting
import Completions
import JSONText
import Testing

@testable import Dialects

@Suite("Mending answers")
struct AnswerHealingTests {
    private static func request(_ members: String) throws -> CompletionRequest {
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: #"{"model":"m","messages":[{"role":"user","content":"x"}],\#(members)}"#)
        return try ChatRequestDecoder.decode(root, surface: .chat)
    }

    @Test(
        "is for plain answers in JSON, where it is asked for",
        arguments: [
            (#""plugins":[{"id":"response-healing"}],"response_format":{"type":"json_object"}"#, true),
            (
                #""plugins":[{"id":"response-healing","enabled":true}],"response_format":{"type":"json_schema","#
                    + #""json_schema":{"name":"n","schema":{"type":"object"}}}"#, true
            ),
            (#""plugins":[{"id":"response-healing","enabled":false}],"response_format":{"type":"json_object"}"#, false),
            (#""plugins":[{"id":"response-healing"}],"response_format":{"type":"json_object"},"stream":true"#, false),
            (#""plugins":[{"id":"response-healing"}],"response_format":{"type":"text"}"#, false),
            (#""plugins":[{"id":"response-healing"}]"#, false),
            (#""response_format":{"type":"json_object"}"#, false),
        ])
    func wish(members: String, heals: Bool) throws {
        #expect(try Self.request(members).healsAnswer == heals)
    }

    private static func answer(_ choices: String, _ healing: AnswerHealing?) throws -> JSON {
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: #"{"id":"u","choices":[\#(choices)],"usage":{}}"#)
        let text = written {
            ChatAnswer.write(
                root, stamp: testStamp, healing: healing, usage: TokenUsage(), charge: testCharge, into: &$0)
        }
        return try JSON(text)
    }

    @Test("mends each choice that ended by itself, and nothing else of it")
    func chat() throws {
        let broken = #""role":"assistant","content":"```json\n{a: 1,}\n```""#
        let choices = [
            #"{"index":0,"finish_reason":"stop","message":{\#(broken),"reasoning":"{b: 1,}"}}"#,
            #"{"index":1,"finish_reason":"length","message":{\#(broken)}}"#,
            #"{"index":2,"finish_reason":"stop","message":{"content":"{\"a\":  1}"}}"#,
            #"{"index":3,"finish_reason":"stop","message":{"content":[{"type":"text","text":"{'a'"},{"type":"text","text":": 2}"}]}}"#,
        ].joined(separator: ",")
        let healing = AnswerHealing()
        let answer = try Self.answer(choices, healing)
        let contents = answer["choices"].elements.map { $0["message"]["content"].text }
        #expect(contents == [#"{"a":1}"#, "```json\n{a: 1,}\n```", #"{"a":  1}"#, #"{"a":2}"#])
        #expect(answer["choices"][0]["message"]["reasoning"].text == "{b: 1,}")
        #expect(healing.count == 2)
        let plain = try Self.answer(choices, nil)
        #expect(plain["choices"][0]["message"]["content"].text == "```json\n{a: 1,}\n```")
    }

    @Test("mends what is in no dialect yet, over the pieces of a text")
    func canonical() {
        var answer = CompletionAnswer([
            CompletionEvent(.text("Here: {'a': [1,")), CompletionEvent(.textEnded), CompletionEvent(.text("2,]}")),
            CompletionEvent(.finished(.stop, native: "end_turn")),
        ])
        let healing = AnswerHealing()
        healing.mend(&answer)
        let texts = answer.choices[0].items.map { item -> String in
            if case .text(let text) = item { text.text } else { "?" }
        }
        #expect(texts == [#"{"a":[1,2]}"#, ""])
        #expect(healing.count == 1)
        var cut = CompletionAnswer([
            CompletionEvent(.text("{'a': 1")), CompletionEvent(.finished(.length, native: "max_tokens")),
        ])
        let before = cut
        healing.mend(&cut)
        #expect(cut == before && healing.count == 1)
    }
}
