import Access
import Accounting
import Buffers
import Completions
import Foundation
import Testing

@testable import APIRoutes

@Suite struct KeyAnswerTests {
    /// 2026-11-20T12:00:00Z, a Friday.
    private static let now: Int64 = 1_795_176_000_000

    private func record(_ change: (inout APIKeyRecord) -> Void = { _ in }) -> APIKeyRecord {
        var record = APIKeyRecord(
            APIKeyText("sk-mt-v1-" + String(repeating: "0", count: 64))!, name: "ci", keyClass: .inference,
            createdAtMs: Self.now)
        change(&record)
        return record
    }

    private func object(_ write: (inout ByteBuffer) -> Void) throws -> [String: Any] {
        var out = ByteBuffer()
        write(&out)
        let data = Data(out.bytes)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func data(_ write: (inout ByteBuffer) -> Void) throws -> [String: Any] {
        try #require(try object(write)["data"] as? [String: Any])
    }

    @Test func aPlainKeyHasEveryMember() throws {
        let data = try data { KeyAnswer.one(Principal(key: record()), atMs: Self.now, into: &$0) }
        for name in [
            "limit", "limit_remaining", "limit_reset", "updated_at", "last_used_at", "expires_at", "creator_user_id",
            "external_user", "allowed_models", "allowed_providers", "allowed_ips", "requests_per_minute",
            "tokens_per_minute",
        ] { #expect(data[name] is NSNull, "\(name)") }
        for name in ["usage", "byok_usage"] {
            for period in ["", "_daily", "_weekly", "_monthly"] { #expect(data[name + period] as? Int == 0) }
        }
        #expect(data["hash"] as? String == record().hash.description)
        #expect(data["label"] as? String == "sk-mt-v1-000...000")
        #expect(data["created_at"] as? String == "2026-11-20T12:00:00.000Z")
        #expect(data["workspace_id"] as? String == "default")
        #expect(data["disabled"] as? Bool == false && data["is_management_key"] as? Bool == false)
    }

    @Test func whatWasSpentAndIsLeftIsExact() throws {
        let holder = Principal(
            key: record { record in
                record.limit = Credits("1")
                record.limitReset = .daily
            })
        holder.budgets.charge(Credits("0.000000001")!, atMs: Self.now)
        var out = ByteBuffer()
        KeyAnswer.one(holder, atMs: Self.now, into: &out)
        #expect(out.text.contains("\"limit\":1,\"limit_remaining\":0.999999999,\"limit_reset\":\"daily\""))
        #expect(out.text.contains("\"usage\":0.000000001,\"usage_daily\":0.000000001"))
        let tomorrow = try data { KeyAnswer.one(holder, atMs: Self.now + 86_400_000, into: &$0) }
        #expect(tomorrow["limit_remaining"] as? Double == 1)
        #expect(tomorrow["usage_daily"] as? Double == 0)
        holder.budgets.charge(Credits("2")!, atMs: Self.now)
        let over = try data { KeyAnswer.one(holder, atMs: Self.now, into: &$0) }
        #expect(over["limit_remaining"] as? Double == 0)
    }

    @Test func onlyTheAnswerToTheMakingHoldsTheKey() throws {
        let key = APIKeyText("sk-mt-v1-" + String(repeating: "0", count: 64))!
        let made = try object { KeyAnswer.created(Principal(key: record()), key, atMs: Self.now, into: &$0) }
        #expect(made["key"] as? String == key.secret)
        for write: (inout ByteBuffer) -> Void in [
            { KeyAnswer.one(Principal(key: record()), atMs: Self.now, into: &$0) },
            { KeyAnswer.list([Principal(key: record())], atMs: Self.now, into: &$0) },
            { KeyAnswer.current(Principal(key: record()), FreeVariantUse(), atMs: Self.now, into: &$0) },
        ] {
            var out = ByteBuffer()
            write(&out)
            #expect(!out.text.contains(key.secret))
        }
    }

    @Test func theCurrentKeyShowsItsBudgetsInOrder() throws {
        let limited = record { record in
            record.limit = Credits("5")
            record.limitReset = .weekly
        }
        let holder = Principal(key: limited)
        holder.budgets.workspace.setLimits(BudgetLimits(lifetime: Credits("100"), daily: Credits("2")))
        holder.budgets.charge(Credits("0.5")!, atMs: Self.now)
        let data = try data { KeyAnswer.current(holder, FreeVariantUse(), atMs: Self.now, into: &$0) }
        let budgets = try #require(data["budgets"] as? [[String: Any]])
        #expect(budgets.map { $0["scope"] as? String } == ["workspace", "workspace", "key_limit"])
        #expect(budgets.map { $0["reset_interval"] as? String } == [nil, "daily", "weekly"])
        #expect(
            budgets.map { $0["resets_at"] as? String } == [nil, "2026-11-21T00:00:00.000Z", "2026-11-23T00:00:00.000Z"])
        #expect(budgets.map { $0["remaining_usd"] as? Double } == [99.5, 1.5, 4.5])
        #expect((data["effective_budget"] as? [String: Any])?["remaining_usd"] as? Double == 1.5)
        #expect(data["limit_remaining"] as? Double == 4.5)
        #expect(data["is_free_tier"] as? Bool == true)
        #expect(data["organization_id"] is NSNull)
    }

    @Test func theFreeQuotaIsTheAccounts() throws {
        let use = FreeVariantUse(usedToday: 7, atMs: Self.now)
        func quota() throws -> [String: Int] {
            let data = try data { KeyAnswer.current(Principal(key: record()), use, atMs: Self.now, into: &$0) }
            return try #require(data["free_model_daily_requests"] as? [String: Int])
        }
        #expect(try quota() == ["limit": 50, "used": 7, "remaining": 43])
        use.addGrant(Credits("10")!)
        #expect(try quota() == ["limit": 1000, "used": 7, "remaining": 993])
        use.setLimits(.unlimited)
        #expect(try quota() == ["limit": -1, "used": 7, "remaining": -1])
    }

    @Test func listsLeaveOutWhatIsNotValidUnlessAsked() throws {
        let holders = [
            record { $0.name = "plain" }, record { $0.isDisabled = true },
            record { $0.expiresAtMs = Self.now },
        ].map { Principal(key: $0) }
        func count(_ query: TestQuery) throws -> Int {
            try KeyListQuery(query).page(of: holders, atMs: Self.now).count
        }
        #expect(try count([:]) == 1)
        #expect(try count(["include_disabled": "true"]) == 2)
        #expect(try count(["include_disabled": "true", "include_expired": "true"]) == 3)
        #expect(try count(["include_disabled": "true", "include_expired": "true", "offset": "2"]) == 1)
        #expect(try count(["offset": "5"]) == 0)
        #expect(try count(["workspace_id": "default"]) == 1)
    }

    @Test func listsComeInPages() throws {
        let holders = (0..<150).map { _ in Principal(key: record()) }
        #expect(try KeyListQuery([:] as TestQuery).page(of: holders, atMs: 0).count == 100)
        #expect(try KeyListQuery(["offset": "100"] as TestQuery).page(of: holders, atMs: 0).count == 50)
    }

    @Test(arguments: [
        ("offset", "-1", 400), ("offset", "x", 400), ("include_disabled", "yes", 400), ("include_expired", "1", 400),
        ("workspace_id", "other", 404),
    ])
    func refusesWrongParameters(name: String, value: String, status: Int) {
        var query: TestQuery = [:]
        query.items[name] = value
        do throws(APIError) {
            _ = try KeyListQuery(query)
            Issue.record("\(name)=\(value) was taken")
        } catch {
            #expect(error.status == status && error.param == name)
        }
    }
}
