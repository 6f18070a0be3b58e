/// Everything the landing page shows, gathered by the caller; rendering looks nowhere else.
package struct LandingState: Sendable, Equatable {
    /// Whether requests are served now.
    package var ready: Bool
    /// Why not, or what is degraded: one sentence each.
    package var reasons: [String]
    /// What a client sets as its base URL, such as `http://127.0.0.1:8080/api/v1`, without a slash at its end.
    package var baseURL: String
    /// What an omitted `model` stands for; the sample request takes it, else the first model.
    package var defaultModel: String?
    package var models: [Model]
    package var version: String

    package init(
        ready: Bool, reasons: [String] = [], baseURL: String, defaultModel: String? = nil, models: [Model] = [],
        version: String = ""
    ) {
        self.ready = ready
        self.reasons = reasons
        self.baseURL = baseURL
        self.defaultModel = defaultModel
        self.models = models
        self.version = version
    }

    package struct Model: Sendable, Equatable {
        /// What a request names, such as `openai/gpt-4o-mini`.
        package var id: String
        package var name: String
        /// In the order in which they are tried by default.
        package var endpoints: [Endpoint]

        package init(id: String, name: String, endpoints: [Endpoint]) {
            self.id = id
            self.name = name
            self.endpoints = endpoints
        }
    }

    package struct Endpoint: Sendable, Equatable {
        package var provider: String
        /// Tokens; nil when unknown.
        package var contextLength: Int?
        /// Pico-dollars per prompt token; nil when there is no such price.
        package var promptPicos: Int64?
        /// Pico-dollars per completion token; nil when there is no such price.
        package var completionPicos: Int64?

        package init(
            provider: String, contextLength: Int? = nil, promptPicos: Int64? = nil, completionPicos: Int64? = nil
        ) {
            self.provider = provider
            self.contextLength = contextLength
            self.promptPicos = promptPicos
            self.completionPicos = completionPicos
        }
    }
}
