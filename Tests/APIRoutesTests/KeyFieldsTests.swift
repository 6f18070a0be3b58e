import Access
import Accounting
import Completions
import JSONText
import Testing

@testable import APIRoutes

@Suite struct KeyFieldsTests {
    /// 2026-11-20T00:00:00Z.
    private static let now: Int64 = 1_795_132_800_000

    private func read(_ text: String) throws(APIError) -> KeyFields {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let root = try? scanner.scan(copying: text.utf8Span.span) else {
            Issue.record("not JSON: \(text)")
            throw APIError(.server, "")
        }
        return try KeyFields(root, atMs: Self.now)
    }

    @Test func readsEveryField() throws {
        let fields = try read(
            """
            {"name":"ci","disabled":true,"is_management_key":false,"limit":5.25,"limit_reset":"weekly",
             "include_byok_in_limit":true,"expires_at":"2027-01-31T00:00:00Z","allowed_models":["a/b","c/*"],
             "allowed_providers":["openai"],"allowed_ips":["10.0.0.0/8","::1"],"requests_per_minute":60,
             "tokens_per_minute":1e5,"creator_user_id":"user_1","external":{"user":"u"},"workspace_id":"default"}
            """)
        var record = APIKeyRecord(APIKeyText("0123456789abcdef")!, name: "", keyClass: .inference, createdAtMs: 0)
        fields.apply(to: &record)
        fields.applyOrigin(to: &record)
        #expect(record.name == "ci")
        #expect(record.isDisabled)
        #expect(fields.isManagement == false)
        #expect(record.limit == Credits("5.25"))
        #expect(record.limitReset == .weekly)
        #expect(record.includesBYOKInLimit)
        #expect(record.expiresAtMs == 1_801_353_600_000)
        #expect(record.allowedModels?.names == ["a/b", "c/*"])
        #expect(record.allowedProviders?.names == ["openai"])
        #expect(record.allowedIPs?.map(\.description) == ["10.0.0.0/8", "::1"])
        #expect(record.requestsPerMinute == 60)
        #expect(record.tokensPerMinute == 100_000)
        #expect(record.creatorUserID == "user_1")
        #expect(record.externalUser == "u")
    }

