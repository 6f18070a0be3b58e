package import Buffers

/// Reads the messages of `application/vnd.amazon.eventstream` from bytes that arrive in any pieces.
///
/// A message is two lengths and their CRC-32, headers, a payload, and the CRC-32 of all before. Lengths are believed
/// only once their checksum is right, and the rest only once the whole message is there and its checksum is right.
///
/// The caller keeps the bytes and drops what each item has consumed. Nothing is copied. Source: wire spec 9.6.
package struct BinaryEventStreamDecoder: Sendable {
    /// The lengths of the message at the front, once its prelude was checked.
    private var current: (total: Int, headers: Int)?

    private static let preludeBytes = 12
    private static let checksumBytes = 4

    package init() {}

    /// Finds the next message in the unconsumed bytes.
    ///
    /// - Parameter atEnd: Whether no more bytes will come.
    package mutating func next(
        _ bytes: Span<UInt8>, atEnd: Bool
    ) throws(BinaryEventStreamError) -> BinaryEventStreamItem {
        if bytes.isEmpty, atEnd { return .end }
        if current == nil, bytes.count >= Self.preludeBytes { current = try Self.readPrelude(bytes) }
        guard let (total, headers) = current, bytes.count >= total else {
            if atEnd { throw .truncated }
            return .needMore
        }
        let end = total - Self.checksumBytes
        // The first twelve bytes are in this checksum too.
        guard CyclicRedundancyCheck.value(of: bytes.extracting(0..<end)) == Self.number32(bytes, end) else {
            throw .messageChecksum
        }
        let payload = Self.preludeBytes + headers..<end
        var reader = HeaderReader(range: Self.preludeBytes..<payload.lowerBound)
        try reader.readAll(bytes)
        current = nil
        return .message(try reader.message(payload: payload, consumed: total))
    }

    /// Finds the next message in a buffer's content; see above.
    package mutating func next(
        _ buffer: borrowing ByteBuffer, atEnd: Bool
    ) throws(BinaryEventStreamError) -> BinaryEventStreamItem {
        try next(buffer.span, atEnd: atEnd)
    }

    private static func readPrelude(
        _ bytes: Span<UInt8>
    ) throws(BinaryEventStreamError) -> (total: Int, headers: Int) {
        guard CyclicRedundancyCheck.value(of: bytes.extracting(0..<8)) == number32(bytes, 8) else {
            throw .preludeChecksum
        }
        let total = Int(number32(bytes, 0))
        let headers = Int(number32(bytes, 4))
        if headers > EventStreamLimits.binaryHeaderBytes { throw .headersTooLarge }
        let payload = total - headers - preludeBytes - checksumBytes
        if payload < 0 { throw .malformed }
        if payload > EventStreamLimits.binaryPayloadBytes { throw .payloadTooLarge }
        return (total, headers)
    }

    static func number32(_ bytes: Span<UInt8>, _ index: Int) -> UInt32 {
        UInt32(bytes[index]) << 24 | UInt32(bytes[index + 1]) << 16 | UInt32(bytes[index + 2]) << 8
            | UInt32(bytes[index + 3])
    }
}

/// The headers of one message: a name of up to 255 bytes, a type, a value.
private struct HeaderReader {
    private var position: Int
    private let end: Int
    private var kind: BinaryEventStreamMessage.Kind?
    private var eventType: Range<Int>?
    private var exceptionType: Range<Int>?
    private var errorCode: Range<Int>?
    private var errorMessage: Range<Int>?

    /// The type of a header's value that is a string.
    private static let stringType: UInt8 = 7

    init(range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func readAll(_ bytes: Span<UInt8>) throws(BinaryEventStreamError) {
        while position < end {
            let name = try take(Int(bytes[position]), behind: 1)
            guard position < end else { throw .malformed }
            let type = bytes[position]
            position += 1
            let value = try takeValue(bytes, type)
            try note(name, type == Self.stringType ? value : nil, bytes)
        }
    }

    /// What the headers say of the message; the type belongs to its kind.
    func message(payload: Range<Int>, consumed: Int) throws(BinaryEventStreamError) -> BinaryEventStreamMessage {
        let type =
            switch kind {
            case .event: eventType
            case .exception: exceptionType
            case .error: errorCode
            case nil: nil as Range<Int>?
            }
        guard let kind, let type else { throw .malformed }
        return BinaryEventStreamMessage(
            kind: kind, type: type, reason: errorMessage, payload: payload, consumed: consumed)
    }

    /// The next `count` bytes, `skipped` bytes from here.
    private mutating func take(_ count: Int, behind skipped: Int) throws(BinaryEventStreamError) -> Range<Int> {
        let start = position + skipped
        guard start + count <= end else { throw .malformed }
        position = start + count
        return start..<position
    }

    private mutating func takeValue(
        _ bytes: Span<UInt8>, _ type: UInt8
    ) throws(BinaryEventStreamError) -> Range<Int> {
        switch type {
        // true and false
        case 0, 1: return try take(0, behind: 0)
        // Integers of one, two, four and eight bytes; a time is one of eight.
        case 2: return try take(1, behind: 0)
        case 3: return try take(2, behind: 0)
        case 4: return try take(4, behind: 0)
        case 5, 8: return try take(8, behind: 0)
        // Bytes and strings, with their length in front.
        case 6, Self.stringType:
            guard position + 2 <= end else { throw .malformed }
            return try take(Int(bytes[position]) << 8 | Int(bytes[position + 1]), behind: 2)
        // A UUID.
        case 9: return try take(16, behind: 0)
        default: throw .malformed
        }
    }

    private mutating func note(
        _ name: Range<Int>, _ text: Range<Int>?, _ bytes: Span<UInt8>
    ) throws(BinaryEventStreamError) {
        guard !name.isEmpty, bytes[name.lowerBound] == UInt8(ascii: ":") else { return }
        if Self.equals(bytes, name, ":message-type") {
            guard let text, kind == nil else { throw .malformed }
            if Self.equals(bytes, text, "event") {
                kind = .event
            } else if Self.equals(bytes, text, "exception") {
                kind = .exception
            } else if Self.equals(bytes, text, "error") {
                kind = .error
            } else {
                throw .malformed
            }
        } else if Self.equals(bytes, name, ":event-type") {
            eventType = text
        } else if Self.equals(bytes, name, ":exception-type") {
            exceptionType = text
        } else if Self.equals(bytes, name, ":error-code") {
            errorCode = text
        } else if Self.equals(bytes, name, ":error-message") {
            errorMessage = text
        }
    }

    private static func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount && ByteSearch.matches(text, in: bytes, at: range.lowerBound)
    }
}
