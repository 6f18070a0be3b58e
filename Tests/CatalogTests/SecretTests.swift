import Testing

@testable import Catalog

@Suite("Secrets")
struct SecretTests {
    @Test("print as stars, however they are printed")
    func stars() throws {
        let secret = Secret("sk-very-secret")
        var dumped = ""
        dump(secret, to: &dumped)
        let key = ProviderKey(secret: secret)
        var dumpedKey = ""
        dump(key, to: &dumpedKey)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\(key)", String(reflecting: key), dumpedKey] {
            #expect(!text.contains("very"), "\(text.count) characters")
        }
        #expect("\(Secret(""))" == "(empty)")
    }

    @Test("can be revealed")
    func reveal() {
        #expect(Secret("abc").reveal() == "abc")
        #expect(Secret("abc") == Secret("abc"))
        #expect(!Secret("a").isEmpty)
    }
}
