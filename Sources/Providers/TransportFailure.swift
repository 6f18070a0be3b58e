/// What can go wrong with a connection to a provider, in the words of the attempt loop.
package enum TransportFailure: UInt8, CaseIterable, Sendable {
    case nameNotFound
    case connectFailed
    case tlsFailed
    /// The certificate is not one we trust for this name.
    case certificateRejected
    case resetBeforeFirstByte
    case connectTimeout
    case firstByteTimeout
    case idleTimeout
    case totalTimeout
    /// The answer is no HTTP, or its body does not decode.
    case malformed
    /// The answer ended before its end.
    case truncated
    /// The answer is larger than we take.
    case tooLarge

    /// The sentence for callers; follows the provider's name.
    package var sentence: StaticString {
        switch self {
        case .nameNotFound: "could not be reached: its host name does not resolve"
        case .connectFailed: "could not be reached: the connection failed"
        case .tlsFailed: "could not be reached: the TLS handshake failed"
        case .certificateRejected: "could not be reached: its certificate is not trusted"
        case .resetBeforeFirstByte: "closed the connection without an answer"
        case .connectTimeout: "could not be reached in time"
        case .firstByteTimeout: "did not begin to answer in time"
        case .idleTimeout: "fell silent in the middle of its answer"
        case .totalTimeout: "did not finish its answer in time"
        case .malformed: "sent an answer that could not be read"
        case .truncated: "ended its answer too early"
        case .tooLarge: "sent an answer larger than this server takes"
        }
    }
}
