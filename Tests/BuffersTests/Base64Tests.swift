import Buffers
import Testing

@Suite struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("\u{3ff}\u{3bf}", "z7/Ovw=="),
    ])
    func encodesAndDecodes(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
        #expect(Base64.decode(encoded.replacing("=", with: "")) == Array(text.utf8))
    }

    @Test func everyByteComesBack() {
        for count in 0..<300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    /// Foreign letters, a length that cannot be, padding in the middle or too much of it, bits behind the last byte.
    @Test(arguments: ["Zg=", "Zm9v*", "Z", "Zm9vY", "Zg==Zg==", "Zg===", "Zh==", "Zm9=", "Z g=", "_-8="])
    func refuses(_ text: String) {
        #expect(Base64.decode(text) == (text == "Zg=" ? [0x66] : nil))
    }
}
