import Cryptography
import Testing

@Suite("Sealing")
struct SealingKeyTests {
    static let secret = String(repeating: "k", count: SealingKey.secretBytesMin)
    let key = SealingKey(Self.secret)!

    @Test(
        "gives back what was sealed, and shows nothing of it",
        arguments: ["", "sk-upstream-1234567890", "schlüssel\n{}"])
    func opens(text: String) throws {
        let sealed = key.seal(text, for: "a")
        #expect(key.open(sealed, for: "a") == text)
        #expect(SealingKey(Self.secret)?.open(sealed, for: "a") == text)
        #expect(sealed.count == text.utf8.count + 40)
        #expect(text.isEmpty || !String(decoding: sealed, as: UTF8.self).contains(text))
    }

    @Test("never makes the same bytes twice")
    func nonces() {
        #expect(key.seal("same", for: "a") != key.seal("same", for: "a"))
    }

    @Test("opens nothing under another key, for another context, or changed")
    func refuses() throws {
        let sealed = key.seal("secret", for: "a")
        #expect(SealingKey(Self.secret + "x")?.open(sealed, for: "a") == nil)
        #expect(key.open(sealed, for: "b") == nil)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(key.open(changed, for: "a") == nil)
        }
        for count in 0..<sealed.count { #expect(key.open(Array(sealed[..<count]), for: "a") == nil) }
    }

    @Test("takes no secret that is short")
    func short() {
        #expect(SealingKey(String(repeating: "k", count: SealingKey.secretBytesMin - 1)) == nil)
        let made = SealingKey.makeSecret()
        #expect(made.count == 64 && made != SealingKey.makeSecret() && SealingKey(made) != nil)
    }
}
