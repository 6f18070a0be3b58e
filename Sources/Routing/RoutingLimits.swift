/// The bounds of routing.
package enum RoutingLimits {
    /// Attempts one request may cost, over all endpoints and models.
    package static let attempts = 8
    /// Models one request may name.
    package static let models = 32
    /// The longest wait before the same endpoint is tried again, in milliseconds.
    package static let sameEndpointDelayMs: UInt64 = 2_000
    /// The shortest and longest pause before the only endpoint is tried again after a failure of its own, in
    /// milliseconds; the pause is drawn between them, so that callers do not return in step.
    package static let soleEndpointPauseMs: ClosedRange<UInt64> = 50...250
    /// Bytes of JSON that one token may stand for at most: a word of Cyrillic text whose characters are each written
    /// as `\uXXXX`. A prompt has at least its bytes divided by this many tokens.
    package static let bytesPerTokenMax = 24
}