    @Test func nullTakesAwayAndAbsenceLeaves() throws {
        var record = APIKeyRecord(APIKeyText("0123456789abcdef")!, name: "x", keyClass: .inference, createdAtMs: 0)
        record.limit = Credits("1")
        record.limitReset = .daily
        record.expiresAtMs = 5
        record.allowedModels = NameList(["a"])
        record.allowedProviders = NameList(["a"])
        record.allowedIPs = [IPNetwork("::1")!]
        record.requestsPerMinute = 1
        record.tokensPerMinute = 1
        let before = record
        let nothing = try read(#"{"unknown": 1, "limt": 5}"#)
        #expect(nothing.isEmpty)
        nothing.apply(to: &record)
        #expect(record == before)
        try read(
            """
            {"limit":null,"limit_reset":null,"expires_at":null,"allowed_models":null,"allowed_providers":null,
             "allowed_ips":null,"requests_per_minute":null,"tokens_per_minute":null}
            """
        ).apply(to: &record)
        #expect(record.limit == nil && record.limitReset == .lifetime && record.expiresAtMs == nil)
        #expect(record.allowedModels == nil && record.allowedProviders == nil && record.allowedIPs == nil)
        #expect(record.requestsPerMinute == nil && record.tokensPerMinute == nil)
    }

    @Test(arguments: [
        ("0", "0"), ("0.000000001", "0.000000001"), ("1e-9", "0.000000001"), ("1.10", "1.1"), ("5e2", "500"),
        ("9000000000", "9000000000"), ("0.0000000010", "0.000000001"), ("-0", "0"),
    ])
    func limitsAreExact(text: String, amount: String) throws {
        #expect(try read("{\"limit\":\(text)}").limit == .some(Credits(amount)))
    }

    @Test(arguments: [
        (#"{"name":1}"#, "name"), (#"{"name":""}"#, "name"), (#"{"name":" \t"}"#, "name"), (#"{"name":null}"#, "name"),
        (#"{"name":"a\u0000b"}"#, "name"), (#"{"disabled":"true"}"#, "disabled"), (#"{"disabled":null}"#, "disabled"),
        (#"{"limit":"5"}"#, "limit"), (#"{"limit":-1}"#, "limit"), (#"{"limit":0.0000000001}"#, "limit"),
        (#"{"limit":1e10}"#, "limit"), (#"{"limit":1e400}"#, "limit"), (#"{"limit":true}"#, "limit"),
        (#"{"limit_reset":"yearly"}"#, "limit_reset"), (#"{"limit_reset":"Daily"}"#, "limit_reset"),
        (#"{"limit_reset":7}"#, "limit_reset"), (#"{"include_byok_in_limit":1}"#, "include_byok_in_limit"),
        (#"{"include_byok_in_limit":null}"#, "include_byok_in_limit"), (#"{"expires_at":1801353600}"#, "expires_at"),
        (#"{"expires_at":"2027-01-31T00:00Z"}"#, "expires_at"), (#"{"expires_at":"2027-01-31"}"#, "expires_at"),
        (#"{"expires_at":"2027-01-31T00:00:00"}"#, "expires_at"),
        (#"{"expires_at":"2027-01-31T00:00:00+02:00"}"#, "expires_at"),
        (#"{"expires_at":"2027-02-30T00:00:00Z"}"#, "expires_at"),
        (#"{"expires_at":"2026-11-20T00:00:00Z"}"#, "expires_at"), (#"{"allowed_models":"a"}"#, "allowed_models"),
        (#"{"allowed_models":[]}"#, "allowed_models"), (#"{"allowed_models":["a",1]}"#, "allowed_models[1]"),
        (#"{"allowed_models":["a","*b"]}"#, "allowed_models[1]"),
        (#"{"allowed_models":["a\nb"]}"#, "allowed_models[0]"),
        (#"{"allowed_providers":[""]}"#, "allowed_providers[0]"),
        (#"{"allowed_ips":["10.0.0.1/8"]}"#, "allowed_ips[0]"),
        (#"{"allowed_ips":["::1","host"]}"#, "allowed_ips[1]"), (#"{"allowed_ips":[]}"#, "allowed_ips"),
        (#"{"requests_per_minute":0}"#, "requests_per_minute"),
        (#"{"requests_per_minute":1.5}"#, "requests_per_minute"),
        (#"{"tokens_per_minute":"1"}"#, "tokens_per_minute"), (#"{"tokens_per_minute":1e10}"#, "tokens_per_minute"),
        (#"{"creator_user_id":1}"#, "creator_user_id"), (#"{"external":"u"}"#, "external"),
        (#"{"external":{}}"#, "external.user"), (#"{"external":{"user":""}}"#, "external.user"),
        (#"{"external":{"user":"u","api_key":"k"}}"#, "external.api_key"),
        (#"{"workspace_id":"other"}"#, "workspace_id"),
        (#"{"workspace_id":null}"#, "workspace_id"), (#"{"is_management_key":"yes"}"#, "is_management_key"),
        (#"{"name":"a","name":"b"}"#, "name"), (#"{"limit":1,"lim\u0069t":2}"#, "limit"),
    ])
    func refusesAndNamesTheField(body: String, param: String) {
        let error = #expect(throws: APIError.self) { try read(body) }
        #expect(error?.status == 400)
        #expect(error?.param == param, "\(error?.message ?? "")")
    }

    @Test(arguments: ["[]", "1", "\"name\"", "null"])
    func refusesWhatIsNoObject(body: String) {
        #expect(#expect(throws: APIError.self) { try read(body) }?.status == 400)
    }
}
