package import Accounting
package import Completions
import JSONText

/// What a stream needs to remember from chunk to chunk. One per attempt: failover starts with a new one.
package struct StreamState: Sendable {
    /// The caller asked not to see reasoning.
    package let hidesReasoning: Bool
    /// The last usage the upstream reported; it is cumulative, never summed.
    package internal(set) var usage: TokenUsage?
    /// The normalised reason of the first choice that finished.
    package internal(set) var finishReason: FinishReason?
    /// The upstream's own word for it.
    package internal(set) var nativeFinishReason: String?
    /// Counts what was produced, for streams whose usage never arrives.
    package internal(set) var produced = TokenEstimator()
    /// Which choices have begun, and which have ended.
    package internal(set) var choices = ChoiceProgress()
    /// Chunks of output seen.
    package internal(set) var outputChunks = 0
    /// The tier the provider says it served, as text; the last word counts.
    package internal(set) var serviceTier: String?
    var toolCalls = ToolCallSlots()
    /// The calls of tools as they come together, where somebody wants to know whether they are well-formed.
    package var toolCallAudit: ToolCallAudit? {
        get { toolCalls.audit }
        set { toolCalls.audit = newValue }
    }
    /// Whether a translated answer calls a tool.
    private var callsTools = false

    package init(hidesReasoning: Bool = false) {
        self.hidesReasoning = hidesReasoning
    }

    mutating func note(tier: JSONValue) {
        // Nearly every chunk repeats it.
        if let serviceTier, tier.equals(serviceTier.utf8Span.span) { return }
        if let word = tier.string { serviceTier = word }
    }

    /// Notes one event of an answer that is translated.
    /// - Parameter counts: whether to count what it says, for the case that no usage is reported.
    mutating func note(_ event: CompletionEvent, counts: Bool = true) {
        if event.isOutput {
            outputChunks += 1
            choices.goesOn(event.choice)
            if counts { produced.count(event) }
        }
        toolCalls.audit?.add(event)
        switch event.content {
        case .usage(let usage): self.usage = usage
        case .serviceTier(let tier): serviceTier = tier
        // What the provider runs itself is no call of the caller's tools.
        case .toolCall(_, let kind, _, _): if kind != .server { callsTools = true }
        case .finished(let reason, let native):
            choices.ends(event.choice)
            if finishReason != nil { break }
            finishReason = reason == .stop && callsTools ? .toolCalls : reason
            nativeFinishReason = native
        default: break
        }
    }

    /// Whether anything was produced that a caller could see or be charged for.
    package var hasProduced: Bool { outputChunks > 0 }

    /// The reason an answer ends with when its stream ends without one: a tool call was the point of the turn.
    package var finishReasonAtEnd: FinishReason {
        finishReason ?? (toolCalls.isEmpty && !callsTools ? .stop : .toolCalls)
    }
}
