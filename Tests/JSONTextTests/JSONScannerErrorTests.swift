import JSONText
import Testing

@Suite struct JSONScannerErrorTests {
    let scanner = JSONScanner()

    static let places: [(String, JSONError.Kind, Int)] = [
        ("", .empty, 0), ("  \n", .empty, 3), ("\u{FEFF}{}", .byteOrderMark, 0),
        ("{\"a\":\"b", .unterminatedString, 5), ("[\"a\", \"b\n\"]", .controlCharacterInString, 8),
        ("[\"a\\\u{1}\"]", .controlCharacterInString, 4),
        ("[\"ab\\x\"]", .invalidEscape, 4), ("{\"a\\u12\":1}", .invalidEscape, 3),
        ("[\"\\n\\n\\u00g0\"]", .invalidEscape, 6),
        ("[1,02]", .invalidNumber, 3), ("[1.]", .invalidNumber, 1), ("-", .invalidNumber, 0),
        ("[1x]", .invalidNumber, 1),
        ("[true,fals]", .invalidLiteral, 6), ("{\"a\":nil}", .invalidLiteral, 5), ("truex", .invalidLiteral, 0),
        ("[1,]", .expectedValue, 3), ("[,]", .expectedValue, 1), ("{\"a\":}", .expectedValue, 5),
        ("+1", .expectedValue, 0),
        ("abc", .expectedValue, 0), ("[a]", .expectedValue, 1), ("{1:2}", .expectedKey, 1),
        ("{\"a\":1,}", .expectedKey, 7),
        ("{\"a\" 1}", .expectedColon, 5), ("{\"a\"}", .expectedColon, 4), ("{\"a\",", .expectedColon, 4),
        ("[1 2]", .expectedCommaOrEnd, 3), ("{\"a\":1 \"b\":2}", .expectedCommaOrEnd, 7),
        ("[1}", .expectedCommaOrEnd, 2),
        ("{\"a\":1]", .expectedCommaOrEnd, 6), ("[\"a\"b]", .expectedCommaOrEnd, 4),
        ("{} {}", .trailingContent, 3), ("1 2", .trailingContent, 2), ("\"a\"b", .trailingContent, 3),
        ("{", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2), ("[1, ", .unexpectedEnd, 4), ("{\"a\"", .unexpectedEnd, 4),
        ("{\"a\":", .unexpectedEnd, 5), ("{\"a\":1", .unexpectedEnd, 6), ("{\"a\":1,", .unexpectedEnd, 7),
        ("[[]", .unexpectedEnd, 3),
    ]

    @Test(arguments: places)
    func saysWhatIsWrongAndWhere(_ text: String, _ kind: JSONError.Kind, _ offset: Int) {
        #expect(throws: JSONError(kind: kind, offset: offset)) { try scanner.scan(copying: text) }
    }

    @Test func describesItselfWithThePlace() {
        #expect("\(JSONError(kind: .expectedColon, offset: 17))" == "no colon after a member's name at byte 17")
    }

    @Test func scansOnAfterAFailure() throws {
        for _ in 0..<3 {
            #expect(throws: JSONError.self) { try scanner.scan(copying: "[[[1,") }
            #expect(try scanner.scan(copying: "[[[1]]]").rawText == "[[[1]]]")
            #expect(throws: JSONError.self) { try scanner.scan(copying: "{\"a\":\"") }
            #expect(try scanner.scan(copying: "{\"a\":\"\"}")["a"]?.isEmptyString == true)
        }
    }

    @Test func refusesEveryTruncation() throws {
        let sample = """
            {"id":"gen-1","choices":[{"index":0,"delta":{"content":"h\\u00e9 \\"x\\"","n":[1.5e3,-0,true,false,null]}}],"u":{}}
            """
        #expect((try? scanner.scan(copying: sample)) != nil)
        for length in 0..<sample.utf8.count {
            let bytes = Array(sample.utf8.prefix(length))
            #expect(throws: JSONError.self) { try scanner.scan(copying: bytes.span) }
        }
    }
}
