/// The promise that an answer that is none costs nothing.
package enum ZeroCompletionInsurance {
    /// Whether the caller is not charged for the model's tokens.
    ///
    /// - Parameters:
    ///   - hasFinishReason: whether the provider gave one that is neither null nor blank.
    ///   - endedInError: whether the finish reason is an error, or the provider broke the stream.
    package static func covers(completionTokens: Int, hasFinishReason: Bool, endedInError: Bool) -> Bool {
        endedInError || (completionTokens == 0 && !hasFinishReason)
    }
}
