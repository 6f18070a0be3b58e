import JSONText
import Testing

/// What is JSON and what is not, by RFC 8259: each case is checked alone, inside of an array and inside of an object.
@Suite struct JSONGrammarTests {
    let scanner = JSONScanner()

    static let valid: [String] = [
        "0", "-0", "1", "-1", "10", "123456789012345678901234567890", "0.0", "-0.0", "0.1", "1.0", "1.5e3", "1E3",
        "1e+3", "1e-3", "0e0", "0e+1", "1e0001", "-1.25E-10", "1e400", "-1e-400", "100000000000000000000e-20",
        "9007199254740993", "18446744073709551615", "-9223372036854775808", "0.000000001", "4.9e-324",
        "true", "false", "null",
        #""""#, #"" ""#, #""a""#, #""a b""#, #""\"""#, #""\\""#, #""\/""#, #""/""#, #""\b\f\n\r\t""#, #""\\\\""#,
        #""\\\"""#, #""\u0041""#, #""\u00e9""#, #""\u00E9""#, #""\u0000""#, #""\u2028""#, #""\uFFFF""#, #""\ufdd0""#,
        #""\ud83d\ude00""#, #""\uD83D\uDE00""#, #""\ud83d""#, #""\ude00""#, #""\ude00\ud83d""#, #""\ud83dx""#,
        #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ud83d\ud83d\ude00""#, #""\\u12""#, #""\\ud83d""#,
        "\"é\"", "\"😀\"", "\"日本語\"", "\"\u{7F}\"", "\"\u{80}\"", "\"\u{2028}\u{2029}\"", "\"\u{FEFF}\"",
        "\"\u{10FFFF}\"", "\"\u{FFFF}\"", #""{}[],:""#, #""// no comment""#, #""true""#, #""a\"b\"c""#,
        #""0123456789abcdef0123456789abcdef\n""#, #""0123456789abcde\\""#, #""0123456789abcdef\\""#,
        #""0123456789abcd\"""#, #""0123456789012345678901234567890123456789012345678901234567890123\u0041""#,
        "[]", "[ ]", "[\n\r\t ]", "[1]", "[1,2]", "[ 1 , 2 ]", "[[]]", "[[],[]]", "[[[1],2],3]", "[null,true,false]",
        "[\"\"]", "[0]", "[-0]", "[{}]", "[1\n,2]", "[[[[[[[[[[]]]]]]]]]]", "[\"a\",1,null,{},[]]",
        "{}", "{ }", "{\"a\":1}", "{ \"a\" : 1 }", "{\"a\":1,\"b\":2}", "{\"\":1}", "{\"a\":{}}", "{\"a\":[]}",
        "{\"a\":{\"b\":{\"c\":[1,{\"d\":null}]}}}", "{\"a\":1,\"a\":2}", #"{"\u0061":1}"#, #"{"a\"b":1}"#,
        "{\"a\"\n:\r1\t}", "{\"a\":\"b\"}", "{\"a\":true,\"b\":false,\"c\":null}", "{\"\u{1F600}\":0}",
        "\t1\n", " \r\n null \r\n", " {\"a\" : [ ] } ",
    ]

