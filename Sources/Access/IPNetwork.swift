/// An address, or all addresses that begin with the same bits (RFC 4632, RFC 4291 section 2.3).
package struct IPNetwork: Hashable, Sendable {
    package let address: IPAddress
    /// Bits that addresses of the network share.
    package let prefixLength: Int

    /// Reads an address, or an address, `/` and a count of bits behind which it has no more.
    package init?(_ text: String) {
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            guard let address = IPAddress(text) else { return nil }
            self.address = address
            prefixLength = address.isIPv4 ? 32 : 128
            return
        }
        guard let address = IPAddress(String(text[..<slash])),
            var length = IPAddress.decimal(text.utf8[text.utf8.index(after: slash)...], max: 128)
        else { return nil }
        // `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
        if address.isIPv4, text.utf8.contains(UInt8(ascii: ":")) { length -= 96 }
        let width = address.isIPv4 ? 32 : 128
        guard (0...width).contains(length), address.bits & Self.hostMask(width - length) == 0 else { return nil }
        self.address = address
        prefixLength = length
    }

    private static func hostMask(_ bits: Int) -> UInt128 {
        bits == 128 ? .max : (1 << UInt128(bits)) - 1
    }

    /// A network of one family holds no address of the other.
    package func contains(_ other: IPAddress) -> Bool {
        guard other.isIPv4 == address.isIPv4 else { return false }
        let mask = Self.hostMask((address.isIPv4 ? 32 : 128) - prefixLength)
        return other.bits & ~mask == address.bits
    }
}

extension IPNetwork: CustomStringConvertible {
    package var description: String {
        prefixLength == (address.isIPv4 ? 32 : 128) ? "\(address)" : "\(address)/\(prefixLength)"
    }
}
