import Access
import Accounting
import Completions
import TestSupport
import Testing

@Suite struct KeyAdmissionTests {
    /// 2026-11-20, a Friday.
    private static let now: Int64 = 1_795_132_800_000

    private func record(_ keyClass: APIKeyClass = .inference) -> APIKeyRecord {
        var generator = SeededGenerator(seed: 3)
        return APIKeyRecord(APIKeyText(using: &generator), name: "k", keyClass: keyClass, createdAtMs: 0)
    }

    private func use(_ record: APIKeyRecord, from address: String? = nil, atMs moment: Int64 = now) -> APIError? {
        do throws(APIError) {
            try KeyAdmission.checkUse(
                of: Principal(key: record), from: { address.flatMap { IPAddress($0) } }, atMs: moment)
            return nil
        } catch {
            return error
        }
    }

    private func inference(_ principal: Principal, atMs moment: Int64 = now) -> APIError? {
        do throws(APIError) {
            try KeyAdmission.admitInference(principal, atMs: moment)
            return nil
        } catch {
            return error
        }
    }

    private func dollars(_ text: String) -> Credits { Credits(text)! }

    private func principal(
        _ record: APIKeyRecord, workspace: BudgetLimits = .none, account: BudgetLimits = .none, spent: String
    ) -> Principal {
        let amount = dollars(spent)
        let amounts = SpentAmounts(lifetime: amount, monthly: amount, weekly: amount, daily: amount)
        return Principal(
            key: record,
            budgets: BudgetChain(
                key: Budget(.key, limits: record.budgetLimits, spent: amounts, atMs: Self.now),
                workspace: Budget(.workspace, limits: workspace, spent: amounts, atMs: Self.now),
                account: Budget(.account, limits: account, spent: amounts, atMs: Self.now)),
            rates: KeyRates(requestsPerMinute: record.requestsPerMinute))
    }

    @Test func aPlainKeyIsAdmittedWithoutAskingForItsAddress() throws {
        try KeyAdmission.checkUse(
            of: Principal(key: record()),
            from: {
                Issue.record("the address was asked for")
                return nil
            }, atMs: Self.now)
        #expect(inference(Principal(key: record())) == nil)
    }

    @Test func disabledAndExpiredKeysAreUnauthorized() {
        var disabled = record()
        disabled.isDisabled = true
        #expect(use(disabled)?.status == 401)
        #expect(use(disabled)?.type == .authentication)
        var expiring = record()
        expiring.expiresAtMs = Self.now
        #expect(use(expiring, atMs: Self.now - 1) == nil)
        #expect(use(expiring, atMs: Self.now)?.status == 401)
        #expect(use(expiring, atMs: Self.now)?.message.contains("expired") == true)
    }

