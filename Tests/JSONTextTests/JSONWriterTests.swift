import Buffers
import Foundation
import JSONText
import Testing

@Suite struct JSONWriterTests {
    @Test func setsCommas() {
        var buffer = ByteBuffer()
        buffer.append("data: ")
        buffer.appendJSON { json in
            json.object { json in
                json.member("a", "x")
                json.memberArray("b") { json in
                    json.integer(1)
                    json.object { _ in }
                    json.array { _ in }
                    json.null()
                    json.string("{")
                    json.bool(true)
                    json.array { json in
                        json.string("")
                        json.string("[")
                    }
                }
                json.memberObject("c") { json in
                    json.key(text: "d\"")
                    json.double(1.5)
                    json.member("e", 2 as Int)
                }
                json.member("f", nil as String?)
                json.memberNull("g")
                json.member("h", nanos: 1_500_000_000)
                json.member("i", false)
                json.member("j", 0.1)
            }
        }
        #expect(
            buffer.text
                == #"data: {"a":"x","b":[1,{},[],null,"{",true,["","["]],"c":{"d\"":1.5,"e":2},"g":null,"h":1.5,"i":false,"j":0.1}"#
        )
    }

    @Test func escapesWhatMustBeEscapedAndNothingElse() throws {
        let text = "\"\\/\u{8}\t\n\u{C}\r\u{0}\u{1}\u{1B}\u{1F}\u{7F}é😀\u{2028}'<>&"
        let written = write { $0.string(text) }
        #expect(written == #""\"\\/\b\t\n\f\r\u0000\u0001\u001b\u001f"# + "\u{7F}é😀\u{2028}'<>&\"")
        #expect(
            try JSONSerialization.jsonObject(with: Data(written.utf8), options: .fragmentsAllowed) as? String == text)
        #expect(write { $0.string("") } == "\"\"")
    }

    @Test func repairsBytesThatAreNoUTF8() {
        #expect(write { $0.string(bytes: [0x61, 0xFF, 0x0A].span) } == "\"a\u{FFFD}\\n\"")
        #expect(write { $0.string(bytes: Array("é\"".utf8).span) } == #""é\"""#)
        #expect(write { $0.string(escaped: Array(#"a\n\u0041"#.utf8).span) } == #""a\n\u0041""#)
    }

    @Test func everyByteSurvivesARoundTrip() throws {
        let scanner = JSONScanner()
        for scalar in (0..<0x300).compactMap(Unicode.Scalar.init) {
            let text = "x\(scalar)y"
            let written = write { $0.string(text) }
            #expect(try scanner.scan(copying: written).string == text)
        }
    }

    static let decimals: [(Int64, String)] = [
        (0, "0"), (1, "0.000000001"), (-1, "-0.000000001"), (10, "0.00000001"), (1_000_000_000, "1"),
        (-1_000_000_000, "-1"),
        (1_500_000_000, "1.5"), (123_456_789, "0.123456789"), (100_000_000, "0.1"), (12_345_678_901, "12.345678901"),
        (-12_300_000_000, "-12.3"), (.max, "9223372036.854775807"), (.min, "-9223372036.854775808"),
        (1_000_000_001, "1.000000001"),
    ]

    @Test(arguments: decimals)
    func writesMoneyAsPlainDecimals(_ nanos: Int64, _ expected: String) {
        #expect(write { $0.decimal(nanos: nanos) } == expected)
    }

    @Test(
        arguments: [0, -0.0, 1, 0.1, 1e21, 1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 123456.789]
            as [Double])
    func writesDoublesThatReadBack(_ value: Double) throws {
        let scanner = JSONScanner()
        #expect(try scanner.scan(copying: write { $0.double(value) }).double == value)
    }

    @Test func writesNullForWhatJSONLacks() {
        #expect(write { $0.double(.nan) } == "null")
        #expect(write { $0.double(-.infinity) } == "null")
    }

    @Test func copiesScannedValues() throws {
        let scanner = JSONScanner()
        let value = try scanner.scan(copying: #"{"a": [1, "é\n" ] ,"b":{}}"#)
        let written = write { json in
            json.object { json in
                json.member("x", raw: value["a"])
                json.member("y", raw: value["absent"])
                json.key("z")
                json.raw(value["b"]!)
                json.key("w")
                json.raw("[0]")
            }
        }
        #expect(written == #"{"x":[1, "é\n" ],"z":{},"w":[0]}"#)
    }

    @Test func keepsWhatTheBufferHeldWhenABodyFails() {
        struct Failure: Error {}
        var buffer = ByteBuffer()
        buffer.append("before ")
        #expect(throws: Failure.self) {
            try buffer.appendJSON { (json: inout JSONWriter) throws(Failure) in
                json.beginObject()
                throw Failure()
            }
        }
        #expect(buffer.text == "before {")
    }

    private func write(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return writer.finish().text
    }
}
