/// Host and optional port, as in a Host field (RFC 9110, section 7.2): a name, an IPv4 address or a bracketed IPv6
/// address. User information, white space, lists and the reserved characters of URLs are refused: no real host has
/// them, and two readers may split them differently.
enum HostName {
    static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>, _ classes: ByteClass) -> Bool {
        var index = range.lowerBound
        let end = range.upperBound
        guard index < end else { return false }
        if bytes[index] == UInt8(ascii: "[") {
            index += 1
            let start = index
            while index < end, classes.has(bytes[index], ByteClass.addressLiteral) { index &+= 1 }
            guard index > start, index < end, bytes[index] == UInt8(ascii: "]") else { return false }
            index += 1
        } else {
            let start = index
            while index < end, classes.has(bytes[index], ByteClass.hostName) { index &+= 1 }
            guard index > start else { return false }
        }
        return index == end || isPort(bytes, index..<end)
    }

    /// A colon and at most five digits up to 65535; RFC 3986 allows no digits at all.
    private static func isPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard bytes[range.lowerBound] == UInt8(ascii: ":"), range.count <= 6 else { return false }
        var port = 0
        for index in range.dropFirst() {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return false }
            port = port * 10 + Int(digit)
        }
        return port <= 65_535
    }
}
