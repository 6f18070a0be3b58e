/// How a message's body ends (RFC 9112, section 6.3).
package enum MessageFraming: Sendable, Equatable {
    /// There is no body.
    case none
    /// Exactly this many bytes; zero is possible.
    case length(Int)
    case chunked
    /// A response that ends with its connection.
    case untilClose

    /// Whether the message certainly has no body byte.
    package var isEmpty: Bool { self == .none || self == .length(0) }
}
