/// By which method of Vertex AI a model makes embeddings. Source: the references of `publishers.models.predict` and
/// `publishers.models.embedContent`.
package enum VertexEmbeddingMethod: String, Sendable {
    /// Texts, several in a request: `text-embedding-005`, `gemini-embedding-001` and their likes.
    case predict
    /// One content of several kinds in a request: `gemini-embedding-2` and later.
    case embedContent

    /// - Parameter model: what Vertex AI calls the model.
    package init(model: String) {
        let family = "gemini-embedding-"
        let generation = model.hasPrefix(family) ? model.utf8.dropFirst(family.utf8.count).first : nil
        let isLater = generation.map { (UInt8(ascii: "2")...UInt8(ascii: "9")).contains($0) } ?? false
        self = isLater ? .embedContent : .predict
    }
}
