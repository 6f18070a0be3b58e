/// The parts of a request target (RFC 9112, section 3.2), whose bytes are already known to be allowed in one.
struct RequestTarget {
    var path: Range<Int>
    var query: Range<Int>?
    /// Present in absolute form only.
    var authority: Range<Int>?

    init(_ bytes: Span<UInt8>, _ range: Range<Int>, method: HTTPMethod, classes: [UInt8]) throws(WireError) {
        path = range
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "/"): break
        case UInt8(ascii: "*") where range.count == 1:
            guard method == .options else { throw WireError(400, "The target * is for OPTIONS only.") }
            return
        default: try takeAuthority(bytes, range, classes)
        }
        let whole = path
        for index in whole where bytes[index] == UInt8(ascii: "?") {
            path = whole.lowerBound..<index
            query = index + 1..<whole.upperBound
            break
        }
    }

    /// Splits an absolute-form target behind its authority.
    private mutating func takeAuthority(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ classes: [UInt8]
    ) throws(WireError) {
        var start = range.lowerBound
        if bytes.startsIgnoringCase(range, "http://") {
            start += 7
        } else if bytes.startsIgnoringCase(range, "https://") {
            start += 8
        } else {
            throw WireError(400, "The request target is neither a path nor an http URL.")
        }
        var end = start
        while end < range.upperBound, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
        guard HostName.isValid(bytes, start..<end, classes) else {
            throw WireError(400, "The request target has no valid host.")
        }
        authority = start..<end
        path = end..<range.upperBound
    }
}
