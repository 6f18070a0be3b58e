package import Accounting
package import Completions

/// One model at one provider: what it can do there, what it costs, and the bytes that every request to it shares.
package final class Endpoint: Sendable {
    package typealias Quantization = ProviderPreferences.Quantization

    /// Tiers that a provider's plain slug never stands for: they must be asked for by tag.
    package enum ServiceTier: String, Sendable, CaseIterable {
        case flex, priority, ultrafast
    }

    /// Position in `ModelCatalog.endpoints`, the key of health tables; -1 for one that cannot be called.
    package let index: Int
    package let provider: ProviderEntry
    /// What requests to it are written in: the provider's dialect, or another one that it has for this model.
    package let dialect: ProviderDialect
    /// The slug of the model this endpoint serves.
    package let modelSlug: String
    /// What the provider calls the model.
    package let upstreamModel: String
    /// Routable name of this endpoint: the provider's slug, or `slug/variant`.
    package let tag: String
    /// Tokens that prompt and answer may have together; nil where unknown.
    package let contextLength: Int?
    /// Tokens that one answer may have; nil where unknown.
    package let maxCompletionTokens: Int?
    package let quantization: Quantization?
    /// What the endpoint is declared to take and its dialect can say; nil where nothing is declared, which means that it
    /// is sent everything that its dialect can say.
    package let parameters: SupportedParameters?
    /// The same without what another router is trusted with beside it.
    private let listedParameters: SupportedParameters?
    package let inputModalities: ModalitySet
    package let outputModalities: ModalitySet
    package let pricing: PriceSheet
    package let region: String?
    /// Relative share of traffic; for planners that weigh.
    package let weight: Double
    /// Endpoints with a smaller number are tried before those with a larger one, as the operator wants it.
    package let order: UInt8
    package let timeouts: EndpointTimeouts
    package let limits: UsageLimits
    /// The prices that endpoints are compared by; nil where they depend on the prompt or the hour.
    package let comparedPrices: ComparedPrices?
    /// Whether a prompt that is in its cache costs less, so that a conversation is better kept there.
    package let rewardsCaching: Bool
    /// The tier named by the end of `tag`, if any.
    package let serviceTier: ServiceTier?
    /// The caller's own key that it is pinned to; nil for an endpoint of the operator's.
    package let credential: Credential?
    /// Whether its dialect is one that this version speaks.
    package let isSpoken: Bool

    /// `upstreamModel` as a JSON string, quotes included.
    package let upstreamModelJSON: [UInt8]
    private let heads: [[UInt8]]

    package init(
        index: Int, provider: ProviderEntry, dialect: ProviderDialect? = nil, modelSlug: String,
        upstreamModel: String, tag: String? = nil,
        contextLength: Int? = nil, maxCompletionTokens: Int? = nil, quantization: Quantization? = nil,
        parameters: SupportedParameters? = nil, inputModalities: ModalitySet = .text,
        outputModalities: ModalitySet = .text, pricing: PriceSheet, region: String? = nil, weight: Double = 1,
        order: UInt8 = CatalogLimits.orderMax, timeouts: EndpointTimeouts = EndpointTimeouts(),
        limits: UsageLimits = UsageLimits(), credential: Credential? = nil, isSpoken: Bool = true
    ) {
        self.index = index
        self.provider = provider
        self.dialect = dialect ?? provider.dialect
        self.modelSlug = modelSlug
        self.upstreamModel = upstreamModel
        self.tag = tag ?? provider.slug
        self.contextLength = contextLength
        self.maxCompletionTokens = maxCompletionTokens
        self.quantization = quantization
        let listed = parameters?.without((dialect ?? provider.dialect).unsaid)
        listedParameters = listed
        self.parameters = provider.quirks.takesRouterFields ? listed?.union(Self.routersOwn) : listed
        self.inputModalities = inputModalities
        self.outputModalities = outputModalities
        self.pricing = pricing
        comparedPrices = pricing.overrides.isEmpty ? ComparedPrices(pricing.rates, pricing.discount) : nil
        rewardsCaching = pricing.rates[.inputCacheRead].map { $0.picos < pricing.rates[.prompt]?.picos ?? 0 } ?? false
        self.region = region ?? provider.region
        self.weight = weight
        self.order = order
        self.timeouts = timeouts
        self.limits = limits
        let suffix = self.tag.split(separator: "/").dropFirst().last.map(String.init)
        self.serviceTier = suffix.flatMap(ServiceTier.init(rawValue:))
        self.credential = credential
        self.isSpoken = isSpoken
        let owner = credential.map { "!\($0.id)" } ?? ""
        identity = "\(modelSlug)@\(self.tag)#\(upstreamModel)\(owner)"
        identityHash = Self.hash(identity)
        self.upstreamModelJSON = JSONLiteral.bytes(upstreamModel)
        let keys: [ProviderKey?] = provider.keys.isEmpty ? [nil] : provider.keys
        let isCallable = provider.absence == nil && index >= 0
        self.heads =
            !isCallable
            ? []
            : UpstreamPath.allCases.flatMap { path in
                keys.map {
                    UpstreamHead.prefix(provider, dialect ?? provider.dialect, path, model: upstreamModel, key: $0)
                }
            }
    }

    /// The fixed part of a request head: request line, `Host`, authentication, `Content-Type`, the provider's own
    /// fields. Each line ends in CRLF; the empty line that ends the head is left to the caller.
    /// - Parameter key: index into the provider's keys; 0 also where it has none.
    package func head(_ path: UpstreamPath, key: Int = 0) -> [UInt8] {
        let keyCount = max(1, provider.keys.count)
        precondition(!heads.isEmpty, "asked to call an endpoint that cannot be called")
        precondition(key < keyCount, "asked for a key the provider does not have")
        return heads[Int(path.rawValue) * keyCount + key]
    }

    /// The same endpoint with a caller's own key. What the operator limits is not limited here: those are the limits of
    /// the operator's account.
    func pinned(to credential: Credential, at provider: ProviderEntry, index: Int) -> Endpoint {
        Endpoint(
            index: index, provider: provider, dialect: dialect, modelSlug: modelSlug, upstreamModel: upstreamModel,
            tag: tag, contextLength: contextLength, maxCompletionTokens: maxCompletionTokens,
            quantization: quantization, parameters: listedParameters, inputModalities: inputModalities,
            outputModalities: outputModalities, pricing: pricing, region: provider.region ?? region, weight: weight,
            order: order, timeouts: timeouts, credential: credential)
    }

    /// What the catalogue shows: the declared parameters, else those of any OpenAI-compatible host, which are of
    /// completions: vectors, ranks and pictures know none of them.
    package var shownParameters: SupportedParameters {
        if let listedParameters { return listedParameters }
        return outputModalities.contains(.text) ? .openAICompatible.without(dialect.unsaid) : SupportedParameters()
    }

    /// Which of a model's hosts take tools, another router knows better than a list here, and it refuses them itself.
    private static let routersOwn = SupportedParameters(
        known: RequestFieldSet(.tools, .toolChoice, .parallelToolCalls))

    /// Whether writing to its cache has a price of its own: OpenAI's models since GPT-5.6, which alone take markers of what
    /// to cache, are told from the others by it.
    package var chargesCacheWrites: Bool { pricing.rates[.inputCacheWrite].map { $0.picos > 0 } ?? false }

    /// Whether a stream of it may end properly without any finish reason. Only servers of the chat dialect are known to
    /// leave it out: in the others a stream without one was cut.
    package var mayOmitFinishReason: Bool { dialect.isOpenAIChat && provider.quirks.mayOmitFinishReason }

    /// Which of these fields it is known not to take.
    package func lacking(_ fields: RequestFieldSet) -> RequestFieldSet {
        guard let parameters else { return fields.intersection(dialect.unsaid) }
        return fields.missing(from: parameters.known)
    }

    /// Stable across catalogue versions, unlike `index`.
    package let identity: String
    /// A short form of `identity` for tables in which a rare confusion does no harm; never 0.
    package let identityHash: UInt32

    /// FNV-1a.
    private static func hash(_ text: String) -> UInt32 {
        let hash = text.utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return hash == 0 ? 1 : hash
    }
}
