package import Accounting
package import Completions

/// What a plain answer says, before it is decided whether it is one.
package struct AnswerSummary: Sendable {
    /// What the upstream reported; nil where it reported nothing.
    package var usage: TokenUsage?
    /// The normalised reason of the first choice; nil where no choice has one.
    package var finishReason: FinishReason?
    /// The upstream's own word for it.
    package var nativeFinishReason: String?
    package var serviceTier: String?
    /// Text, reasoning, a refusal, a tool call, an image or audio in any choice.
    package var hasOutput = false
    /// An error inside the answer; `InBandError` reads it.
    package var hasError = false
    /// Not an object, or neither choices nor an error in it.
    package var isMalformed = false
    /// What the output comes to, counted only where `usage` is nil or in doubt.
    package var produced = TokenEstimator()

    package init() {}
}
