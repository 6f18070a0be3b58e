package import Accounting

/// What is kept of an API key.
package struct APIKeyRecord: Hashable, Sendable {
    /// The workspace that everything belongs to until somebody makes another.
    package static let defaultWorkspace = "default"

    package let hash: APIKeyHash
    package var name: String
    /// The key with its middle left out.
    package let label: String
    package let keyClass: APIKeyClass
    package var isDisabled: Bool
    /// Milliseconds since 1970.
    package let createdAtMs: Int64
    /// Milliseconds since 1970; nil for a key that was never changed.
    package var updatedAtMs: Int64?
    /// Whether the key stands in the configuration and not in the store.
    package let isFixed: Bool
    package var workspaceID = defaultWorkspace
    /// What the key may spend in each period of `limitReset`; nil for no limit.
    package var limit: Credits?
    /// When what counts against `limit` starts anew; `lifetime` for never.
    package var limitReset = LimitInterval.lifetime
    /// Whether requests that a caller's own provider key pays for count against `limit`.
    package var includesBYOKInLimit = false
    /// From this moment on the key is refused, in milliseconds since 1970.
    package var expiresAtMs: Int64?
    /// Models that the key may use; nil for all.
    package var allowedModels: NameList?
    /// Providers, by slug, whose endpoints the key may use; nil for all.
    package var allowedProviders: NameList?
    /// Where requests with the key may come from; nil for everywhere.
    package var allowedIPs: [IPNetwork]?
    package var requestsPerMinute: Int?
    package var tokensPerMinute: Int?
    /// The member who made the key, as whoever made it said.
    package var creatorUserID: String?
    /// Who uses the key, in the words of the product that hands it on.
    package var externalUser: String?

    package init(
        hash: APIKeyHash, name: String, label: String, keyClass: APIKeyClass, isDisabled: Bool = false,
        createdAtMs: Int64, isFixed: Bool = false
    ) {
        self.hash = hash
        self.name = name
        self.label = label
        self.keyClass = keyClass
        self.isDisabled = isDisabled
        self.createdAtMs = createdAtMs
        self.isFixed = isFixed
    }

    /// The record of a key in plain text.
    package init(
        _ key: APIKeyText, name: String, keyClass: APIKeyClass, createdAtMs: Int64, isFixed: Bool = false
    ) {
        self.init(
            hash: key.hash, name: name, label: key.label, keyClass: keyClass, createdAtMs: createdAtMs, isFixed: isFixed
        )
    }

    /// `limit` as the budget takes it.
    package var budgetLimits: BudgetLimits {
        var limits = BudgetLimits()
        switch limitReset {
        case .lifetime: limits.lifetime = limit
        case .monthly: limits.monthly = limit
        case .weekly: limits.weekly = limit
        case .daily: limits.daily = limit
        }
        return limits
    }

    package func isExpired(atMs unixMs: Int64) -> Bool {
        expiresAtMs.map { $0 <= unixMs } ?? false
    }
}