    static let invalid: [String] = [
        "", " ", "\n", "\t\r\n ",
        // Numbers.
        "-", "+1", "01", "-01", "00", "1.", ".1", "-.1", "1.e1", "1e", "1e+", "1e-", "1e1.5", "1.2.3", "0x10", "1_000",
        "1,000", "- 1", "1 2", "--1", "+-1", "Infinity", "-Infinity", "NaN", "nan", "inf", "1e1e1", "0e", "0.e1", "１",
        "1a", "1\u{0}", "1\"a\"", "1\\", "0.1.", "1e5x", "-x", "-\"1\"", "1/2", "1;", "1'", "2.0e", "٣", "1\u{A0}",
        // Words.
        "t", "tru", "truee", "True", "TRUE", "fals", "falsee", "False", "nul", "nulll", "Null", "none", "undefined",
        "true1", "true\"\"", "nullx", "true false", "null,", "truetrue", "t rue", "yes", "a", "'a'", "true\\n",
        // Strings.
        "\"", "\"a", "a\"", "\"\"\"", "\"a\"b", "\"a\" \"b\"", "\"a\"\"b\"", #""\""#, #""\a""#, #""\x41""#, #""\'""#,
        #""\0""#, #""\u""#, #""\u1""#, #""\u12""#, #""\u123""#, #""\u123g""#, #""\u-123""#, #""\u 123""#, #""\U0041""#,
        #""\u+123""#, #""\ud83d\""#, #""\ud83d\u""#, #""\ud83d\ude0""#, #""\ud83d\x""#, #""\v""#, #""\e""#, #""\ ""#,
        "\"\u{0}\"", "\"\u{1}\"", "\"\n\"", "\"\t\"", "\"\r\"", "\"\u{1F}\"", "\"a\u{8}b\"", "\"\\\n\"", "\"\\\u{0}\"",
        "'a'", "“a”", "\\\"a\\\"", #"\"a""#, #""a\"#, #""a\\\"#, #""0123456789abcdef\x""#, #""0123456789abcde\q""#,
        #""0123456789012345678901234567890123456789012345678901234567890123456789\q""#,
        // Arrays.
        "[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1]]", "[[1]", "[1}", "[}", "[1:2]", "[:]",
        "[\"a\":1]", "[1;2]", "[1],", "[][]", "[\"a\" \"b\"]", "[1,2,3,]", "[true false]", "[-]", "[01]", "[\"]",
        "[nul]",
        "[1,\u{0}2]", "[\u{FEFF}]", "[\u{A0}]", "[\u{B}1]", "[\u{C}]", "[\\]", "[a]", "[{]", "[[]", "[/* */]",
        "[// \n]",
        // Objects.
        "{", "}", "{]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,\"a\":1}", "{,}", "{\"a\"}",
        "{\"a\",1}", "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1:2}", "{\"a\":1,,\"b\":2}", "{\"a\":1 \"b\":2}", "{a:1}",
        "{'a':1}", "{1:1}", "{null:1}", "{true:1}", "{[]:1}", "{{}:1}", "{\"a\":}", "{:1}", "{\"a\":1}}", "{\"a\":1]",
        "{\"a\":1};", "{\"a\":1}{}", "{\"a\":1,\"b\"}", "{\"a\":1,2}", "{\"a\":1,\"b\":}", "{\"a\":[1}", "{\"a\":{]}",
        "{\"a\"\\\":1}", "{\"a\" \"b\":1}", "{\"a\"b:1}", "{\"a:1}", #"{"\q":1}"#, #"{"\u12":1}"#, "{\"a\\\":1}",
        "{\"a\": true \"b\"}", "{\"\n\":1}", "{ , }", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":tru}", "{{}}",
        // Beside the value.
        "\u{FEFF}1", "1 x", "{} null", "[] ,", "/**/1", "1 // x", "#", "\u{0}", "1\u{0}", "\u{0}1", "{}\u{0}", "\\",
        ":",
        ",", "\u{1}", "\u{7F}", "é", "😀", "\u{A0}1", "1\u{2028}", "()", "<a>", "`a`",
    ]

    @Test(arguments: valid)
    func accepts(_ text: String) throws {
        for wrapped in [text, "[\(text)]", "[1,\(text) ]", "{\"k\":\(text)}", "\n\(text)\n"] {
            let value = try scanner.scan(copying: wrapped)
            #expect(ReferenceJSON(value) == ReferenceJSON.parse(wrapped), "\(wrapped)")
        }
    }

    @Test(arguments: invalid)
    func refuses(_ text: String) throws {
        #expect(ReferenceJSON.parse(text) == nil, "the reference takes \(text)")
        for wrapped in [text, " \(text)", "[\(text)]", "[1,\(text)]", "{\"k\":\(text)}", "{\"k\":[\(text)],\"m\":1}"] {
            let isJSON = (try? scanner.scan(copying: wrapped)) != nil
            #expect(isJSON == (ReferenceJSON.parse(wrapped) != nil), "\(wrapped)")
        }
        #expect(throws: JSONError.self) { try scanner.scan(copying: text) }
    }

    static let notUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
        [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8],
        [0xFE], [0xFF], [0x61, 0xFF, 0x62],
    ]

    @Test(arguments: notUTF8)
    func refusesWhatIsNotUTF8AndSaysWhere(_ bytes: [UInt8]) throws {
        for padding in [0, 13, 60, 61, 62, 63, 64, 127, 300] {
            let lead = Array("\"".utf8) + [UInt8](repeating: 0x61, count: padding)
            let text = lead + bytes + Array("\"".utf8)
            let plain = bytes[0] == 0x61 ? 1 : 0
            #expect(throws: JSONError(kind: .invalidUTF8, offset: lead.count + plain)) {
                try scanner.scan(copying: text.span)
            }
        }
    }

    @Test func agreesWithTheReferenceOnEveryTwoByteChangeOfASample() throws {
        let sample = Array(#"{"a":[1,-2.5e3,true,null,"x\n\u00e9"], "b" : {"c":"","d":[]}}"#.utf8)
        let alphabet = Array("{}[],:\"\\ 0e.-ut\n\u{1}a".utf8) + [0xC3, 0x80]
        for index in sample.indices {
            for byte in alphabet {
                var changed = sample
                changed[index] = byte
                compare(changed)
                changed.insert(byte, at: index)
                compare(changed)
            }
            var shorter = sample
            shorter.remove(at: index)
            compare(shorter)
        }
    }

    private func compare(_ bytes: [UInt8]) {
        let value = try? scanner.scan(copying: bytes.span)
        let expected = ReferenceJSON.parse(bytes)
        #expect(value.map { ReferenceJSON($0) } == expected, "\(String(decoding: bytes, as: UTF8.self))")
    }
}
