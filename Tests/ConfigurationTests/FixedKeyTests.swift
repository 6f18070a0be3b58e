import Access
import Accounting
import Testing

@testable import Configuration

@Suite struct FixedKeyTests {
    private func parse(_ text: String) throws(ConfigurationErrors) -> Configuration {
        try ConfigurationParsingTests.parse(text)
    }

    @Test func readsEveryField() throws {
        let configuration = try parse(
            """
            keys:
              - key: 0123456789abcdef
                name: ci
                limit: 5.00
                limit_reset: monthly
                expires_at: 2027-01-31T00:00:00Z
                allowed_models: [openai/*, a/b]
                allowed_providers: [openai]
                allowed_ips: [10.0.0.0/8, "::1"]
                requests_per_minute: 60
                tokens_per_minute: 100_000
              - {key: 0123456789abcdefg, management: true}
            """)
        let key = configuration.keys[0]
        #expect(key.limit == Credits("5"))
        #expect(key.limitReset == .monthly)
        #expect(key.expiresAtMs == 1_801_353_600_000)
        #expect(key.allowedModels?.names == ["openai/*", "a/b"])
        #expect(key.allowedProviders?.names == ["openai"])
        #expect(key.allowedIPs?.map(\.description) == ["10.0.0.0/8", "::1"])
        #expect(key.requestsPerMinute == 60 && key.tokensPerMinute == 100_000)
        #expect(!key.isManagement && configuration.keys[1].isManagement)
        #expect(configuration.keys[1].limit == nil && configuration.keys[1].limitReset == .lifetime)
    }

    @Test(arguments: [
        ("limit: -1", "limit must be an amount of dollars"), ("limit: lots", "limit must be an amount of dollars"),
        ("limit: 0.0000000001", "at most nine decimals"), ("limit_reset: daily", "there is no limit"),
        ("limit: 1, limit_reset: yearly", "limit_reset must be daily, weekly or monthly"),
        ("expires_at: tomorrow", "expires_at must be a UTC time"), ("expires_at: 2027-01-31", "must be a UTC time"),
        ("allowed_models: a/b", "allowed_models must be a list"), ("allowed_models: []", "list of 1 to 100 names"),
        ("allowed_providers: [\"*x\"]", "with a * only at the end"),
        ("allowed_ips: [10.0.0.1/8]", "not \"10.0.0.1/8\""), ("allowed_ips: []", "list of IP addresses"),
        ("requests_per_minute: 0", "requests_per_minute must be a whole number from 1"),
        ("tokens_per_minute: many", "tokens_per_minute must be a whole number"),
        ("management: perhaps", "management must be true or false"), ("limt: 5", "did you mean limit?"),
    ])
    func refusesAndSaysWhy(field: String, says: String) {
        let error = #expect(throws: ConfigurationErrors.self) {
            try parse("keys:\n  - {key: 0123456789abcdef, \(field)}\n")
        }
        #expect(error?.problems.first?.line == 2)
        #expect(error?.problems.first?.message.contains(says) == true, "\(error?.description ?? "")")
    }

    @Test func readsTrustedProxies() throws {
        #expect(try parse("billing: metered\n").trustedProxies.isEmpty)
        let proxies = try parse("trusted_proxies: [10.0.0.0/8, \"::1\"]\n").trustedProxies
        #expect(proxies.map(\.description) == ["10.0.0.0/8", "::1"])
        for wrong in ["10.0.0.1/8", "proxy.example"] {
            let error = #expect(throws: ConfigurationErrors.self) { try parse("trusted_proxies: [\(wrong)]\n") }
            #expect(error?.problems.first?.message.contains("not \"\(wrong)\"") == true)
        }
    }

    @Test func readsBillingAndBudgets() throws {
        #expect(try parse("").billing == .metered)
        #expect(try parse("").budgets == .none)
        let configuration = try parse("billing: prepaid\nbudgets: {lifetime: 100, weekly: 20.5, daily: 5}\n")
        #expect(configuration.billing == .prepaid)
        #expect(
            configuration.budgets
                == BudgetLimits(lifetime: Credits("100"), monthly: nil, weekly: Credits("20.5"), daily: Credits("5")))
    }

    @Test(arguments: [
        ("budgets: {daily: 5, weekly: 5}", "daily must be less than weekly"),
        ("budgets: {monthly: 5, lifetime: 4}", "monthly must be less than lifetime"),
        ("budgets: {lifetime: 4, daily: 4.000000001}", "daily must be less than lifetime"),
        ("budgets: {daily: -1}", "daily must be an amount"), ("budgets: {yearly: 1}", "unknown key"),
        ("budgets: 5", "budgets must be a mapping"),
    ])
    func refusesBudgetsThatLimitNothing(text: String, says: String) {
        let error = #expect(throws: ConfigurationErrors.self) { try parse(text + "\n") }
        #expect(error?.problems.first?.message.contains(says) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        ("", FreeVariantLimits.standard), ("free_variants: unlimited\n", .unlimited),
        ("free_variants: {per_minute: 5}\n", FreeVariantLimits(perMinute: 5)),
        (
            "free_variants: {per_minute: unlimited, per_day: 0, per_day_with_credits: 9, credits: 2.5}\n",
            FreeVariantLimits(
                perMinute: nil, perDay: 0, perDayHighBalance: 9, highBalance: Credits(nanos: 2_500_000_000))
        ),
    ])
    func readsTheCapsOfFreeVariants(text: String, limits: FreeVariantLimits) throws {
        #expect(try parse(text).freeVariants == limits)
    }

    @Test(arguments: [
        ("free_variants: never", "unlimited or a mapping"), ("free_variants: [1]", "must be a mapping"),
        ("free_variants: {per_dya: 1}", "did you mean"), ("free_variants: {per_day: -1}", "per_day must be"),
        ("free_variants: {credits: x}", "credits must be an amount"),
    ])
    func refusesOtherCaps(text: String, says: String) {
        let error = #expect(throws: ConfigurationErrors.self) { try parse(text + "\n") }
        #expect(error?.problems.first?.message.contains(says) == true, "\(error?.description ?? "")")
    }
}
