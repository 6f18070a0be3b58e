/// Reads request heads (RFC 9112, sections 2, 3 and 5) from a growing run of bytes.
///
/// Every byte is looked at once, in order, and refused where it stands, so that a head gives the same answer in one
/// piece and in many, and a bad one is answered at once. Nothing is copied: the head holds ranges.
package struct RequestHeadParser {
    private enum Phase {
        case start, emptyLineFeed, method, target, version, versionReturn, versionLineFeed, fields
    }

    private let limits: WireLimits
    private let classes = ByteClass.shared
    private var phase = Phase.start
    /// The next byte of the start line to look at.
    private var position = 0
    /// Where the current part of the start line began.
    private var partStart = 0
    /// Where the target's first question mark is, once it was seen.
    private var question: Int?
    private var version = VersionScanner()
    private var scanner = FieldScanner()
    private var framing = FramingFields()

    package init(limits: WireLimits = .standard) {
        self.limits = limits
    }

    /// Forgets a head that was begun.
    package mutating func reset() {
        phase = .start
        position = 0
        partStart = 0
        question = nil
        version = VersionScanner()
        framing = FramingFields()
    }

    /// Looks at what is new in `bytes`: everything received from this head's first byte on. One empty line before the
    /// request line is skipped and counts as part of the head.
    ///
    /// - Returns: the head's length once it is complete, and the parser is then ready for the next head; nil while it
    ///   is not, and `head` must then be passed again unchanged.
    /// - Throws: at the first byte that no acceptable head has at its place; the parser is useless afterwards.
    package mutating func parse(_ bytes: Span<UInt8>, into head: inout RequestHead) throws(WireError) -> Int? {
        let end = min(bytes.count, limits.headBytes)
        if phase == .start, position == 0 { head.clear() }
        while phase != .fields {
            if position >= end {
                try refuseOversized(bytes)
                return nil
            }
            try scanStartLine(bytes, end, &head)
        }
        while true {
            switch try scanner.next(bytes, end: end) {
            case .field(let field): try accept(field, bytes, &head)
            case .end:
                try finish(&head)
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
        guard bytes.count < limits.headBytes else { throw WireError(431, "The request head is too large.") }
    }

    private mutating func scanStartLine(
        _ bytes: Span<UInt8>, _ end: Int, _ head: inout RequestHead
    ) throws(WireError) {
        switch phase {
        case .start: skipEmptyLine(bytes[position])
        case .emptyLineFeed:
            try expectLineFeed(bytes[position])
            partStart = position
            phase = .method
        case .method: try scanMethod(bytes, end, &head)
        case .target: try scanTarget(bytes, end, &head)
        case .version:
            try version.accept(bytes[position])
            position += 1
            if version.isComplete {
                head.minorVersion = version.minorVersion
                phase = .versionReturn
            }
        case .versionReturn:
            guard bytes[position] == UInt8(ascii: "\r") else { throw Self.lineFault(bytes[position]) }
            position += 1
            phase = .versionLineFeed
        case .versionLineFeed:
            try expectLineFeed(bytes[position])
            startFields(at: position)
        case .fields: break
        }
    }

    /// RFC 9112, section 2.2: a server should ignore at least one empty line. More than one is refused.
    private mutating func skipEmptyLine(_ byte: UInt8) {
        if byte == UInt8(ascii: "\r") {
            position += 1
            phase = .emptyLineFeed
        } else {
            phase = .method
        }
    }

    private mutating func startFields(at position: Int) {
        scanner.start(at: position)
        phase = .fields
    }

    private mutating func expectLineFeed(_ byte: UInt8) throws(WireError) {
        guard byte == UInt8(ascii: "\n") else {
            throw WireError(400, "A carriage return is not followed by a line feed.")
        }
        position += 1
    }

    private mutating func scanMethod(
        _ bytes: Span<UInt8>, _ end: Int, _ head: inout RequestHead
    ) throws(WireError) {
        while position < end, classes.has(bytes[position], ByteClass.token) {
            position += 1
            guard position - partStart <= limits.methodBytes else { throw WireError(400, "The method is too long.") }
        }
        if position == end { return }
        guard bytes[position] == UInt8(ascii: " "), position > partStart else {
            throw Self.lineFault(bytes[position])
        }
        head.methodRange = partStart..<position
        head.method = HTTPMethod(bytes, head.methodRange)
        guard !bytes.matches(head.methodRange, "CONNECT") else {
            throw WireError(501, "CONNECT is not served here.")
        }
        position += 1
        partStart = position
        phase = .target
    }

    private mutating func scanTarget(
        _ bytes: Span<UInt8>, _ end: Int, _ head: inout RequestHead
    ) throws(WireError) {
        let limit = min(end, partStart + limits.targetBytes + 1)
        var index = position
        if question == nil {
            while index < limit, classes.has(bytes[index], ByteClass.path) { index &+= 1 }
            if index < limit, bytes[index] == UInt8(ascii: "?") { question = index }
        }
        if question != nil {
            while index < limit, classes.has(bytes[index], ByteClass.target) { index &+= 1 }
        }
        position = index
        guard index - partStart <= limits.targetBytes else { throw WireError(414, "The request target is too long.") }
        if index == end { return }
        guard bytes[index] == UInt8(ascii: " "), index > partStart else { throw Self.lineFault(bytes[index]) }
        head.target = partStart..<index
        let target = try RequestTarget(
            bytes, head.target, question: question ?? index, method: head.method, classes: classes)
        head.path = target.path
        head.query = target.query
        head.authority = target.authority
        position = index + 1
        phase = .version
        if VersionScanner.isCommon(bytes, at: position, end: end) { startFields(at: position + 10) }
    }

    private mutating func accept(
        _ field: HeaderField, _ bytes: Span<UInt8>, _ head: inout RequestHead
    ) throws(WireError) {
        guard head.fields.count < limits.fieldCount else { throw WireError(431, "There are too many fields.") }
        switch field.known {
        case .contentLength, .transferEncoding, .connection:
            try framing.accept(field, bytes, minorVersion: head.minorVersion)
        case .host: try acceptHost(field.value, bytes, &head)
        case .expect: try acceptExpectation(field.value, bytes, &head)
        default: break
        }
        head.append(field)
    }

    private func acceptHost(
        _ value: Range<Int>, _ bytes: Span<UInt8>, _ head: inout RequestHead
    ) throws(WireError) {
        guard !head.has(.host) else { throw WireError(400, "There is more than one Host field.") }
        guard HostName.isValid(bytes, value, classes) else { throw WireError(400, "The Host field is not a host.") }
        // RFC 9112, section 3.2.2: the target's own authority wins.
        if head.authority == nil { head.authority = value }
    }

    private func acceptExpectation(
        _ value: Range<Int>, _ bytes: Span<UInt8>, _ head: inout RequestHead
    ) throws(WireError) {
        // RFC 9110, section 10.1.1: an expectation in HTTP/1.0 is ignored.
        guard head.minorVersion >= 1 else { return }
        guard bytes.matchesIgnoringCase(value, "100-continue") else {
            throw WireError(417, "The only expectation met here is 100-continue.")
        }
        head.expectsContinue = true
    }

    private func finish(_ head: inout RequestHead) throws(WireError) {
        guard head.minorVersion == 0 || head.has(.host) else { throw WireError(400, "There is no Host field.") }
        head.keepsAlive = framing.keepsAlive(minorVersion: head.minorVersion)
        if framing.isChunked {
            head.framing = .chunked
        } else if let length = framing.contentLength {
            head.framing = .length(length)
        }
        if head.framing.isEmpty { head.expectsContinue = false }
    }

    private static func lineFault(_ byte: UInt8) -> WireError {
        byte == UInt8(ascii: "\n")
            ? WireError(400, "A line ends without a carriage return.")
            : WireError(400, "The request line is malformed.")
    }
}
