/// Bounds that Converse sets. Source: wire spec 3, 5.4.
enum BedrockLimits {
    /// Bytes of a tool's name and of a call's id.
    static let nameBytes = 64
    /// Characters of a document's name.
    static let documentNameBytes = 200
    static let metadataPairs = 16
    static let metadataBytes = 256
    /// Cache points of one request that Claude takes.
    static let cachePoints = 4
    /// Tokens of a thinking budget.
    static let thinkingBudget = 1024...128_000
    /// The output limit that a thinking budget is a share of where none is known.
    static let usualOutputTokens = 16_384
}
