/// Why a model stopped, in the words of the chat dialect; the provider's own word travels beside it.
package enum FinishReason: UInt8, CaseIterable, Sendable {
    case stop
    case length
    case toolCalls
    case contentFilter
    case error

    /// The name on the wire.
    package var wireName: StaticString {
        switch self {
        case .stop: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        case .error: "error"
        }
    }
}
