package import Accounting
package import Completions
import JSONText

/// What a stream needs to remember from chunk to chunk. One per attempt: failover starts with a new one.
package struct StreamState: Sendable {
    /// The caller asked not to see reasoning.
    package let hidesReasoning: Bool
    /// The last usage the upstream reported; it is cumulative, never summed.
    package private(set) var usage: TokenUsage?
    /// Whether that came with the end of the last choice that had begun, or behind it.
    private var isReportedAtEnd = false
    /// Chunks of output when it came.
    private var chunksReported = 0
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

    /// Notes what the upstream reports; whether it is the whole depends on what comes behind it.
    mutating func note(usage: TokenUsage) {
        // A host that counts nothing at the end takes nothing of its report back.
        if usage.total == 0, let known = self.usage, known.total > 0 { return }
        self.usage = usage
        isReportedAtEnd = choices.haveAllEnded
        chunksReported = outputChunks
    }

    /// Notes the end of a choice.
    ///
    /// - Parameter hasReport: whether its event reported usage, before this was called.
    mutating func end(_ choice: Int, hasReport: Bool) {
        if hasReport || !choices.haveAllEnded { isReportedAtEnd = hasReport }
        choices.ends(choice)
    }

    /// Whether `usage` is that of the whole answer: many hosts report first what they know before they begin.
    ///
    /// - Parameter isComplete: the stream has come to its end, so that a report behind all output is the whole too.
    package func hasWholeUsage(isComplete: Bool) -> Bool {
        guard let usage else { return false }
        if isReportedAtEnd, choices.haveAllEnded { return true }
        return isComplete && chunksReported == outputChunks && usage.completion > 0
    }

    mutating func note(tier: JSONValue) {
        // Nearly every chunk repeats it.
        if let serviceTier, tier.equals(serviceTier.utf8Span.span) { return }
        if let word = tier.string { serviceTier = word }
    }

    /// Notes one event of an answer that is translated.
    /// - Parameters:
    ///   - counts: whether to count what it says, for the case that no usage is reported.
    ///   - hasReport: whether the provider's event that it is of reported usage, in what was noted before.
    mutating func note(_ event: CompletionEvent, counts: Bool = true, hasReport: Bool = false) {
        if event.isOutput {
            outputChunks += 1
            choices.goesOn(event.choice)
            if counts { produced.count(event) }
        }
        toolCalls.audit?.add(event)
        switch event.content {
        case .usage(let usage): note(usage: usage)
        case .serviceTier(let tier): serviceTier = tier
        // What the provider runs itself is no call of the caller's tools.
        case .toolCall(_, let kind, _, _): if kind != .server { callsTools = true }
        case .finished(let reason, let native):
            end(event.choice, hasReport: hasReport)
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
