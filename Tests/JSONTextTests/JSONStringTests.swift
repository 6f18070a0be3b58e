import Buffers
import JSONText
import Testing

@Suite struct JSONStringTests {
    let scanner = JSONScanner()

    static let strings: [(source: String, text: String)] = [
        (#""""#, ""), (#""abc""#, "abc"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u65E5""#, "Aé日"),
        (#""\ud83d\ude00""#, "😀"), (#""x\uD83D\uDE00y""#, "x😀y"), (#""\ud83d""#, "\u{FFFD}"),
        (#""\ude00""#, "\u{FFFD}"),
        (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
        (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\u0000""#, "\0"),
        (#""\uffff""#, "\u{FFFF}"),
        (#""\udbff\udfff""#, "\u{10FFFF}"), (#""\ud800\udc00""#, "\u{10000}"), (#""\u07ff\u0800""#, "\u{7FF}\u{800}"),
        (#""é\\""#, "é\\"), (#""\\u0041""#, "\\u0041"),
    ]

    @Test(arguments: strings)
    func unescapes(_ source: String, _ text: String) throws {
        let value = try scanner.scan(copying: "[\(source)]")[0]!
        #expect(value.string == text)
        var out = ByteBuffer()
        value.copyString(into: &out)
        #expect(out.text == text)
        #expect(value.withString { $0.count } == text.utf8.count)
        #expect(equals(value, text))
        #expect(!equals(value, text + "x"))
        #expect(value.isEmptyString == text.isEmpty)
    }

    private func equals(_ value: JSONValue, _ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return value.equals(bytes.span)
    }

    @Test func comparesWithoutEscapesGettingInTheWay() throws {
        let value = try scanner.scan(
            copying: #"["stop","st\u006fp","\u0073\u0074\u006f\u0070","stop ","sto","","STOP"]"#)
        #expect(value.elements.map { $0.equals("stop") } == [true, true, true, false, false, false, false])
        #expect(value[5]!.equals(""))
        #expect(!value[0]!.equals(""))
        #expect(!value.equals("stop"))
        #expect(value[1]!.hasEscapes && !value[0]!.hasEscapes)
    }

    @Test func findsEscapedKeys() throws {
        let value = try scanner.scan(
            copying: #"{"m\u006fdel":1,"model ":2,"mod":3,"\u006d\u006f\u0064\u0065\u006c2":4,"":5,"\"":6}"#)
        #expect(value["model"]?.integer == 1)
        #expect(value["model2"]?.integer == 4)
        #expect(value[""]?.integer == 5)
        #expect(value["\""]?.integer == 6)
        #expect(value["m\\u006fdel"] == nil)
        #expect(value.member("model")?.range == 1..<15)
        #expect(value.members.first { $0.key.equals("model2") }?.value.integer == 4)
    }

    @Test func givesRangesOfTheSource() throws {
        let text = #" { "a" : "x\ny" } "#
        let value = try scanner.scan(copying: text)
        let member = value.member("a")!
        let bytes = Array(text.utf8)
        func slice(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        #expect(slice(value.range) == #"{ "a" : "x\ny" }"#)
        #expect(slice(member.range) == #""a" : "x\ny""#)
        #expect(slice(member.key.range) == #""a""#)
        #expect(slice(member.value.contentsRange!) == #"x\ny"#)
        #expect(value.contentsRange == nil)
        var out = ByteBuffer()
        member.value.copyRaw(into: &out)
        #expect(out.text == #""x\ny""#)
        #expect(member.value.withRawSpan { $0.count } == 6)
    }

    @Test func otherKindsAreNoStrings() throws {
        for text in ["1", "null", "[]", "{}", "true"] {
            let value = try scanner.scan(copying: text)
            #expect(value.string == nil)
            #expect(!value.equals("1") && !value.isEmptyString && !value.hasEscapes)
            var out = ByteBuffer()
            value.copyString(into: &out)
            #expect(out.text.isEmpty)
            #expect(value.withString { $0.count } == nil)
        }
    }
}
