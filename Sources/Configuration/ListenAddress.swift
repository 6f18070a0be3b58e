/// An address to listen on: an IP address and a port.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A literal IPv4 or IPv6 address, without brackets.
    package let host: String
    /// 0 lets the system choose.
    package let port: UInt16

    package static let standard = ListenAddress(host: "127.0.0.1", port: 8080)

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080` and `:8080` (every IPv4 address).
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = UInt16(digits) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), host.utf8.allSatisfy(Self.isIPv6Byte) else { return nil }
        } else if host.isEmpty {
            host = "0.0.0.0"
        } else if host == "localhost" {
            host = "127.0.0.1"
        } else {
            let parts = host.split(separator: ".", omittingEmptySubsequences: false)
            let isIPv4 =
                parts.count == 4
                && parts.allSatisfy {
                    $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && UInt8($0) != nil
                }
            guard isIPv4 else { return nil }
        }
        self.init(host: String(host), port: port)
    }

    package var isLoopback: Bool { host.hasPrefix("127.") || host == "::1" }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private static func isIPv6Byte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        case UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "%"): true
        default: false
        }
    }
}
