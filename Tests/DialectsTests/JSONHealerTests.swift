import TestSupport
import Testing

@testable import Dialects

@Suite("Mending JSON")
struct JSONHealerTests {
    @Test(
        "takes the JSON out of what is around it, byte for byte",
        arguments: [
            "```json\n{\"a\": 1}\n```", "```\n{\"a\": 1}```", "```{\"a\": 1}```",
            "Here you are:\n```json\n{\"a\": 1}\n```\nBye!",
            "Sure! {\"a\": 1}", "{\"a\": 1}\n\nI hope this {helps}.", "As {x} says [1]: {\"a\": 1} [2]",
            "The keys [a, b] give {\"a\": 1}", "\u{FEFF}{\"a\": 1}", "{\"a\": 1}}", "[1] says {\"a\": 1}",
            "<answer>{\"a\": 1}</answer>", "Not {} but {\"a\": 1}",
        ])
    func surroundings(text: String) {
        #expect(JSONHealer.mended(text) == "{\"a\": 1}")
    }

    @Test(
        "mends what is wrong inside",
        arguments: [
            // Brackets.
            (#"{"a": {"b": [1, 2"#, #"{"a":{"b":[1,2]}}"#), (#"{"a": [1, 2}"#, #"{"a":[1,2]}"#),
            (#"{"a": 1]"#, #"{"a":1}"#), (#"[{"a": 1, "b": [{"c": 2]"#, #"[{"a":1,"b":[{"c":2}]}]"#),
            ("```json\n{\"a\": [1, 2\n```", #"{"a":[1,2]}"#),
            // Commas.
            (#"{"a": 1,}"#, #"{"a":1}"#), ("[1, 2, ]", "[1,2]"), (#"{"a": [1,,2,], "b": 3,,}"#, #"{"a":[1,2],"b":3}"#),
            (#"{"a": 1 "b": 2}"#, #"{"a":1,"b":2}"#), (#"[{"a": 1} {"b": 2}]"#, #"[{"a":1},{"b":2}]"#),
            (#"{, "a": 1}"#, #"{"a":1}"#),
            // Keys and quotes.
            ("{a: 1, b_2: {$c-d: 2}}", #"{"a":1,"b_2":{"$c-d":2}}"#), ("{1: 2}", #"{"1":2}"#),
            ("{'a': 'it\\'s \"so\"'}", #"{"a":"it's \"so\""}"#), ("['a', \"b\"]", #"["a","b"]"#),
            ("{grün: 1}", #"{"grün":1}"#),
            // Comments.
            ("{\"a\": 1, // one\n \"b\": /* two */ 2}", #"{"a":1,"b":2}"#),
            ("// before\n{\"a\": \"http://x/*y*/\" /* after */}", #"{"a":"http://x/*y*/"}"#),
            // Names and numbers.
            ("{\"a\": True, \"b\": False, \"c\": None}", #"{"a":true,"b":false,"c":null}"#),
            ("[+1, .5, -.5, 5., 1E+5, 0, -0.0e-1]", "[1,0.5,-0.5,5,1e+5,0,-0.0e-1]"),
            // Strings.
            ("{\"a\": \"one\ntwo\tthree\u{1}\"}", #"{"a":"one\ntwo\tthree\u0001"}"#),
            (#"{"a": "C:\dir\'s \u12 \\ \u00e4"}"#, #"{"a":"C:\\dir's \\u12 \\ \u00e4"}"#),
            // What stops in the middle.
            (#"{"a": "hel"#, #"{"a":"hel"}"#), (#"{"a": "hel\"#, #"{"a":"hel"}"#), (#"{"a": "\u00"#, #"{"a":""}"#),
            (#"{"a": 1, "b"#, #"{"a":1}"#), (#"{"a": 1, "b":"#, #"{"a":1}"#), (#"{"a": tr"#, #"{"a":true}"#),
            (#"{"a": 1."#, #"{"a":1}"#), (#"{"a": [1, -"#, #"{"a":[1]}"#), (#"{"a": 1e"#, #"{"a":1}"#),
            (#"{"a": , "b": 2}"#, #"{"b":2}"#), (#"{"a": }"#, "{}"), ("{", "{}"), ("[", "[]"),
        ])
    func faults(text: String, mended: String) {
        #expect(JSONHealer.mended(text) == mended)
        #expect(JSONHealer.mended(mended) == nil, "what was mended is whole")
        #expect(throws: Never.self) { try JSON(mended) }
    }

    @Test(
        "leaves what is JSON, and what has faults that nobody can mend",
        arguments: [
            #"{"a": 1}"#, " [1, 2]\n", "\"{'a': 1}\"", "12", "null", "{}", "", " ", "No JSON here.", "{not json}",
            #"{"a": "he said "so" to me"}"#, #"{"a": nothing, "b": {"c": 1}}"#, "{a}", "{\"a\"}", "{a b}", "Use {a",
            #"{"a" 1}"#,
            "{\"a\": 007}", "{\"a\": NaN}", "{\"a\": \"\\ud800\"}", "The function f(x) = {x | x > 0}",
        ])
    func unchanged(text: String) {
        #expect(JSONHealer.mended(text) == nil)
    }

    @Test("has its bounds")
    func bounds() {
        let deep = String(repeating: "[", count: HealingLimits.depth)
        #expect(JSONHealer.mended(deep) == deep + String(repeating: "]", count: HealingLimits.depth))
        #expect(JSONHealer.mended(deep + "[") == nil)
        let long = "{\"a\": \"" + String(repeating: "x", count: HealingLimits.textBytes - 10)
        #expect(JSONHealer.mended(long)?.utf8.count == long.utf8.count + 1)
        #expect(JSONHealer.mended(long + "xxxx") == nil)
    }

    /// Values of every kind, in the layout that models like.
    private static let sample = """
        {
          "name": "Grün \\"x\\" \\u00e4 \u{1F426}",
          "list": [1, -2.5e3, true, false, null, "", [], {}],
          "deep": {"a": {"b": [{"c": "d"}, {"e": [0]}]}},
          "last": "end"
        }
        """

    @Test("closes a text that stops anywhere, and keeps every member that was complete")
    func truncation() throws {
        let bytes = Array(Self.sample.utf8)
        let whole = try JSON(Self.sample)
        for cut in 1..<bytes.count {
            // A text has whole characters.
            guard let text = String(validating: bytes[..<cut], as: UTF8.self) else { continue }
            let mended = try #require(JSONHealer.mended(text), "cut at \(cut)")
            let found = try JSON(mended)
            #expect(JSONHealer.mended(mended) == nil)
            for (name, next) in [("name", "list"), ("list", "deep"), ("deep", "last")] {
                if text.contains("\"\(next)\": ") { #expect(found[name] == whole[name], "cut at \(cut)") }
            }
        }
    }

    @Test("gives JSON or nothing, whatever is deleted, put in or doubled")
    func mutations() throws {
        var random = SeededGenerator(seed: 20_261_122)
        let insertions = Array("{}[],:\"'\\/`*tnf-0. \n".utf8)
        var mendedCount = 0
        for _ in 0..<1500 {
            var bytes = Array(Self.sample.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(insertions.randomElement(using: &random)!, at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(place + 8, bytes.count)], at: place)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let mended = JSONHealer.mended(text) else { continue }
            mendedCount += 1
            #expect(throws: Never.self, "\(text)") { try JSON(mended) }
            #expect(JSONHealer.mended(mended) == nil, "\(text)")
        }
        #expect(mendedCount > 200, "\(mendedCount)")
    }
}
