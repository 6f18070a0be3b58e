/// The parts of a request target (RFC 9112, section 3.2), whose bytes are already known to be allowed in one.
struct RequestTarget {
    var path: Range<Int>
    var query: Range<Int>?
    /// Present in absolute form only.
    var authority: Range<Int>?

    /// - Parameter question: where the target's first question mark is, or its end.
    init(
        _ bytes: Span<UInt8>, _ range: Range<Int>, question: Int, method: HTTPMethod, classes: ByteClass
    ) throws(WireError) {
        path = range.lowerBound..<question
        if question < range.upperBound { query = question + 1..<range.upperBound }
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "/"): break
        case UInt8(ascii: "*") where range.count == 1:
            guard method == .options else { throw WireError(400, "The target * is for OPTIONS only.") }
        default: try takeAuthority(bytes, classes)
        }
    }

    /// Splits an absolute-form target behind its authority.
    private mutating func takeAuthority(_ bytes: Span<UInt8>, _ classes: ByteClass) throws(WireError) {
        var start = path.lowerBound
        if bytes.startsIgnoringCase(path, "http://") {
            start += 7
        } else if bytes.startsIgnoringCase(path, "https://") {
            start += 8
        } else {
            throw WireError(400, "The request target is neither a path nor an http URL.")
        }
        var end = start
        while end < path.upperBound, bytes[end] != UInt8(ascii: "/") { end += 1 }
        guard HostName.isValid(bytes, start..<end, classes) else {
            throw WireError(400, "The request target has no valid host.")
        }
        authority = start..<end
        path = end..<path.upperBound
    }
}
