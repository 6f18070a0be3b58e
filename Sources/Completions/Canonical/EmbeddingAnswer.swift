package import Accounting

/// An answer with embeddings, in no dialect.
package struct EmbeddingAnswer: Sendable, Equatable {
    /// As the provider wrote it, so that a caller who wants the same form gets the same digits.
    package enum Vector: Sendable, Equatable {
        /// A JSON array of numbers.
        case numbers(RawJSON)
        /// Base64 of little-endian 32-bit floats.
        case base64(String)
    }

    package var id: String?
    /// In the order of the input.
    package var vectors: [Vector] = []
    /// nil where the provider said nothing of it.
    package var usage: TokenUsage?

    package init() {}
}
