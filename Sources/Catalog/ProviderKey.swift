/// One key at a provider.
package struct ProviderKey: Sendable, Equatable {
    /// What the secret is for.
    package enum Use: Sendable, Equatable {
        /// It is sent with every request, in the field that the dialect has for it.
        case sent
        /// It never leaves: each request is signed with it.
        case signing(AmazonAccess)
        /// It never leaves: a statement signed with it is changed for an access token, which is sent.
        case exchanged(ServiceAccount)
    }

    /// What keys are told apart by, also from one configuration to the next.
    package let secret: Secret
    package let use: Use
    /// Share of the requests this key takes, relative to its siblings.
    package let weight: Double
    package let limits: UsageLimits

    package init(secret: Secret, use: Use = .sent, weight: Double = 1, limits: UsageLimits = UsageLimits()) {
        self.secret = secret
        self.use = use
        self.weight = weight
        self.limits = limits
    }
}
