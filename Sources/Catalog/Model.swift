/// A model of the catalogue, with every endpoint that serves it.
package final class Model: Sendable {
    /// What is known about a model beside its endpoints.
    package struct Facts: Sendable {
        /// `author/name`: the routable slug.
        package var slug: String
        /// The dated, immutable slug; the slug itself where there is none.
        package var canonicalSlug: String?
        /// Name for people, as in `OpenAI: GPT-5`.
        package var name: String
        /// Unix seconds; 0 where unknown.
        package var created: Int64 = 0
        package var description = ""
        package var contextLength: Int?
        package var maxCompletionTokens: Int?
        package var inputModalities: ModalitySet = .text
        package var outputModalities: ModalitySet = .text
        /// Other slugs that lead here.
        package var aliases: [String] = []
        /// Slugs of the models that answer when this one cannot, in this order, unless a request names its own.
        package var fallbacks: [String] = []
        /// Family of the vocabulary, as in `GPT` or `Llama3`.
        package var tokenizer: String?
        package var instructType: String?
        package var huggingFaceID: String?
        /// `YYYY-MM-DD`.
        package var knowledgeCutoff: String?
        /// `YYYY-MM-DD`.
        package var expirationDate: String?
        package var reasoning: ReasoningSupport?
        /// The line of models it belongs to: the newest of them answers to `~author/family-latest`.
        package var family: String?
        /// Whether the provider wants the caller's own key, even where the operator has one (`byok_only`).
        package var demandsCallersKey = false
        /// Whether the author permits training other models on its answers; nil where nobody knows.
        package var distillable: Bool?
        /// The licence of its weights, where they are open and it is known.
        package var license: WeightsLicense?
        package var categories: [ModelCategory] = []
        package var defaultParameters: DefaultParameters?
        package var benchmarks: ModelBenchmarks?
        /// Answers of this model pass a moderation filter of its provider.
        package var isModerated = false
        /// Whether it takes messages of the system between turns (Claude since Opus 4.8).
        package var takesSystemAnywhere = false

        package init(slug: String, name: String? = nil) {
            self.slug = slug
            self.name = name ?? slug
        }

        /// Whether its last day has come.
        /// - Parameter today: `YYYY-MM-DD`; nil where no day has.
        package func hasEnded(by today: String?) -> Bool {
            guard let today, let expirationDate else { return false }
            return expirationDate <= today
        }
    }

    package let facts: Facts
    /// Those that can be called, in the configured order. Empty where no provider of the model has a key.
    package let endpoints: [Endpoint]
    /// Those that could be called if their providers had keys.
    package let dormantEndpoints: [Endpoint]
    /// Those of callers' own keys: each may be used by whom its credential admits.
    package let ownKeyEndpoints: [Endpoint]
    /// Of each endpoint at the same position of `endpoints`, and behind their end of `ownKeyEndpoints`.
    package let outlines: [EndpointOutline]
    /// What at least one shown endpoint supports.
    package let parameters: SupportedParameters
    /// The slug as a JSON string, quotes included: spliced into every chunk.
    package let slugJSON: [UInt8]
    /// The smallest context of an endpoint in tokens: a prompt that fits there fits everywhere.
    package let smallestContext: Int
    /// Whether an endpoint's cache makes a conversation cheaper.
    package let rewardsCaching: Bool
    /// Whether the operator wants others to answer when this one cannot; apart from `facts`, of which a look costs a copy.
    package let hasFallbacks: Bool
    /// Whether it is a model's variant that costs nothing, and is therefore limited by count.
    package let isFreeVariant: Bool

    package init(
        _ facts: Facts, endpoints: [Endpoint], dormantEndpoints: [Endpoint] = [], ownKeyEndpoints: [Endpoint] = []
    ) {
        precondition(!endpoints.isEmpty || !dormantEndpoints.isEmpty, "a model has endpoints")
        self.facts = facts
        self.endpoints = endpoints
        self.dormantEndpoints = dormantEndpoints
        self.ownKeyEndpoints = ownKeyEndpoints
        let shown = endpoints.isEmpty ? dormantEndpoints : endpoints
        self.parameters = shown.reduce(SupportedParameters()) { $0.union($1.shownParameters) }
        let served = endpoints + ownKeyEndpoints
        outlines = served.map { EndpointOutline($0) }
        smallestContext = served.compactMap(\.contextLength).min() ?? Int.max
        rewardsCaching = served.count > 1 && served.contains(where: \.rewardsCaching)
        self.slugJSON = JSONLiteral.bytes(facts.slug)
        hasFallbacks = !facts.fallbacks.isEmpty
        self.isFreeVariant = facts.slug.hasSuffix(":free")
    }

    /// The same model with endpoints of callers' own keys.
    func adding(_ own: [Endpoint]) -> Model {
        Model(facts, endpoints: endpoints, dormantEndpoints: dormantEndpoints, ownKeyEndpoints: own)
    }

    /// The endpoint at a position in `endpoints`, and behind their end in `ownKeyEndpoints`.
    @inline(__always)
    package func endpoint(at position: Int) -> Endpoint {
        position < endpoints.count ? endpoints[position] : ownKeyEndpoints[position - endpoints.count]
    }

    /// What the catalogue shows: the endpoints that can be called, else those that could be.
    package var shownEndpoints: [Endpoint] { endpoints.isEmpty ? dormantEndpoints : endpoints }
    /// Whether the operator's keys serve it.
    package var isCallable: Bool { !endpoints.isEmpty }
    package var slug: String { facts.slug }
    package var name: String { facts.name }
    package var canonicalSlug: String { facts.canonicalSlug ?? facts.slug }
    package var author: Substring { facts.slug.prefix { $0 != "/" } }
    /// The model's own context length, else that of its largest endpoint.
    package var contextLength: Int? { facts.contextLength ?? shownEndpoints.compactMap(\.contextLength).max() }
    package var maxCompletionTokens: Int? {
        facts.maxCompletionTokens ?? shownEndpoints.compactMap(\.maxCompletionTokens).max()
    }
    /// The endpoint whose price and limits stand for the model: the first.
    package var topEndpoint: Endpoint { shownEndpoints[0] }
}
