/// Reads past a trailer section (RFC 9112, section 7.1.2), which nobody here uses.
///
/// Its lines are checked like the fields of a head, so that both ends agree where the message ends. Unlike a head it
/// need not stay in memory, hence the walk byte by byte.
struct TrailerScanner {
    private enum Phase {
        case lineStart, name, value, lineFeed, endLineFeed
    }

    private var phase = Phase.lineStart
    private var length = 0
    private var fieldCount = 0

    /// Reads on from `index`; true once the section's empty line was read.
    mutating func read(_ input: Span<UInt8>, _ index: inout Int, _ limits: WireLimits) throws(WireError) -> Bool {
        let classes = ByteClass.shared
        while index < input.count {
            let isEnd = phase == .endLineFeed
            length += 1
            guard length <= limits.trailerBytes else { throw WireError(431, "The trailer section is too large.") }
            try accept(input[index], classes)
            index += 1
            if isEnd { return true }
            guard fieldCount <= limits.fieldCount else { throw WireError(431, "There are too many trailer fields.") }
        }
        return false
    }

    private mutating func accept(_ byte: UInt8, _ classes: ByteClass) throws(WireError) {
        switch phase {
        case .lineStart:
            if byte == UInt8(ascii: "\r") {
                phase = .endLineFeed
                return
            }
            guard classes.has(byte, ByteClass.token) else { throw WireError(400, "A trailer field is malformed.") }
            fieldCount += 1
            phase = .name
        case .name:
            if classes.has(byte, ByteClass.token) { return }
            guard byte == UInt8(ascii: ":") else { throw WireError(400, "A trailer field is malformed.") }
            phase = .value
        case .value:
            if classes.has(byte, ByteClass.text) { return }
            guard byte == UInt8(ascii: "\r") else { throw WireError(400, "A trailer field is malformed.") }
            phase = .lineFeed
        case .lineFeed, .endLineFeed:
            guard byte == UInt8(ascii: "\n") else {
                throw WireError(400, "A carriage return is not followed by a line feed.")
            }
            phase = .lineStart
        }
    }
}
