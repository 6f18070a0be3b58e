import Access
import TestSupport
import Testing

@Suite struct APIKeyTextTests {
    @Test func makesKeysOf256Bits() {
        var generator = SeededGenerator(seed: 3)
        let key = APIKeyText(using: &generator)
        #expect(key.secret.utf8.count == 9 + 64)
        #expect(key.secret.hasPrefix("sk-mt-v1-"))
        #expect(key.secret.dropFirst(9).allSatisfy { "0123456789abcdef".contains($0) })
        #expect(APIKeyText(using: &generator).secret != key.secret)
        #expect(APIKeyText(key.secret) != nil)
    }

    @Test func masksTheMiddle() {
        let key = APIKeyText("sk-mt-v1-abc" + String(repeating: "0", count: 58) + "123")!
        #expect(key.label == "sk-mt-v1-abc...123")
        #expect("\(key)" == key.label)
        #expect(APIKeyText("my-very-own-secret")!.label == "my...")
        #expect(APIKeyText("sk-or-v1-0123456789abcdef0123456789abcdef")!.label == "sk-...def")
    }

    @Test(arguments: [
        (16, true), (256, true), (15, false), (257, false), (0, false),
    ])
    func keysHaveBoundedLengths(count: Int, isKey: Bool) {
        #expect((APIKeyText(String(repeating: "k", count: count)) != nil) == isKey)
    }

    @Test(arguments: [" ", "\t", "\n", "\u{7f}", "é", "\0"])
    func keysAreVisibleASCII(character: String) {
        #expect(APIKeyText("0123456789abcdef" + character) == nil)
    }

    @Test func namesAKeyByItsHash() {
        let key = APIKeyText("0123456789abcdef")!
        let hex = "9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f"
        #expect(key.hash.description == hex)
        #expect(APIKeyHash(hex: hex) == key.hash)
        #expect(APIKeyHash(hex: "00") == nil)
    }
}
