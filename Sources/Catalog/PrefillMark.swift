/// What marks a last message of the assistant as the beginning of the answer, at hosts that want a mark. Source: wire
/// spec 12.
package enum PrefillMark: String, Sendable, CaseIterable {
    /// `"prefix": true`
    case prefix
    /// `"partial": true`
    case partial
}
