/// A company or a machine that serves models: where it is, how it is spoken to, what it does with data.
///
/// Immutable; replaced whole when the configuration is read again.
package final class ProviderEntry: Sendable {
    /// A field sent with every request to this provider, beside the ones the dialect needs.
    package struct Header: Sendable, Equatable {
        package let name: String
        package let value: Secret

        package init(name: String, value: Secret) {
            self.name = name
            self.value = value
        }
    }

    /// Routable name: lower case, no slash.
    package let slug: String
    /// Name for people, as in the `provider` field of answers.
    package let displayName: String
    package let dialect: ProviderDialect
    package let baseURL: BaseURL
    /// Empty where the provider asks for none.
    package let keys: [ProviderKey]
    package let organization: String?
    package let headers: [Header]
    package let policy: DataPolicy
    package let cancel: CancelBehaviour
    package let limits: UsageLimits
    package let region: String?
    package let profile: ProviderProfile
    package let quirks: HostQuirks
    /// Why it cannot be called; nil where it can.
    package let absence: ProviderAbsence?
    /// Whether it serves what no other provider can: a router behind this router.
    package let isLastResort: Bool

    /// `displayName` as a JSON string, quotes included: spliced into every chunk.
    package let displayNameJSON: [UInt8]

    package init(
        slug: String, displayName: String, dialect: ProviderDialect = .openAI, baseURL: BaseURL,
        keys: [ProviderKey] = [], organization: String? = nil, headers: [Header] = [],
        policy: DataPolicy = DataPolicy(), cancel: CancelBehaviour = .stops, limits: UsageLimits = UsageLimits(),
        region: String? = nil, profile: ProviderProfile = ProviderProfile(), quirks: HostQuirks? = nil,
        absence: ProviderAbsence? = nil, isLastResort: Bool = false
    ) {
        self.slug = slug
        self.displayName = displayName
        self.dialect = dialect
        self.baseURL = baseURL
        self.keys = keys.filter { !$0.secret.isEmpty }
        self.organization = organization
        self.headers = headers
        self.policy = policy
        self.cancel = cancel
        self.limits = limits
        self.region = region
        self.profile = profile
        self.quirks = quirks ?? HostQuirks.known(host: baseURL.host, slug: slug)
        self.absence = absence
        self.isLastResort = isLastResort
        self.displayNameJSON = JSONLiteral.bytes(displayName)
    }

    /// The same provider as the owner of a key meets it: its account, so neither the operator's organization nor limits.
    ///
    /// Fields that the operator has sent with every request stay, since they lead there.
    func pinned(to keyed: KeyedCredential) -> ProviderEntry {
        var policy = policy
        if let declared = keyed.retainsNothing { policy.retainsNothing = declared }
        return ProviderEntry(
            slug: slug, displayName: displayName, dialect: dialect, baseURL: keyed.baseURL ?? baseURL,
            keys: keyed.key.map { [$0] } ?? [], headers: headers, policy: policy, cancel: cancel,
            region: keyed.region ?? region, profile: profile, quirks: quirks, isLastResort: isLastResort)
    }

    /// Whether it, or who gives tokens for it, is reached by TLS.
    package var needsTLS: Bool {
        baseURL.isSecure
            || keys.contains { key in
                if case .exchanged(let account) = key.use { account.tokenAddress.isSecure } else { false }
            }
    }

    /// Where an API of the provider is: at its base URL, but for Bedrock's list of models, which is at the host that
    /// manages them. Source: Amazon Bedrock API reference, ListFoundationModels.
    package func address(of path: UpstreamPath) -> BaseURL {
        let running = "bedrock-runtime."
        guard path == .models, dialect == .bedrock, baseURL.host.hasPrefix(running) else { return baseURL }
        return baseURL.at(host: "bedrock." + baseURL.host.dropFirst(running.count))
    }
}
