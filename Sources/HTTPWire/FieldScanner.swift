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

    private var phase = Phase.lineStart
    /// The next byte to look at.
    private(set) var position: Int
    private var nameStart = 0
    private var nameEnd = 0
    private var valueStart = 0
    private var valueEnd = 0

    init(at position: Int = 0) {
        self.position = position
    }

    /// Looks at the bytes below `end` that it has not seen yet.
    mutating func next(_ bytes: Span<UInt8>, end: Int, classes: [UInt8]) throws(WireError) -> FieldItem {
        while position < end {
            switch phase {
            case .lineStart: try startLine(bytes[position], classes)
            case .name: try scanName(bytes, end, classes)
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

    private mutating func startLine(_ byte: UInt8, _ classes: [UInt8]) throws(WireError) {
        if byte == UInt8(ascii: "\r") {
            position += 1
            phase = .endLineFeed
            return
        }
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
            throw WireError(400, "A field line starts with white space; folded fields are not accepted.")
        }
        guard classes[Int(byte)] & ByteClass.token != 0 else { throw Self.nameFault(byte, isFirst: true) }
        nameStart = position
        position += 1
        phase = .name
    }

    private mutating func scanName(_ bytes: Span<UInt8>, _ end: Int, _ classes: [UInt8]) throws(WireError) {
        var index = position
        while index < end {
            let byte = bytes[index]
            if classes[Int(byte)] & ByteClass.token == 0 {
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

    private mutating func finishField(_ bytes: Span<UInt8>) -> HeaderField {
        while valueEnd > valueStart, bytes[valueEnd - 1] == 0x20 || bytes[valueEnd - 1] == 0x09 { valueEnd -= 1 }
        let name = nameStart..<nameEnd
        return HeaderField(
            name: name, value: valueStart..<valueEnd, known: FieldNameTable.shared.lookup(bytes, name))
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