    @Test(arguments: [
        ("10.1.2.3", true), ("11.1.2.3", false), ("::ffff:10.1.2.3", true), ("2001:db8::7", true), (nil, false),
    ])
    func anAddressListBinds(address: String?, isAllowed: Bool) throws {
        var bound = record()
        bound.allowedIPs = [try #require(IPNetwork("10.0.0.0/8")), try #require(IPNetwork("2001:db8::7"))]
        #expect((use(bound, from: address) == nil) == isAllowed)
        if !isAllowed { #expect(use(bound, from: address)?.status == 403) }
    }

    @Test func eachClassKeepsToItsWork() throws {
        #expect(inference(Principal(key: record(.management)))?.status == 403)
        #expect(inference(Principal(key: record(.management)))?.type == .permissionDenied)
        try KeyAdmission.checkManagement(Principal(key: record(.management)))
        let refused = #expect(throws: APIError.self) { try KeyAdmission.checkManagement(Principal(key: record())) }
        #expect(refused?.status == 403)
        #expect(refused?.message.hasPrefix("Only management keys can perform this operation") == true)
    }

    @Test(arguments: [
        (LimitInterval.lifetime, "total", "or use another key."), (.daily, "daily", "resets in 24 hours."),
        (.weekly, "weekly", "resets in 3 days."), (.monthly, "monthly", "resets in 11 days."),
    ])
    func aSpentKeyLimitIsForbidden(interval: LimitInterval, name: String, remedy: String) throws {
        var limited = record()
        limited.limit = dollars("5")
        limited.limitReset = interval
        #expect(inference(principal(limited, spent: "4.999999999")) == nil)
        let refused = try #require(inference(principal(limited, spent: "5")))
        #expect(refused.status == 403)
        #expect(refused.message.hasPrefix("Key limit exceeded (\(name) limit). "))
        #expect(refused.message.hasSuffix(remedy))
    }

    @Test func aLimitOfNothingAdmitsNothing() {
        var limited = record()
        limited.limit = .zero
        #expect(inference(principal(limited, spent: "0"))?.status == 403)
    }

    @Test func theWorkspaceNamesItsBroadestInterval() throws {
        let limits = BudgetLimits(lifetime: dollars("100"), monthly: dollars("50"), weekly: dollars("20"), daily: nil)
        var limited = record()
        limited.limit = dollars("1")
        let monthly = try #require(inference(principal(limited, workspace: limits, spent: "50")))
        #expect(monthly.status == 403)
        #expect(monthly.message.hasPrefix("Workspace monthly budget of $50 exceeded. "))
        let lifetime = try #require(inference(principal(limited, workspace: limits, spent: "100")))
        #expect(lifetime.message.hasPrefix("Workspace lifetime budget of $100 exceeded. "))
        let weekly = try #require(inference(principal(limited, workspace: limits, spent: "20")))
        #expect(weekly.message.hasPrefix("Workspace weekly budget of $20 exceeded. "))
    }

    @Test func budgetsAreLookedAtInTheDocumentedOrder() throws {
        var limited = record()
        limited.limit = dollars("1")
        let one = BudgetLimits(lifetime: dollars("1"))
        let workspace = try #require(inference(principal(limited, workspace: one, account: one, spent: "2")))
        #expect(workspace.message.hasPrefix("Workspace lifetime budget"))
        let key = try #require(inference(principal(limited, account: one, spent: "2")))
        #expect(key.message.hasPrefix("Key limit exceeded"))
        #expect(inference(principal(record(), account: one, spent: "2"))?.message.hasPrefix("Insufficient") == true)
    }

    @Test func anAccountWithoutCreditsHasToPay() throws {
        let refused = try #require(
            inference(principal(record(), account: BudgetLimits(lifetime: dollars("1")), spent: "1.5")))
        #expect(refused.status == 402)
        #expect(refused.type == .paymentRequired)
        #expect(refused.message.hasPrefix("Insufficient credits."))
        let limits = BudgetLimits(lifetime: dollars("1"))
        #expect(inference(principal(record(), account: limits, spent: "1.000000001"))?.status == 402)
        #expect(inference(principal(record(), account: limits, spent: "1")) == nil, "for what costs nothing")
    }

    @Test func aRateIsTooManyRequests() throws {
        var limited = record()
        limited.requestsPerMinute = 1
        let holder = principal(limited, spent: "0")
        #expect(inference(holder) == nil)
        #expect(holder.rates.lastUsedAtMs == Self.now)
        let refused = try #require(inference(holder, atMs: Self.now + 59_500))
        #expect(refused.status == 429)
        #expect(refused.retryAfter == 1)
        #expect(refused.message.hasPrefix("Rate limit exceeded: key-requests-per-min. "))
        #expect(refused.rateLimit?.resetsAtMs == Self.now + 60_000)
    }

    @Test func whatIsRefusedForItsLimitDoesNotCountAsARequest() {
        var limited = record()
        limited.requestsPerMinute = 1
        limited.limit = dollars("1")
        let holder = principal(limited, spent: "1")
        for _ in 0..<3 { #expect(inference(holder)?.status == 403) }
        holder.budgets.key.setLimits(.none)
        #expect(inference(holder) == nil)
    }

    @Test func routesAreRestrictedByBothLists() throws {
        var open = record()
        #expect(!Principal(key: open).restrictsRoutes)
        #expect(Principal(key: open).routePermission == nil)
        #expect(Principal(key: open).allows(model: "a/b", provider: "c"))
        open.allowedModels = NameList(["a/*"])
        open.allowedProviders = NameList(["c"])
        let bound = Principal(key: open)
        #expect(bound.restrictsRoutes)
        #expect(bound.allows(model: "a/b", provider: "c"))
        #expect(!bound.allows(model: "a/b", provider: "d"))
        #expect(!bound.allows(model: "b/b", provider: "c"))
    }
}
