/// One entry of `model_list`, understood.
struct ImportedEndpoint {
    /// What a model is for, in LiteLLM's words.
    enum Mode: String {
        case chat, completion, responses, embedding, rerank

        /// The modalities of a model of which the catalogue knows nothing; nil where it answers chats.
        var outputModality: String? {
            switch self {
            case .chat, .completion, .responses: nil
            case .embedding: "embeddings"
            case .rerank: "rerank"
            }
        }
    }

    /// Where it stands in the source.
    let line: Int
    let path: String
    let providerSlug: String
    let model: String
    var mode = Mode.chat
    /// Where it is not the provider's.
    var dialect: String?
    /// `model_info.id`
    var id: String?
    var weight: Double?
    var requestsPerMinute: Double?
    var tokensPerMinute: Double?
    /// LiteLLM's `order`: smaller first.
    var order: Int?
    /// `rpm`, `tpm`, `concurrency` and their values.
    var limits: [(key: String, value: String)] = []
    var timeouts: [(key: String, value: String)] = []
    var pricing: String?
    var contextLength: String?
    var maxCompletionTokens: String?
    var parameters: String?
    /// What the catalogue calls the model.
    var displayName: String?
    var inputModalities: [String] = []
    var outputModalities: [String] = ["text"]
}

/// All entries of one `model_name`.
struct ImportedModel {
    let sourceName: String
    let id: String
    var endpoints: [ImportedEndpoint]
    var aliases: [String] = []
    var fallbacks: [String] = []
}
