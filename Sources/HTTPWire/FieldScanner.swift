/// What the next bytes of a field section are.
enum FieldItem {
    case needMore
    case field(HeaderField)
    /// The empty line was read; `FieldScanner.position` is behind it.
    case end
}

/// Reads field lines (RFC 9112, section 5) from a growing run of bytes, each byte once.
///
/// Strict: CRLF only, no folding, no space around the name, no control characters. Nothing is repaired, because what
/// one reader repairs another one reads differently.
struct FieldScanner {
    private enum Phase {
        case lineStart, name, valueStart, value, valueLineFeed, endLineFeed
    }

    private let names = FieldNameTable.shared
    private let classes = ByteClass.shared
    private var phase = Phase.lineStart
    /// The next byte to look at.
    private(set) var position = 0
    private var nameStart = 0
    private var nameEnd = 0
    private var valueStart = 0
    private var valueEnd = 0

    /// Prepares for a field section that starts at `position`.
    mutating func start(at position: Int) {
        self.position = position
        phase = .lineStart
    }

    /// Looks at the bytes below `end` that it has not seen yet.
    mutating func next(_ bytes: Span<UInt8>, end: Int) throws(WireError) -> FieldItem {
        while position < end {
            switch phase {
            case .lineStart:
                if let field = takeLine(bytes, end) { return .field(field) }
                try startLine(bytes[position])
            case .name: try scanName(bytes, end)
            case .valueStart: skipSpace(bytes, end)
            case .value: try scanValue(bytes, end)
            case .valueLineFeed:
                try expectLineFeed(bytes[position])
                phase = .lineStart
                return .field(finishField(bytes))
            case .endLineFeed:
                try expectLineFeed(bytes[position])
                return .end
            }
        }
        return .needMore
    }

    /// Reads a whole line with a known name at once, if it is there and in the common form. Nothing changes if it is
    /// not: the steps below then find out what it is, and they would read the same field.
    @inline(__always)
    private mutating func takeLine(_ bytes: Span<UInt8>, _ end: Int) -> HeaderField? {
        let colon = bytes.firstNameEnd(from: position, to: end)
        guard colon < end, bytes[colon] == UInt8(ascii: ":"),
            let known = names.lookup(bytes, position, colon)
        else { return nil }
        var start = colon &+ 1
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start &+= 1 }
        let lineEnd = bytes.firstControl(from: start, to: end)
        guard lineEnd &+ 1 < end, bytes[lineEnd] == UInt8(ascii: "\r"), bytes[lineEnd &+ 1] == UInt8(ascii: "\n")
        else { return nil }
        let name = position..<colon
        position = lineEnd &+ 2
        return HeaderField(name: name, value: bytes.trimmed(start, lineEnd), known: known)
    }

    private mutating func startLine(_ byte: UInt8) throws(WireError) {
        if byte == UInt8(ascii: "\r") {
            position += 1
            phase = .endLineFeed
            return
        }
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
            throw WireError(400, "A field line starts with white space; folded fields are not accepted.")
        }
        guard classes.has(byte, ByteClass.token) else { throw Self.nameFault(byte, isFirst: true) }
        nameStart = position
        position += 1
        phase = .name
    }

    private mutating func scanName(_ bytes: Span<UInt8>, _ end: Int) throws(WireError) {
        var index = position
        while index < end {
            let byte = bytes[index]
            if !classes.has(byte, ByteClass.token) {
                guard byte == UInt8(ascii: ":") else { throw Self.nameFault(byte, isFirst: false) }
                nameEnd = index
                index &+= 1
                phase = .valueStart
                break
            }
            index &+= 1
        }
        position = index
    }

    private mutating func skipSpace(_ bytes: Span<UInt8>, _ end: Int) {
        while position < end {
            let byte = bytes[position]
            guard byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") else {
                phase = .value
                break
            }
            position += 1
        }
        valueStart = position
    }

    private mutating func scanValue(_ bytes: Span<UInt8>, _ end: Int) throws(WireError) {
        position = bytes.firstControl(from: position, to: end)
        if position == end { return }
        guard bytes[position] == UInt8(ascii: "\r") else { throw Self.valueFault(bytes[position]) }
        valueEnd = position
        position += 1
        phase = .valueLineFeed
    }

    private mutating func expectLineFeed(_ byte: UInt8) throws(WireError) {
        guard byte == UInt8(ascii: "\n") else {
            throw WireError(400, "A carriage return is not followed by a line feed.")
        }
        position += 1
    }

    private func finishField(_ bytes: Span<UInt8>) -> HeaderField {
        HeaderField(
            name: nameStart..<nameEnd, value: bytes.trimmed(valueStart, valueEnd),
            known: names.lookup(bytes, nameStart, nameEnd))
    }

    private static func nameFault(_ byte: UInt8, isFirst: Bool) -> WireError {
        switch byte {
        case UInt8(ascii: "\n"): WireError(400, "A line ends without a carriage return.")
        case UInt8(ascii: " "), UInt8(ascii: "\t"):
            WireError(400, "There is white space between a field name and its colon.")
        case UInt8(ascii: ":") where isFirst: WireError(400, "A field has no name.")
        case UInt8(ascii: "\r"): WireError(400, "A field line has no colon.")
        default: WireError(400, "A field name has a character that is not allowed.")
        }
    }

    private static func valueFault(_ byte: UInt8) -> WireError {
        byte == UInt8(ascii: "\n")
            ? WireError(400, "A line ends without a carriage return.")
            : WireError(400, "A field value has a control character.")
    }
}
