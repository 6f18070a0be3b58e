/// A request to sort documents by what they have to say to a query, in no dialect. Source: openrouter spec 17.4.
package struct RerankRequest: Sendable, Equatable {
    package struct Document: Sendable, Equatable {
        package var text: String?
        /// A URL or data URL.
        package var image: String?

        package init(text: String? = nil, image: String? = nil) {
            self.text = text
            self.image = image
        }
    }

    /// `model` as the caller sent it.
    package var model: String
    package var query: String
    package var documents: [Document]
    /// How many results are wanted; nil for all.
    package var limit: Int?
    package var provider = ProviderPreferences()
    package var user: String?
    package var sessionID: String?
    /// `trace` as JSON text: an object.
    package var trace: RawJSON?
    /// Members that are the router's own or unknown, in the order sent.
    package var others: [NamedJSON] = []

    package init(model: String, query: String, documents: [Document]) {
        self.model = model
        self.query = query
        self.documents = documents
    }

    /// How big the input is. Each document is read together with the query.
    package var promptSize: PromptSize {
        var size = PromptSize()
        size.messages = documents.count
        size.images = documents.count { $0.image != nil }
        size.textBytes = documents.reduce(query.utf8.count * documents.count) { $0 + ($1.text?.utf8.count ?? 0) }
        return size
    }

    /// Bytes of the longest document with the query: the two are read together.
    package var longestTextBytes: Int {
        documents.reduce(0) { max($0, $1.text?.utf8.count ?? 0) } + query.utf8.count
    }

    /// Searches that the request is billed as where the provider does not say: a query with up to 100 documents is one.
    package var searchUnits: Int { Self.units(documents.count) }

    /// The most searches that it can be billed as: a document that has more than 500 tokens together with the query
    /// counts once for each 500, and no token is shorter than a byte. Source: Cohere's pricing.
    package var searchUnitsMax: Int {
        Self.units(documents.reduce(0) { $0 + 1 + (($1.text?.utf8.count ?? 0) + query.utf8.count) / 500 })
    }

    private static func units(_ documents: Int) -> Int { (documents + 99) / 100 }
}
