package import Access
package import Accounting
package import Completions

/// What is kept of one request that reached an attempt: the source of `/generation`, activity and every statistic.
package struct GenerationRecord: Hashable, Sendable {
    package let id: GenerationID
    /// When the request arrived, in milliseconds since 1970.
    package let createdAtMs: Int64
    package let kind: GenerationKind
    package var apiKey: APIKeyHash
    package var workspaceID = defaultWorkspaceID
    /// The moment that the charge counts at, in milliseconds since 1970: it chooses the periods of the limits it falls
    /// into. That of the request's arrival unless somebody says otherwise.
    package var chargedAtMs: Int64

    // Who asked, as they said themselves.
    package var referer: String?
    package var appTitle: String?
    /// Of `AppCategories`, apart by commas.
    package var appCategories: String?
    package var userAgent: String?
    /// `user` of the request.
    package var user: String?
    package var sessionID: String?
    /// `metadata` of the request: the JSON text of an object of strings.
    package var metadata: String?
    /// `trace` of the request: the JSON text of an object.
    package var trace: String?

    // What was asked for and who answered.
    package var requestedModel: String
    /// Images, files and videos in the prompt.
    package var promptMedia = 0
    /// Audio inputs in the prompt.
    package var promptAudios = 0
    /// The slug of the model that answered, or of the last one tried.
    package var model: String
    /// The display name of the provider that answered, or of the last one tried.
    package var provider: String
    package var endpointID: String
    package var endpointTag: String
    /// The provider's name of the model.
    package var upstreamModel: String
    /// The provider's own id of its answer.
    package var upstreamID: String?
    /// The tier that the provider says it served, in its own word.
    package var serviceTier: String?
    /// The tag of the endpoint whose prices were charged, where that is another than the one that answered: the provider
    /// served another tier than it was asked for.
    package var pricedTag: String?
    /// The caller's own key at the provider that the last attempt was made with, by its id; nil for the operator's.
    package var credentialID: String?
    package var attempts: [AttemptRecord] = []
    /// The list of endpoints that `decision` refers to; 0 where none was noted.
    package var catalogue: UInt64 = 0
    /// Why these attempts, in a form that routing reads; empty where there was one endpoint and nothing to choose.
    package var decision: [UInt8] = []

    // How it ended.
    package var status: GenerationStatus
    package var isStreamed: Bool
    /// The HTTP status that the caller got or would have got.
    package var httpStatus: Int
    package var finishReason: FinishReason?
    /// The provider's own word for the finish reason.
    package var nativeFinishReason: String?
    package var errorType: ErrorType?
    package var failure: FailureClass?

    // What it took and cost. `usage.upstreamCost` is what the provider charged us.
    package var usage = TokenUsage()
    package var charge = Charge.none
    /// What caching saved the caller, negative where writing to the cache cost more; nil where nothing was cached.
    package var cacheDiscount: Credits?
    /// From arrival to the first content byte.
    package var ttftMs: Int?
    /// From arrival to the end.
    package var durationMs = 0
    /// From the start of the attempt that answered to its end.
    package var generationMs: Int?

    /// Whether `GenerationRecording.began` was called for this id, so that its row must go.
    package var hasInFlightRow = false

    package init(
        id: GenerationID, createdAtMs: Int64, kind: GenerationKind, apiKey: APIKeyHash, requestedModel: String,
        model: String, provider: String, endpointID: String, endpointTag: String, upstreamModel: String,
        status: GenerationStatus, isStreamed: Bool, httpStatus: Int
    ) {
        self.id = id
        self.createdAtMs = createdAtMs
        chargedAtMs = createdAtMs
        self.kind = kind
        self.apiKey = apiKey
        self.requestedModel = requestedModel
        self.model = model
        self.provider = provider
        self.endpointID = endpointID
        self.endpointTag = endpointTag
        self.upstreamModel = upstreamModel
        self.status = status
        self.isStreamed = isStreamed
        self.httpStatus = httpStatus
    }

    /// Whether the caller's own key at the provider was used (BYOK).
    package var isWithOwnKey: Bool { credentialID != nil }

    package var isCancelled: Bool { status == .cancelled }

    /// Whether the ledger has a row for it, be it of nothing: it was answered, wholly or as far as the caller listened.
    package var isCharged: Bool { status == .completed || status == .cancelled }

    /// The workspace that everything belongs to until somebody makes another.
    package static let defaultWorkspaceID = "default"
}
