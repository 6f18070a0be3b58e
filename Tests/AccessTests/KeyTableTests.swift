import Access
import TestSupport
import Testing

@Suite struct KeyTableTests {
    private func keys(_ count: Int, seed: UInt64 = 4) -> [APIKeyText] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in APIKeyText(using: &generator) }
    }

    private func record(_ key: APIKeyText, _ name: String = "k", isFixed: Bool = false) -> APIKeyRecord {
        APIKeyRecord(key, name: name, keyClass: .inference, createdAtMs: 0, isFixed: isFixed)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 1000])
    func findsEveryKeyAndNoOther(count: Int) {
        let keys = keys(count)
        let table = KeyTable(stored: keys.map { record($0, $0.label) })
        #expect(table.count == count)
        for key in keys { #expect(table.principal(key.hash)?.key.label == key.label) }
        for key in self.keys(100, seed: 5) { #expect(table.principal(key.hash) == nil) }
    }

    @Test func fixedKeysWinOverStoredOnes() {
        let key = keys(1)[0]
        let table = KeyTable(fixed: [record(key, "fixed", isFixed: true)], stored: [record(key, "stored")])
        #expect(table.count == 1)
        #expect(table.principal(key.hash)?.key.name == "fixed")
    }

    @Test func remembersKnownKeysOnly() {
        let generator = SeededGenerator(seed: 6)
        let keys = keys(600)
        let known = keys[..<300]
        let authenticator = Authenticator(table: KeyTable(stored: known.map { record($0) }), using: generator)
        for _ in 0..<3 {
            for key in known {
                #expect(authenticator.principal(forKey: key.secret.utf8Span.span)?.hash == key.hash)
            }
            for key in keys[300...] { #expect(authenticator.principal(forKey: key.secret.utf8Span.span) == nil) }
        }
        #expect(authenticator.principal(forKey: "short".utf8Span.span) == nil)
        #expect(authenticator.principal(forKey: String(repeating: "k", count: 257).utf8Span.span) == nil)
    }

    @Test func forgetsWithTheTable() {
        let key = keys(1)[0]
        let authenticator = Authenticator(table: KeyTable(stored: [record(key)]))
        #expect(authenticator.principal(forKey: key.secret.utf8Span.span) != nil)
        authenticator.replace(KeyTable())
        #expect(authenticator.principal(forKey: key.secret.utf8Span.span) == nil)
        var disabled = record(key)
        disabled.isDisabled = true
        authenticator.replace(KeyTable(stored: [disabled]))
        #expect(authenticator.principal(forKey: key.secret.utf8Span.span)?.isDisabled == true)
    }

    @Test func anOlderTableThatComesLateIsPassedOver() {
        let key = keys(1)[0]
        let authenticator = Authenticator(table: KeyTable(version: 2))
        authenticator.replace(KeyTable(stored: [record(key)], version: 1))
        #expect(authenticator.principal(forKey: key.secret.utf8Span.span) == nil)
        authenticator.replace(KeyTable(stored: [record(key)], version: 3))
        #expect(authenticator.principal(forKey: key.secret.utf8Span.span) != nil)
    }

    /// Guesses at every distance from a key that is known: none costs more or less than any other.
    @Test func aGuessCostsOneHashHoweverNearItIs() {
        let key = keys(1)[0]
        let authenticator = Authenticator(table: KeyTable(stored: [record(key)]))
        let secret = Array(key.secret.utf8)
        for position in secret.indices {
            var guess = secret
            guess[position] = guess[position] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            for _ in 0..<2 {
                let before = authenticator.hashCount
                #expect(authenticator.principal(forKey: guess.span) == nil)
                #expect(authenticator.hashCount == before + 1)
            }
        }
        let before = authenticator.hashCount
        #expect(authenticator.principal(forKey: secret.span) != nil)
        #expect(authenticator.hashCount == before + 1)
    }

    @Test func digestsAreComparedWhole() {
        let digest = APIKeyHash(hex: String(repeating: "5", count: 64))
        for position in 0..<64 {
            var other = Array(repeating: UInt8(ascii: "5"), count: 64)
            other[position] = UInt8(ascii: "4")
            #expect(APIKeyHash(hex: String(decoding: other, as: UTF8.self)) != digest)
        }
        #expect(APIKeyHash(hex: String(repeating: "5", count: 64)) == digest)
    }
}
