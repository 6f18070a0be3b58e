import Access
import Buffers
import Completions
import JSONText
import Testing

@testable import APIRoutes

@Suite struct CredentialFieldsTests {
    private static let hash = String(repeating: "0a", count: 32)

    private func read(_ text: String) throws(APIError) -> CredentialFields {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let root = try? scanner.scan(copying: text) else {
            Issue.record("not JSON: \(text)")
            throw APIError(.server, "")
        }
        return try CredentialFields(root)
    }

    private static func blank() -> ProviderCredential {
        ProviderCredential(id: "1", provider: "openai", label: "x", sealed: [], createdAtMs: 0)
    }

    @Test func readsEveryField() throws {
        let fields = try read(
            """
            {"provider":"openai","key":" sk-1\\n","name":"mine","disabled":true,"is_fallback":false,"is_required":true,
             "is_byok_only":true,"allowed_models":["a/b","c/*"],"allowed_api_key_hashes":["\(Self.hash)"],
             "allowed_user_ids":["u1"],"declared_zdr":true,"declared_region":"europe","workspace_id":"default","x":1}
            """)
        #expect(fields.key == "sk-1" && fields.provider == "openai")
        var credential = Self.blank()
        try fields.apply(to: &credential)
        #expect(credential.name == "mine" && credential.isDisabled && credential.isRequired && credential.isOnly)
        #expect(credential.allowedModels?.names == ["a/b", "c/*"])
        #expect(credential.allowedKeys?.map(\.description) == [Self.hash])
        #expect(credential.allowedUserIDs == ["u1"])
        #expect(credential.declaredZDR == true && credential.declaredRegion == .europe)
    }

    @Test func aStructuredKeyMayBeAnObject() throws {
        #expect(try read(#"{"key":{"accessKeyId":"A"}}"#).key == #"{"accessKeyId":"A"}"#)
    }

    @Test func nullClearsAndAbsenceLeaves() throws {
        var credential = Self.blank()
        credential.name = "x"
        credential.allowedModels = NameList(["a"])
        credential.allowedUserIDs = ["u"]
        credential.declaredZDR = true
        let before = credential
        let nothing = try read("{}")
        #expect(nothing.isEmpty)
        try nothing.apply(to: &credential)
        #expect(credential == before)
        let clearing = try read(#"{"name":null,"allowed_models":null,"allowed_user_ids":null,"declared_zdr":null}"#)
        #expect(!clearing.isEmpty)
        try clearing.apply(to: &credential)
        #expect(credential == Self.blank())
    }

    @Test(arguments: [
        ("key", "7"), ("key", #""""#), ("key", #"" ""#), ("provider", "1"), ("name", #""""#), ("disabled", #""no""#),
        ("is_fallback", "null"), ("is_required", "1"), ("is_byok_only", "[]"), ("declared_zdr", #""yes""#),
        ("declared_region", #""moon""#), ("allowed_models", "[]"), ("allowed_api_key_hashes", "[]"),
        ("allowed_user_ids", "[]"), ("allowed_models", #""a/b""#), ("workspace_id", #""other""#),
    ])
    func refuses(field: String, value: String) {
        let error = #expect(throws: APIError.self) { try read("{\"\(field)\":\(value)}") }
        #expect(error?.status == 400 && error?.param == field)
    }

    @Test(arguments: [
        String(repeating: "0A", count: 32), String(repeating: "0", count: 63), String(repeating: "g", count: 64),
    ])
    func hashesAreLowercaseHexadecimal(hash: String) {
        let error = #expect(throws: APIError.self) { try read("{\"allowed_api_key_hashes\":[\"\(hash)\"]}") }
        #expect(error?.param == "allowed_api_key_hashes[0]")
    }

    @Test(arguments: ["allowed_models", "allowed_api_key_hashes", "allowed_user_ids"])
    func listsAreBounded(field: String) {
        let names = (0...AccessLimits.listedNames).map { _ in "\"\(Self.hash)\"" }.joined(separator: ",")
        let error = #expect(throws: APIError.self) { try read("{\"\(field)\":[\(names)]}") }
        #expect(error?.param == field && error?.message.contains("100") == true)
    }

    /// Also where one stands in the request and the other in what is stored.
    @Test func anOnlyKeyIsNoFallback() throws {
        for text in [#"{"is_byok_only":true,"is_fallback":true}"#, #"{"is_byok_only":true}"#] {
            var credential = Self.blank()
            credential.isFallback = true
            let fields = try read(text)
            let error = #expect(throws: APIError.self) { try fields.apply(to: &credential) }
            #expect(error?.status == 400 && error?.param == "is_byok_only")
        }
    }

    @Test func answersShowAllButTheKey() throws {
        var credential = Self.blank()
        credential.sealed = Array("sealed-secret".utf8)
        var out = ByteBuffer()
        CredentialAnswer.list([credential], count: 7, into: &out)
        let text = String(decoding: out.bytes, as: UTF8.self)
        #expect(!text.contains("sealed"))
        #expect(text.contains(#""total_count":7"#) && text.contains(#""allowed_models":null"#))
        #expect(text.contains(#""created_at":"1970-01-01T00:00:00.000Z""#) || text.contains(#""created_at":"1970"#))
    }
}
