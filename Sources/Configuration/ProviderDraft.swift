import Catalog

/// A provider as one file describes it: what is not said is nil, so that an operator's entry can be laid over the
/// shipped one.
struct ProviderDraft {
    var line: Int
    var slug: String
    var name: String?
    var dialect: ProviderDialect?
    var baseURL: BaseURL?
    /// A base URL with `${VARIABLE}` in it, of the catalogue's files.
    var baseURLTemplate: String?
    /// Whether `baseURL` is the operator's own, and not the shipped one.
    var isElsewhere = false
    /// A name of Amazon's, such as `eu-central-1`.
    var region: String?
    /// Of Google Cloud: whose account is billed, and where models run.
    var project: String?
    var location: String?
    /// The one key; an empty one says that there is none.
    var apiKey: KeyDraft?
    /// The environment variable that holds the key of a shipped provider.
    var keyVariable: String?
    /// Instead of `apiKey`: several, which share the traffic by weight.
    var apiKeys: [KeyDraft]?
    var limits: UsageLimits?
    var organization: String?
    var headers: [ProviderEntry.Header]?
    var allowsCollection: Bool?
    var retainsNothing: Bool?
    var cancel: CancelBehaviour?
    var isEnabled: Bool?
    var isLastResort: Bool?
    /// How its host differs from its dialect.
    var quirks: QuirkDraft?
    var profile = ProviderProfile()

    init(line: Int, slug: String) {
        self.line = line
        self.slug = slug
    }

    /// This entry, with what it leaves open taken from `base`.
    func over(_ base: ProviderDraft) -> ProviderDraft {
        var merged = self
        merged.name = name ?? base.name
        merged.dialect = dialect ?? base.dialect
        merged.baseURL = baseURL ?? base.baseURL
        merged.baseURLTemplate = baseURL == nil ? base.baseURLTemplate : nil
        merged.isElsewhere = baseURL != nil
        merged.region = region ?? base.region
        merged.project = project ?? base.project
        merged.location = location ?? base.location
        merged.apiKey = apiKey ?? base.apiKey
        merged.apiKeys = apiKeys ?? base.apiKeys
        merged.limits = limits ?? base.limits
        merged.keyVariable = keyVariable ?? base.keyVariable
        merged.organization = organization ?? base.organization
        merged.headers = headers ?? base.headers
        merged.allowsCollection = allowsCollection ?? base.allowsCollection
        merged.retainsNothing = retainsNothing ?? base.retainsNothing
        merged.cancel = cancel ?? base.cancel
        merged.isEnabled = isEnabled ?? base.isEnabled
        merged.isLastResort = base.isLastResort
        // What the shipped host is like says nothing of another one.
        if baseURL == nil, let known = base.quirks { merged.quirks = quirks?.over(known) ?? known }
        merged.profile = base.profile
        merged.profile.datacenters = profile.datacenters ?? base.profile.datacenters
        return merged
    }
}
