/// Finds the end of JSON text that stands in a stream without `data:`, on one line or pretty-printed on many.
///
/// It ends where its brackets balance. Broken JSON must not swallow the events behind it, so it also ends where a line
/// ends inside of a string, at a blank line, and before a line that no JSON text continues with but SSE does
/// (`data`, `event`, `id`, `retry`, a comment).
struct UnframedText {
    private var start: Int
    private var position: Int
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var lineEnd: LineEnd = .none
    /// The end of the last line that was read whole.
    private var lastLineEnd: Int

    private enum LineEnd { case none, carriageReturn, complete }

    init(start: Int) {
        self.start = start
        position = start
        lastLineEnd = start
    }

    /// The text's range once its end is known.
    mutating func next(_ bytes: Span<UInt8>, _ atEnd: Bool) -> Range<Int>? {
        while position < bytes.count {
            let byte = bytes[position]
            if lineEnd != .none, endsBefore(byte) { return start..<lastLineEnd }
            if byte == ByteSearch.lineFeed || byte == ByteSearch.carriageReturn {
                if isInString { return start..<position }
                if lineEnd == .none { lastLineEnd = position }
                lineEnd = byte == ByteSearch.lineFeed ? .complete : .carriageReturn
            } else {
                lineEnd = .none
                if endsValue(byte) { return start..<position + 1 }
            }
            position += 1
        }
        return atEnd ? start..<(lineEnd == .none ? bytes.count : lastLineEnd) : nil
    }

    /// Whether a line that begins with this byte is no part of the text.
    private func endsBefore(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "d"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "r"), UInt8(ascii: ":"): true
        case ByteSearch.lineFeed: lineEnd == .complete
        case ByteSearch.carriageReturn: true
        default: false
        }
    }

    private mutating func endsValue(_ byte: UInt8) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        return depth == 0
    }

    mutating func rebase(_ consumed: Int) {
        start = max(0, start - consumed)
        position = max(0, position - consumed)
        lastLineEnd = max(0, lastLineEnd - consumed)
    }
}
