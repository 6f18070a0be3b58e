package import Buffers

/// Reads a server-sent event stream from bytes that arrive in any pieces, and forgives what providers get wrong.
///
/// Lines end with LF, CRLF or CR; the space behind `data:` may lack; a byte order mark may stand in front; the last
/// event may lack its blank line; JSON may stand there without `data:`. `id`, `retry` and unknown fields are skipped.
/// `data: [DONE]` is data like any other.
///
/// The caller keeps the bytes and drops what each item has consumed; the decoder remembers what it has searched, so a
/// stream that arrives byte by byte costs linear time. An event with one data line is never copied.
package struct EventStreamDecoder: ~Copyable {
    private let limit: Int
    private var lines = LineFinder()
    private var isAtStart = true
    /// Where the event begins that is being read: everything before it may go.
    private var eventStart = 0
    private var dataLineCount = 0
    private var firstData = 0..<0
    private var name: Range<Int>?
    private var joined = ByteBuffer()
    private var unframed: UnframedText?

    /// - Parameter limit: The longest event in bytes.
    package init(limit: Int = EventStreamLimits.eventBytes) {
        self.limit = limit
    }

    /// The data of an event whose `data` is `.joined`: its lines with LF between them. Valid until the next call.
    package var joinedData: Span<UInt8> {
        @_lifetime(borrow self)
        get { joined.span }
    }

    /// Finds the next item in the unconsumed bytes.
    ///
    /// - Parameter atEnd: Whether no more bytes will come.
    package mutating func next(_ bytes: Span<UInt8>, atEnd: Bool) throws(EventStreamError) -> EventStreamItem {
        if isAtStart, !skipByteOrderMark(bytes, atEnd) { return .needMore(consumed: 0) }
        let item = find(bytes, atEnd)
        let size: Int
        switch item {
        case .end: size = 0
        case .needMore: size = bytes.count - eventStart
        case .event, .comment, .unframed: size = item.consumed - eventStart
        }
        if size > limit { throw .eventTooLarge }
        rebase(item.consumed)
        return item
    }

    /// Finds the next item in a buffer's content; see above.
    package mutating func next(
        _ buffer: borrowing ByteBuffer, atEnd: Bool
    ) throws(EventStreamError) -> EventStreamItem {
        try next(buffer.span, atEnd: atEnd)
    }

    /// False while the bytes may still turn out to be half a byte order mark.
    private mutating func skipByteOrderMark(_ bytes: Span<UInt8>, _ atEnd: Bool) -> Bool {
        let mark: [3 of UInt8] = [0xEF, 0xBB, 0xBF]
        var index = 0
        while index < 3 {
            if index == bytes.count { if atEnd { break } else { return false } }
            if bytes[index] != mark[index] { break }
            index += 1
        }
        isAtStart = false
        if index == 3 {
            lines.move(to: 3)
            eventStart = 3
        }
        return true
    }

    private mutating func find(_ bytes: Span<UInt8>, _ atEnd: Bool) -> EventStreamItem {
        while true {
            if unframed != nil { return continueUnframed(bytes, atEnd) }
            guard let line = lines.next(bytes, atEnd) else {
                if let start = unframedStart(bytes, lines.position..<bytes.count) {
                    if dataLineCount > 0 { return takeEvent(consumed: lines.position) }
                    beginUnframed(start)
                    continue
                }
                guard atEnd else { return needMore() }
                return dataLineCount > 0 ? takeEvent(consumed: bytes.count) : .end
            }
            if line.isEmpty {
                if dataLineCount > 0 { return takeEvent(consumed: lines.position) }
                forgetFields()
                continue
            }
            if bytes[line.lowerBound] == UInt8(ascii: ":") {
                if dataLineCount == 0, name == nil { return .comment(consumed: lines.position) }
                continue
            }
            if let start = unframedStart(bytes, line) {
                lines.move(to: line.lowerBound)
                if dataLineCount > 0 { return takeEvent(consumed: line.lowerBound) }
                beginUnframed(start)
                continue
            }
            readField(bytes, line)
        }
    }

    private mutating func readField(_ bytes: Span<UInt8>, _ line: Range<Int>) {
        if let value = fieldValue("data", bytes, line) {
            appendData(bytes, value)
        } else if let value = fieldValue("event", bytes, line) {
            name = value.isEmpty ? nil : value
        } else if dataLineCount == 0, name == nil {
            eventStart = lines.position
        }
    }

    /// The value of the line's field when that is its name, without the one space that may precede it.
    private func fieldValue(_ field: StaticString, _ bytes: Span<UInt8>, _ line: Range<Int>) -> Range<Int>? {
        let colon = line.lowerBound + field.utf8CodeUnitCount
        guard colon <= line.upperBound, ByteSearch.matches(field, in: bytes, at: line.lowerBound) else { return nil }
        if colon == line.upperBound { return colon..<colon }
        guard bytes[colon] == UInt8(ascii: ":") else { return nil }
        let start = colon + 1
        let hasSpace = start < line.upperBound && bytes[start] == UInt8(ascii: " ")
        return (hasSpace ? start + 1 : start)..<line.upperBound
    }

    private mutating func appendData(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        dataLineCount += 1
        if dataLineCount == 1 {
            firstData = value
            return
        }
        if dataLineCount == 2 {
            joined.clear()
            if joined.capacity > EventStreamLimits.retainedBytes { joined.releaseStorage() }
            joined.append(bytes.extracting(firstData))
        }
        joined.append(ByteSearch.lineFeed)
        joined.append(bytes.extracting(value))
    }

    private mutating func takeEvent(consumed: Int) -> EventStreamItem {
        let data: EventStreamEvent.Data = dataLineCount == 1 ? .range(firstData) : .joined
        let event = EventStreamEvent(data: data, name: name, consumed: consumed)
        dataLineCount = 0
        name = nil
        return .event(event)
    }

    private mutating func forgetFields() {
        dataLineCount = 0
        name = nil
        eventStart = lines.position
    }

    private func needMore() -> EventStreamItem {
        .needMore(consumed: eventStart)
    }
}

extension EventStreamDecoder {
    /// Where JSON begins in a line that begins with it, spaces and tabs aside.
    private func unframedStart(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Int? {
        var index = line.lowerBound
        let end = min(line.upperBound, index + EventStreamLimits.indentBytes)
        while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        guard index < end else { return nil }
        return bytes[index] == UInt8(ascii: "{") || bytes[index] == UInt8(ascii: "[") ? index : nil
    }

    private mutating func beginUnframed(_ start: Int) {
        forgetFields()
        eventStart = start
        unframed = UnframedText(start: start)
    }

    private mutating func continueUnframed(_ bytes: Span<UInt8>, _ atEnd: Bool) -> EventStreamItem {
        guard let range = unframed!.next(bytes, atEnd) else { return needMore() }
        unframed = nil
        lines.move(to: range.upperBound)
        return .unframed(range, consumed: range.upperBound)
    }

    /// Moves every remembered position when the caller drops bytes from the front.
    private mutating func rebase(_ consumed: Int) {
        guard consumed > 0 else { return }
        lines.rebase(consumed)
        eventStart = max(0, eventStart - consumed)
        if dataLineCount > 0 { firstData = firstData.lowerBound - consumed..<firstData.upperBound - consumed }
        if let old = name { name = old.lowerBound - consumed..<old.upperBound - consumed }
        unframed?.rebase(consumed)
    }
}
