@testable import HTTPWire
import Testing

@Suite struct FieldNameTests {
    private func known(_ name: String) throws -> FieldName? {
        var parser = RequestHeadParser()
        var head = RequestHead()
        // HTTP/1.0, so that Host is not asked for; at the very end of the bytes and far from it.
        let bytes = "GET / HTTP/1.0\r\n\(name): chunked\r\n\r\n".bytes
        _ = try parser.parse(bytes, into: &head)
        return head.fields[0].known
    }

    @Test(arguments: FieldName.allCases.filter { ![.contentLength, .transferEncoding, .host].contains($0) })
    func isKnownInAnyCase(_ name: FieldName) throws {
        let text = name.text.description
        #expect(!text.isEmpty && text == text.lowercased())
        #expect(try known(text) == name)
        #expect(try known(text.uppercased()) == name)
        #expect(try known(text + "x") == nil)
        #expect(try known(String(text.dropLast()) + "_") != name)
        #expect(try known("!" + text.dropFirst()) != name)
    }

    @Test func framingFieldsAreKnown() {
        let table = FieldNameTable.shared
        for name in FieldName.allCases {
            let bytes = name.text.description.bytes
            let found = table.lookup(bytes.span, 0, bytes.count)
            #expect(found == name)
        }
    }

    @Test func knowsAliasesAndNothingElse() throws {
        #expect(try known("HTTP-Referer") == .referer)
        for name in ["content_type", "x-api_key", "x", "content-typ", String(repeating: "x", count: 200)] {
            #expect(try known(name) == nil)
        }
    }
}

@Suite struct ByteScanTests {
    /// The word-wise search gives what a look at each byte gives, at every offset and for every byte.
    @Test func findsControlsLikeABytewiseSearch() {
        for byte in UInt8.min...UInt8.max {
            for offset in 0..<20 {
                var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 20)
                bytes[19 - offset] = 0x09
                bytes[offset] = byte
                let expected = bytes.firstIndex { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F } ?? 20
                let found = bytes.span.firstControl(from: 0, to: 20)
                #expect(found == expected)
            }
        }
    }

    @Test func tableAgreesWithTheGrammar() {
        for byte in UInt8.min...UInt8.max {
            let character = Character(UnicodeScalar(byte))
            let isLetterOrDigit = byte < 0x80 && (character.isLetter || character.isNumber)
            let isToken = isLetterOrDigit || "!#$%&'*+-.^_`|~".contains(character)
            #expect(ByteClass.shared.has(byte, ByteClass.token) == isToken)
            let isText = byte == 0x09 || (byte >= 0x20 && byte != 0x7F)
            #expect(ByteClass.shared.has(byte, ByteClass.text) == isText)
        }
    }
}
