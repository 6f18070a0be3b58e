package import Accounting

/// Who makes a request: the holder of one API key.
///
/// A class, so that all requests of a key share it whatever loop they are on. A changed key is a new principal with the
/// same money and the same rates.
package final class Principal: Sendable {
    package let key: APIKeyRecord
    /// What the key, its workspace and the account have spent, and may spend.
    package let budgets: BudgetChain
    package let rates: KeyRates
    /// Whether the key can be refused whatever is asked of it: it is disabled, it expires, or it is tied to addresses.
    package let isConditional: Bool

    package init(key: APIKeyRecord, budgets: BudgetChain, rates: KeyRates) {
        self.key = key
        self.budgets = budgets
        self.rates = rates
        isConditional = key.isDisabled || key.expiresAtMs != nil || key.allowedIPs != nil
    }

    /// A holder who has spent nothing, in an account without limits.
    package convenience init(key: APIKeyRecord) {
        let unlimited = BudgetLimits()
        self.init(
            key: key,
            budgets: BudgetChain(
                key: Budget(.key, limits: key.budgetLimits, spent: .zero, atMs: key.createdAtMs),
                workspace: Budget(.workspace, limits: unlimited, spent: .zero, atMs: key.createdAtMs),
                account: Budget(.account, limits: unlimited, spent: .zero, atMs: key.createdAtMs)),
            rates: KeyRates(requestsPerMinute: key.requestsPerMinute, tokensPerMinute: key.tokensPerMinute))
    }

    /// What the key was charged in the periods that contain a moment, whatever its limit counts.
    package func charged(atMs unixMs: Int64) -> SpentAmounts {
        var spent = budgets.key.spent(atMs: unixMs)
        if key.includesBYOKInLimit { spent -= budgets.direct.spent(atMs: unixMs) }
        return spent
    }

    package var hash: APIKeyHash { key.hash }
    package var keyClass: APIKeyClass { key.keyClass }
    package var isDisabled: Bool { key.isDisabled }

    /// Whether `allows` can say no.
    package var restrictsRoutes: Bool { key.allowedModels != nil || key.allowedProviders != nil }

    /// Whether the key may use a model at a provider, each by its slug.
    package func allows(model: String, provider: String) -> Bool {
        if let models = key.allowedModels, !models.contains(model) { return false }
        if let providers = key.allowedProviders, !providers.contains(provider) { return false }
        return true
    }

    /// `allows`, where it can say no.
    package var routePermission: (@Sendable (_ model: String, _ provider: String) -> Bool)? {
        if !restrictsRoutes { return nil }
        return { self.allows(model: $0, provider: $1) }
    }
}
