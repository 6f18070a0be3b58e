/// What one event of an upstream stream came to.
package struct ChunkSummary: Sendable, Equatable {
    /// Text, reasoning, a refusal, a tool call, an image or audio: the commit point of an answer.
    package var hasContent = false
    /// The finish reason of a choice. Behind that of the last one nothing leaves until the record is durable.
    package var isFinish = false
    /// An error instead of, or beside, an answer; `InBandError` reads it. Nothing was written.
    package var hasError = false
    /// Whether the upstream reported what it used.
    var hasUsage = false
    /// Whether an event was appended for the caller.
    package var isWritten = false

    package init() {}
}
