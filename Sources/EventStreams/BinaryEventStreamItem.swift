/// What a decoder of binary event streams found next. `consumed` bytes are to be dropped from the front before the
/// next call, after the item has been used; ranges are positions in the bytes handed in.
package enum BinaryEventStreamItem: Equatable, Sendable {
    case message(BinaryEventStreamMessage)
    /// No whole message is there; call again with the same bytes and more behind them.
    case needMore
    /// The input has ended behind a message.
    case end

    /// Bytes to drop before the next call.
    package var consumed: Int {
        if case .message(let message) = self { message.consumed } else { 0 }
    }
}

/// One message of a binary event stream: the headers that tell what it is, and its payload.
package struct BinaryEventStreamMessage: Equatable, Sendable {
    package enum Kind: UInt8, Sendable {
        /// `type` is `:event-type`.
        case event
        /// A modelled exception; `type` is `:exception-type`, the payload says more.
        case exception
        /// An error without a model; `type` is `:error-code`, `reason` is `:error-message`, and there is no payload.
        case error
    }

    package let kind: Kind
    package let type: Range<Int>
    package let reason: Range<Int>?
    /// Usually JSON text; may be empty.
    package let payload: Range<Int>
    package let consumed: Int
}

/// Why a binary event stream cannot be read on. Nothing behind such a fault means anything.
package enum BinaryEventStreamError: Error, Equatable, Sendable {
    /// The checksum of the first eight bytes of a message is wrong.
    case preludeChecksum
    /// The checksum at the end of a message is wrong.
    case messageChecksum
    /// The headers are longer than `EventStreamLimits.binaryHeaderBytes`.
    case headersTooLarge
    /// The payload is longer than `EventStreamLimits.binaryPayloadBytes`.
    case payloadTooLarge
    /// The lengths contradict each other, or a header cannot be read.
    case malformed
    /// The input ended within a message.
    case truncated
}
