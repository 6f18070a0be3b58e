/// One key at a provider.
package struct ProviderKey: Sendable, Equatable {
    package let secret: Secret
    /// Share of the requests this key takes, relative to its siblings.
    package let weight: Double
    package let limits: UsageLimits

    package init(secret: Secret, weight: Double = 1, limits: UsageLimits = UsageLimits()) {
        self.secret = secret
        self.weight = weight
        self.limits = limits
    }
}
