/// Bounds of embedding and rerank requests.
enum EmbeddingLimits {
    /// Vectors of one request.
    static let inputs = 2048
    /// Tokens of one input that comes as tokens.
    static let tokens = 1_000_000
    static let tokenIDs = 0...10_000_000
    static let dimensions = 1...65_536
    /// Parts of one input.
    static let parts = 128
    static let inputTypeCharacters = 64
    /// Documents of a rerank request.
    static let documents = 10_000
}
