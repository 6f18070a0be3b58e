/// What a key is good for; neither class can do the other's work.
package enum APIKeyClass: UInt8, CaseIterable, Sendable {
    /// Completions and what belongs to them.
    case inference
    /// Keys, credits, and everything else of an account.
    case management
}
