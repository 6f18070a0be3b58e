package import Accounting
package import Buffers
package import Completions
package import JSONText

/// Carries one answer from the provider's dialect into the caller's, where those differ.
///
/// It fills the same state and gives the same summaries as the splice of the chat dialect does, so that whoever relays
/// a stream need not know which of the two is at work.
package struct AnswerTranslator {
    private var reader: any AnswerReading
    private var writer: any AnswerWriting
    private var events: [CompletionEvent] = []
    /// What came before the first output: nothing leaves until there is some, since until then another endpoint may
    /// answer instead.
    private var waiting: [CompletionEvent] = []
    /// Bytes of what that was read from.
    private var waitingBytes = 0
    private var hasCommitted = false
    /// What the provider said instead of an answer.
    package private(set) var error: AnswerError?
    /// The provider's id of the answer.
    package private(set) var upstreamID: String?

    package init(reader: any AnswerReading, writer: any AnswerWriting) {
        self.reader = reader
        self.writer = writer
    }

    /// Reads one event of the provider's stream and appends the caller's.
    package mutating func relay(
        _ root: JSONValue, kind: String? = nil, state: inout StreamState, into out: inout ByteBuffer
    ) -> ChunkSummary {
        events.removeAll(keepingCapacity: true)
        reader.read(root, kind: kind, into: &events)
        return pass(root.withRawSpan { $0.count }, state: &state, into: &out)
    }

    /// Reads a whole answer as if it were a stream of one event.
    package mutating func relayAnswer(
        _ root: JSONValue, state: inout StreamState, into out: inout ByteBuffer
    ) -> ChunkSummary {
        events.removeAll(keepingCapacity: true)
        reader.readAnswer(root, into: &events)
        return pass(root.withRawSpan { $0.count }, state: &state, into: &out)
    }

    /// The provider's stream has ended.
    package mutating func atEnd(state: inout StreamState, into out: inout ByteBuffer) -> ChunkSummary {
        events.removeAll(keepingCapacity: true)
        reader.atEnd(into: &events)
        return pass(0, state: &state, into: &out)
    }

    /// Reads a whole answer for a caller who wants it whole.
    package mutating func answer(_ root: JSONValue, state: inout StreamState) -> CompletionAnswer {
        events.removeAll(keepingCapacity: true)
        reader.readAnswer(root, into: &events)
        var answer = CompletionAnswer()
        for event in events {
            state.note(event, counts: false)
            answer.add(event)
        }
        // Counting costs more than all the rest of this: it is for answers without a report that is sure to be believed.
        if !(state.usage?.isBeyondDoubt ?? false) { events.forEach { state.produced.count($0) } }
        for choice in answer.choices where choice.finishReason == .error && answer.error == nil {
            answer.error = .ended(native: choice.nativeFinishReason)
        }
        error = answer.error
        upstreamID = answer.id
        return answer
    }

    package mutating func writeEnd(
        reason: FinishReason, native: String?, usage: TokenUsage, charge: Charge, metadata: RawJSON? = nil,
        completedAt: Int64? = nil, into out: inout ByteBuffer
    ) {
        writer.writeEnd(
            reason: reason, native: native, usage: usage, charge: charge, metadata: metadata,
            completedAt: completedAt, into: &out)
    }

    package mutating func writeEcho(of body: Span<UInt8>, after count: Int, into out: inout ByteBuffer) {
        writer.writeEcho(of: body, after: count, into: &out)
    }

    package mutating func writeError(_ error: APIError, into out: inout ByteBuffer) {
        writer.writeError(error, into: &out)
    }

    /// - Parameter bytes: of what the events were read from.
    private mutating func pass(_ bytes: Int, state: inout StreamState, into out: inout ByteBuffer) -> ChunkSummary {
        var summary = ChunkSummary()
        for event in events {
            state.note(event, hasReport: summary.hasUsage)
            switch event.content {
            case .usage: summary.hasUsage = true
            case .began(let id, _): upstreamID = id ?? upstreamID
            case .failed(let failure):
                error = failure
                summary.hasError = true
            case .finished(let reason, let native):
                if reason == .error {
                    error = error ?? .ended(native: native)
                    summary.hasError = true
                }
                summary.isFinish = true
            // Who waits for a search wants to see it.
            case .serverTool: summary.hasContent = summary.hasContent || writer.showsServerTools
            default:
                if event.isOutput { summary.hasContent = true }
            }
        }
        if summary.hasError { return summary }
        let start = out.count
        if !hasCommitted, !summary.hasContent, !summary.isFinish {
            summary.hasError = !wait(bytes)
        } else {
            hasCommitted = true
            for event in waiting { writer.write(event, into: &out) }
            waiting.removeAll()
            for event in events { writer.write(event, into: &out) }
        }
        summary.isWritten = out.count > start
        return summary
    }

    /// Keeps the events until there is output; false where those are too many, which is a failure of the provider's.
    private mutating func wait(_ bytes: Int) -> Bool {
        let count = waiting.count
        for event in events where !event.isDraft { waiting.append(event) }
        if waiting.count > count { waitingBytes += bytes }
        let limit = DialectLimits.waitingBytes
        if waitingBytes + waiting.count * MemoryLayout<CompletionEvent>.stride <= limit { return true }
        waiting = []
        error = AnswerError(
            status: 502, message: "The provider sent more than \(limit >> 20) MiB before any output.")
        return false
    }
}

extension CompletionEvent {
    /// Whether it shows what a drawing looks like so far: of the moment, and callers who see that do not wait.
    fileprivate var isDraft: Bool {
        if case .serverTool(let step) = content { step.draft != nil } else { false }
    }
}

extension AnswerError {
    /// An answer whose reason to end is that it failed: the provider's word for it is all that is known.
    fileprivate static func ended(native: String?) -> AnswerError {
        let word = native.map { " (\($0))" } ?? ""
        return AnswerError(type: native, message: "The provider ended the answer with an error\(word).")
    }
}
