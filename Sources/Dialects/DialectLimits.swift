/// Every bound of this module, in one place.
package enum DialectLimits {
    /// `n`, `best_of`: choices one request may ask for.
    static let choices = 1...128
    /// Members of a request at its top level, known and unknown: each unknown one is kept as it came.
    static let requestMembers = 4096
    /// A `model` that names a preset, as it is written: a model's slug with its endings, and the preset's name.
    static let presetModelBytes = 512
    /// `tools` of a request that are joined with a preset's.
    static let joinedTools = 4096
    /// Output tokens a request may ask for.
    static let outputTokens = 1...100_000_000
    static let stopSequences = 4
    /// Tools that `tool_choice` may name: more than any provider takes.
    static let allowedTools = 256
    /// Characters of the name of a group of tools, which goes in front of the name of each.
    static let toolGroupCharacters = 256
    /// `stop_sequences` of the Messages dialect: as many as any provider takes.
    static let messageStopSequences = 2500
    static let fallbackModels = 32
    /// `fallbacks` of the Messages dialect.
    static let messageFallbacks = 3
    /// Messages of a conversation in the Messages dialect.
    static let messages = 100_000
    /// Tokens of `thinking.budget_tokens`, at least.
    static let thinkingBudgetMin = 1024
    static let topLogprobs = 0...20
    /// `logprobs` of the legacy dialect is a count.
    static let legacyLogprobs = 0...20
    /// The longest URL of an image or document that is fetched.
    package static let mediaURLBytes = 8 * 1024
    /// Characters of `session_id`, in the body or as a header.
    package static let sessionIDCharacters = 256
    /// Characters of `user`.
    static let userCharacters = 512
    static let metadataPairs = 16
    static let metadataKeyCharacters = 64
    static let metadataValueCharacters = 512
    /// Bytes of `trace` as written.
    static let traceBytes = 16 * 1024
    /// Bytes of a JSON schema's name.
    static let schemaNameBytes = 64
    /// Entries in each list of `provider`.
    static let providerEntries = 64
    static let serverToolSteps = 1...30
    /// Bytes of a stream, and of what it came to, that may wait for its first output.
    static let waitingBytes = 16 * 1024 * 1024
    /// Choices of one stream that are followed to their ends: twice as many as hosts answer at once, 128 of each of 16
    /// prompts.
    static let trackedChoices = 4096
    /// Calls of tools of one answer that are followed; what comes behind them in pieces is left out.
    static let trackedToolCalls = 256
    /// What a provider may number its calls, its items and its pieces of reasoning. Other numbers count as none.
    static let providerIndexes = 0..<65_536
    /// Bytes of arguments of tools, over all calls of an answer, that are gathered to see whether they are JSON.
    static let auditedArgumentBytes = 1024 * 1024
    /// Bytes of an upstream error sentence that are kept.
    static let errorMessageBytes = 2048
    /// Bytes of an answer's text that are kept to find the places of its citations.
    static let citedTextBytes = 1024 * 1024
    /// Levels of nesting in arguments that arrive in pieces.
    static let argumentDepth = 64
    /// Elements of one array in such arguments.
    static let argumentElements = 4096
    /// Values of such arguments, over all their levels. What is beyond is left out.
    static let argumentValues = 16_384
    /// Quotations that are searched for in an answer whose citations do not say where they stand.
    static let quotationSearches = 64
}
