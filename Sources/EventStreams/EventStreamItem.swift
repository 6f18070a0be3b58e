/// What a decoder found next. `consumed` bytes are to be dropped from the front before the next call, after the item
/// has been used; ranges are positions in the bytes handed in.
package enum EventStreamItem: Equatable, Sendable {
    case event(EventStreamEvent)
    /// A comment line: it carries nothing but the news that the sender is alive.
    case comment(consumed: Int)
    /// JSON text that is no SSE line, as some providers report errors within a stream. Cut at the end of the value.
    case unframed(Range<Int>, consumed: Int)
    /// Nothing whole is left; call again with the rest and more bytes behind it.
    case needMore(consumed: Int)
    /// The input has ended and everything was handed out.
    case end

    /// Bytes to drop before the next call.
    package var consumed: Int {
        switch self {
        case .event(let event): event.consumed
        case .comment(let consumed), .needMore(let consumed), .unframed(_, let consumed): consumed
        case .end: 0
        }
    }
}

/// One event of a stream.
package struct EventStreamEvent: Equatable, Sendable {
    package enum Data: Equatable, Sendable {
        /// The one data line's contents, in the bytes handed in.
        case range(Range<Int>)
        /// Several data lines: `EventStreamDecoder.joinedData`, until the next call.
        case joined
    }

    package let data: Data
    /// The event's name, in the bytes handed in; nil when it has none.
    package let name: Range<Int>?
    package let consumed: Int

    package init(data: Data, name: Range<Int>?, consumed: Int) {
        self.data = data
        self.name = name
        self.consumed = consumed
    }
}

package enum EventStreamError: Error, Equatable, Sendable {
    /// An event, comment or unframed text is longer than the decoder's limit.
    case eventTooLarge
}
