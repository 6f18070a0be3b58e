/// Collects the fields that decide where a message ends and whether its connection goes on.
///
/// RFC 9112, section 6.3 lets a recipient repair several kinds of doubt. Nothing is repaired here: a message whose end
/// two readers could see at different places is refused.
struct FramingFields {
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false

    mutating func accept(_ field: HeaderField, _ bytes: Span<UInt8>, minorVersion: UInt8) throws(WireError) {
        switch field.known {
        case .contentLength: try acceptLength(field.value, bytes)
        case .transferEncoding: try acceptCoding(field.value, bytes, minorVersion)
        case .connection: acceptConnection(field.value, bytes)
        default: break
        }
    }

    private mutating func acceptLength(_ value: Range<Int>, _ bytes: Span<UInt8>) throws(WireError) {
        guard contentLength == nil else { throw WireError(400, "There is more than one Content-Length.") }
        guard !isChunked else { throw WireError(400, "There are both Content-Length and Transfer-Encoding.") }
        guard !value.isEmpty else { throw WireError(400, "Content-Length is empty.") }
        var length = 0
        for index in value {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { throw WireError(400, "Content-Length is not a plain decimal number.") }
            let (product, overflows) = length.multipliedReportingOverflow(by: 10)
            let (sum, carries) = product.addingReportingOverflow(Int(digit))
            guard !overflows, !carries else { throw WireError(400, "Content-Length is too large a number.") }
            length = sum
        }
        contentLength = length
    }

    private mutating func acceptCoding(
        _ value: Range<Int>, _ bytes: Span<UInt8>, _ minorVersion: UInt8
    ) throws(WireError) {
        guard !isChunked else { throw WireError(400, "There is more than one Transfer-Encoding.") }
        guard contentLength == nil else { throw WireError(400, "There are both Content-Length and Transfer-Encoding.") }
        guard minorVersion >= 1 else { throw WireError(400, "HTTP/1.0 has no Transfer-Encoding.") }
        guard !value.isEmpty else { throw WireError(400, "Transfer-Encoding is empty.") }
        guard bytes.matchesIgnoringCase(value, "chunked") else {
            throw WireError(501, "The only Transfer-Encoding served here is chunked.")
        }
        isChunked = true
    }

    /// Walks the comma-separated options of a Connection field.
    private mutating func acceptConnection(_ value: Range<Int>, _ bytes: Span<UInt8>) {
        var start = value.lowerBound
        while start < value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end &+= 1 }
            while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
            let option = bytes.trimmed(start, end)
            if bytes.matchesIgnoringCase(option, "close") { saysClose = true }
            if bytes.matchesIgnoringCase(option, "keep-alive") { saysKeepAlive = true }
            start = end + 1
        }
    }

    /// RFC 9112, section 9.3.
    func keepsAlive(minorVersion: UInt8) -> Bool {
        !saysClose && (minorVersion >= 1 || saysKeepAlive)
    }
}
