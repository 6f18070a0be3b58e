import Cryptography
import TestSupport
import Testing

@Suite struct RandomnessTests {
    @Test func secureNumbersDoNotRepeat() {
        let generator = SecureGenerator()
        var seen: Set<UInt64> = []
        for _ in 0..<1000 { seen.insert(generator.next()) }
        #expect(seen.count == 1000)
    }

    @Test func base62UsesAllDigits() {
        var generator = SeededGenerator(seed: 1)
        var seen: Set<UInt8> = []
        for _ in 0..<200 {
            let digits = Base62.digits(of: generator.next())
            for index in 0..<Base62.digitsPerWord { seen.insert(digits[index]) }
        }
        #expect(seen.count == 62)
        #expect(seen.allSatisfy { Base62.isDigit($0) })
        #expect((UInt8.min...UInt8.max).filter { Base62.isDigit($0) }.count == 62)
    }

    @Test(arguments: [("", "", true), ("abc", "abc", true), ("abc", "abd", false), ("abc", "ab", false)])
    func comparesInConstantTime(left: String, right: String, areEqual: Bool) {
        #expect(ConstantTime.areEqual(left.utf8Span.span, right.utf8Span.span) == areEqual)
    }

    @Test func fingerprintsDependOnTextAndKey() {
        var generator = SeededGenerator(seed: 2)
        let key = KeyedFingerprint.Key(using: &generator)
        let other = KeyedFingerprint.Key(using: &generator)
        let text = "sk-mt-v1-0123456789"
        let print = KeyedFingerprint(of: text.utf8Span.span, key: key)
        #expect(print == KeyedFingerprint(of: text.utf8Span.span, key: key))
        #expect(print != KeyedFingerprint(of: text.utf8Span.span, key: other))
        #expect(print != KeyedFingerprint(of: "sk-mt-v1-0123456788".utf8Span.span, key: key))
        #expect(KeyedFingerprint(of: "".utf8Span.span, key: key) == KeyedFingerprint(of: "".utf8Span.span, key: key))
    }
}
