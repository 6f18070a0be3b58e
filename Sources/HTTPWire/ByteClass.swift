/// What a byte may be in a message, as flags in a table of all bytes.
final class ByteClass: Sendable {
    /// RFC 9110, section 5.6.2: method and field names.
    static let token: UInt8 = 1
    /// What we take in a request target: visible ASCII but `#`, which starts a fragment and is never sent, and `"<>`,
    /// which every client escapes.
    static let target: UInt8 = 2
    /// The same without the question mark, which ends the path.
    static let path: UInt8 = 32
    /// What we take in a host name or an IPv4 address: what names on the internet are made of.
    static let hostName: UInt8 = 4
    /// Inside the brackets of an IPv6 address.
    static let addressLiteral: UInt8 = 8
    /// RFC 9110, section 5.5: field values, reason phrases, chunk extensions. Includes space, tab and obs-text.
    static let text: UInt8 = 16

    static let shared = ByteClass()

    private let table: InlineArray<256, UInt8>

    private init() {
        table = InlineArray { Self.flags(of: UInt8($0)) }
    }

    /// Whether the byte has one of these flags.
    @inline(__always)
    func has(_ byte: UInt8, _ flags: UInt8) -> Bool {
        table[Int(byte)] & flags != 0
    }

    private static func flags(of byte: UInt8) -> UInt8 {
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        let folded = byte | 0x20
        let isLetter = folded >= UInt8(ascii: "a") && folded <= UInt8(ascii: "z") && byte < 0x80
        let isHexLetter = isLetter && folded <= UInt8(ascii: "f")
        let isVisible = byte > 0x20 && byte < 0x7F
        var flags: UInt8 = 0
        if isDigit || isLetter || "!#$%&'*+-.^_`|~".utf8.contains(byte) { flags |= token }
        if isVisible, !"#\"<>".utf8.contains(byte) { flags |= target }
        if flags & target != 0, byte != UInt8(ascii: "?") { flags |= path }
        if isDigit || isLetter || "-._~".utf8.contains(byte) { flags |= hostName }
        if isDigit || isHexLetter || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") { flags |= addressLiteral }
        if isVisible || byte == 0x20 || byte == 0x09 || byte >= 0x80 { flags |= text }
        return flags
    }
}
