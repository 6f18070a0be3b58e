/// Reads response heads (RFC 9112, sections 2, 4 and 5) from a growing run of bytes.
///
/// As strict as the request parser where the end of the message is decided, and lenient where it is not: the reason
/// phrase may be anything or missing.
package struct ResponseHeadParser {
    private enum Phase {
        case version, statusSpace, status, reasonSpace, reason, lineFeed, fields
    }

    private let limits: WireLimits
    /// Decides whether the response has a body.
    private var method: HTTPMethod
    private var phase = Phase.version
    /// The next byte of the start line to look at.
    private var position = 0
    private var reasonStart = 0
    private var digitCount = 0
    private var version = VersionScanner()
    private var scanner = FieldScanner()
    private var framing = FramingFields()

    /// A parser for the responses to a request of this method.
    package init(method: HTTPMethod, limits: WireLimits = .standard) {
        self.method = method
        self.limits = limits
    }

    /// Forgets a head that was begun.
    package mutating func reset() {
        phase = .version
        position = 0
        digitCount = 0
        version = VersionScanner()
        framing = FramingFields()
    }

    /// Forgets a head that was begun; the next ones answer a request of this method.
    package mutating func reset(method: HTTPMethod) {
        self.method = method
        reset()
    }

    /// Looks at what is new in `bytes`: everything received from this head's first byte on.
    ///
    /// - Returns: the head's length once it is complete, and the parser is then ready for the next head, which follows
    ///   at once if this one is interim; nil while it is not, and `head` must then be passed again unchanged.
    /// - Throws: at the first byte that no acceptable head has at its place; the parser is useless afterwards.
    package mutating func parse(_ bytes: Span<UInt8>, into head: inout ResponseHead) throws(WireError) -> Int? {
        let end = min(bytes.count, limits.headBytes)
        if phase == .version, position == 0 { head.clear() }
        while phase != .fields {
            if position >= end {
                try refuseOversized(bytes)
                return nil
            }
            try scanStatusLine(bytes, end, &head)
        }
        while true {
            switch try scanner.next(bytes, end: end) {
            case .field(let field):
                guard head.fields.count < limits.fieldCount else { throw WireError(431, "There are too many fields.") }
                try framing.accept(field, bytes, minorVersion: head.minorVersion)
                head.append(field)
            case .end:
                finish(&head)
                let length = scanner.position
                reset()
                return length
            case .needMore:
                try refuseOversized(bytes)
                return nil
            }
        }
    }

    private func refuseOversized(_ bytes: Span<UInt8>) throws(WireError) {
        guard bytes.count < limits.headBytes else { throw WireError(431, "The response head is too large.") }
    }

    private mutating func scanStatusLine(
        _ bytes: Span<UInt8>, _ end: Int, _ head: inout ResponseHead
    ) throws(WireError) {
        let byte = bytes[position]
        switch phase {
        case .version:
            try version.accept(byte)
            position += 1
            if version.isComplete {
                head.minorVersion = version.minorVersion
                phase = .statusSpace
            }
        case .statusSpace:
            guard byte == UInt8(ascii: " ") else { throw Self.lineFault(byte) }
            position += 1
            phase = .status
        case .status: try acceptStatusDigit(byte, &head)
        case .reasonSpace: try acceptReasonSpace(byte)
        case .reason: try scanReason(bytes, end, &head)
        case .lineFeed:
            guard byte == UInt8(ascii: "\n") else {
                throw WireError(400, "A carriage return is not followed by a line feed.")
            }
            position += 1
            scanner.start(at: position)
            phase = .fields
        case .fields: break
        }
    }

    private mutating func acceptStatusDigit(_ byte: UInt8, _ head: inout ResponseHead) throws(WireError) {
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 10, digit > 0 || digitCount > 0 else { throw Self.lineFault(byte) }
        head.status = head.status * 10 + Int(digit)
        digitCount += 1
        position += 1
        if digitCount == 3 { phase = .reasonSpace }
    }

    /// Some servers leave out the space when there is no reason phrase.
    private mutating func acceptReasonSpace(_ byte: UInt8) throws(WireError) {
        if byte == UInt8(ascii: " ") {
            phase = .reason
        } else if byte == UInt8(ascii: "\r") {
            phase = .lineFeed
        } else {
            throw Self.lineFault(byte)
        }
        position += 1
        reasonStart = position
    }

    private mutating func scanReason(
        _ bytes: Span<UInt8>, _ end: Int, _ head: inout ResponseHead
    ) throws(WireError) {
        position = bytes.firstControl(from: position, to: end)
        if position == end { return }
        guard bytes[position] == UInt8(ascii: "\r") else { throw Self.lineFault(bytes[position]) }
        head.reason = reasonStart..<position
        position += 1
        phase = .lineFeed
    }

    /// RFC 9112, section 6.3.
    private func finish(_ head: inout ResponseHead) {
        let hasNoBody = method == .head || head.status < 200 || head.status == 204 || head.status == 304
        if hasNoBody {
            head.framing = .none
        } else if framing.isChunked {
            head.framing = .chunked
        } else if let length = framing.contentLength {
            head.framing = .length(length)
        } else {
            head.framing = .untilClose
        }
        head.keepsAlive =
            framing.keepsAlive(minorVersion: head.minorVersion) && head.framing != .untilClose && head.status != 101
    }

    private static func lineFault(_ byte: UInt8) -> WireError {
        byte == UInt8(ascii: "\n")
            ? WireError(400, "A line ends without a carriage return.")
            : WireError(400, "The status line is malformed.")
    }
}
