package import Accounting
package import Buffers
package import Completions

/// Writes the answers of one caller's dialect. One per attempt that streams.
package protocol AnswerWriting {
    /// Whether callers see what tools of the provider's do while they do it.
    var showsServerTools: Bool { get }

    /// Appends what the caller sees of an event, framed; nothing for the end, usage and errors, which wait for the
    /// record to be durable.
    mutating func write(_ event: CompletionEvent, into out: inout ByteBuffer)

    /// Appends the rest of a complete stream, its last event included, but for the chat dialect's `[DONE]`.
    ///
    /// - Parameters:
    ///   - metadata: `openrouter_metadata`, for callers who ask for it.
    ///   - completedAt: Unix seconds, for dialects that say when an answer was complete.
    mutating func writeEnd(
        reason: FinishReason, native: String?, usage: TokenUsage, charge: Charge, metadata: RawJSON?,
        completedAt: Int64?, into out: inout ByteBuffer)

    /// Appends what the provider was sent, for callers who ask for that (`debug.echo_upstream_body`); nothing where the
    /// dialect has no event for it.
    ///
    /// - Parameters:
    ///   - body: JSON of one line.
    ///   - count: how many such events earlier attempts have appended.
    mutating func writeEcho(of body: Span<UInt8>, after count: Int, into out: inout ByteBuffer)

    /// Appends the typed end of a broken stream. Nothing follows.
    mutating func writeError(_ error: APIError, into out: inout ByteBuffer)
}

extension AnswerWriting {
    package var showsServerTools: Bool { false }
}
