import Completions
import Testing

@testable import Dialects

@Suite("Which preset a request names")
struct PresetReferenceTests {
    @Test(
        "in each of its fields",
        arguments: [
            (#"{"preset":"p"}"#, "p", "preset", nil),
            (#"{"preset":"p","model":"a/b"}"#, "p", "preset", nil),
            (#"{"model":"@preset/p"}"#, "p", "model", nil),
            (#"{"model":"a/b@preset/p"}"#, "p", "model", "a/b"),
            (#"{"model":"~a/b:nitro@preset/p-1"}"#, "p-1", "model", "~a/b:nitro"),
            (#"{"model":"a@b/c@preset/p"}"#, "p", "model", "a@b/c"),
            (#"{"model":"\u0040preset/p"}"#, "p", "model", nil),
            (#"{"model":"@pre@@preset/p@preset/q"}"#, "p@preset/q", "model", "@pre@"),
            (#"{"preset":"p","model":"@preset/p"}"#, "p", "preset", nil),
        ] as [(String, String, String, String?)])
    func isFound(body: String, slug: String, param: String, model: String?) throws {
        let found = try #require(try reference(body))
        #expect(found.slug == slug && found.param == param && found.model == model)
    }

    @Test(
        "is none of theirs",
        arguments: [
            "{}", "[]", #"{"preset":null}"#, #"{"model":"a/b"}"#, #"{"model":"a/b@1"}"#, #"{"model":"@presets/p"}"#,
            #"{"model":7}"#, #"{"messages":[{"preset":"p"}]}"#,
        ])
    func isNone(body: String) throws {
        #expect(try reference(body) == nil)
    }

    @Test("is not looked for in what is longer than any name")
    func isLong() throws {
        for (bytes, found) in [(400, true), (520, false), (1 << 20, false)] {
            let name = String(repeating: "@", count: bytes) + "@preset/p"
            #expect(try (reference(#"{"model":"\#(name)"}"#) != nil) == found)
            #expect(PresetReference.isIn(model: name) == found)
        }
    }

    @Test("must be a string, and one")
    func isRefused() {
        let wrong = #expect(throws: APIError.self) { try reference(#"{"preset":["p"]}"#) }
        #expect(wrong?.param == "preset" && wrong?.status == 400)
        let two = #expect(throws: APIError.self) { try reference(#"{"preset":"p","model":"a/b@preset/q"}"#) }
        #expect(two?.param == "preset" && two?.status == 400)
        #expect(two?.message.contains("\"p\"") == true && two?.message.contains("\"q\"") == true)
    }

    @Test("that is unknown gets the nearest names, or all of few")
    func isUnknown() throws {
        let table = PresetTable(try ["support", "triage"].map { try preset("{}", slug: $0) })
        func refusal(_ body: String) throws -> APIError? {
            let wanted = try #require(try reference(body))
            return #expect(throws: APIError.self) { try table.preset(wanted) }
        }
        let near = try refusal(#"{"model":"@preset/suport"}"#)
        #expect(near?.status == 404 && near?.param == "model")
        #expect(near?.message.contains("Did you mean support?") == true)
        let far = try refusal(#"{"preset":"zzzzzz"}"#)
        #expect(far?.status == 404 && far?.param == "preset")
        #expect(far?.message.hasSuffix("There are: support, triage.") == true)
        let many = PresetTable(try (1...20).map { try preset("{}", slug: "name\($0)") })
        let wanted = try #require(try reference(#"{"preset":"\#(String(repeating: "z", count: 10_000))"}"#))
        let short = #expect(throws: APIError.self) { try many.preset(wanted) }
        #expect(short?.message.hasSuffix("and 12 more.") == true && (short?.message.utf8.count ?? 9999) < 300)
    }
}
