package import Completions

/// One try at one endpoint.
package struct AttemptRecord: Hashable, Sendable {
    /// The endpoint's id.
    package var endpoint: String
    /// The provider's display name.
    package var provider: String
    /// The model's slug; a later model of a fallback list has another one than the generation.
    package var model: String
    /// The HTTP status of the provider; nil when it gave none.
    package var status: Int?
    /// From the start of the attempt to its response head or its failure.
    package var latencyMs: Int
    /// Why it failed; nil for the attempt that answered.
    package var failure: FailureClass?
    /// The provider's own id of its answer.
    package var upstreamID: String?
    /// Parameters of the request that it was not sent, because the endpoint lacks them or its provider refused them.
    package var dropped = RequestFieldSet()
    /// What else of it had no words there, by name (`tools.strict`, `container`): parts of parameters, and members that
    /// only the caller's dialect knows.
    package var droppedParts: [String] = []
    /// Whether it was made with the caller's own key at the provider.
    package var isWithOwnKey = false

    /// All names of what was left out.
    package var droppedNames: [String] { dropped.names + droppedParts }

    package init(
        endpoint: String, provider: String, model: String, status: Int?, latencyMs: Int, failure: FailureClass? = nil,
        upstreamID: String? = nil
    ) {
        self.endpoint = endpoint
        self.provider = provider
        self.model = model
        self.status = status
        self.latencyMs = latencyMs
        self.failure = failure
        self.upstreamID = upstreamID
    }
}
