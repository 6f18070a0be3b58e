import Buffers
import Cryptography
import Testing

@Suite struct SHA256DigestTests {
    /// FIPS 180-4 examples, and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func hashes(text: String, hex: String) {
        let digest = SHA256Digest(hashing: text)
        #expect(digest.description == hex)
        #expect(SHA256Digest(hex: hex) == digest)
        #expect(SHA256Digest(hex: hex.uppercased()) == digest)
        #expect(digest.withBytes { SHA256Digest(bytes: $0) } == digest)
    }

    @Test(arguments: ["", "00", String(repeating: "g", count: 64), String(repeating: "0", count: 63) + "\n"])
    func refusesWhatIsNoDigest(hex: String) {
        #expect(SHA256Digest(hex: hex) == nil)
    }

    @Test func differsInEveryPart() {
        let zero = SHA256Digest(hex: String(repeating: "0", count: 64))!
        for position in 0..<64 {
            var digits = Array(repeating: "0", count: 64)
            digits[position] = "1"
            #expect(SHA256Digest(hex: digits.joined()) != zero)
        }
    }
}
