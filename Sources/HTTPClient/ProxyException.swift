import Reactor

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One entry of NO_PROXY: `*`, a domain (with all names below it), an address or a block of addresses; a port narrows
/// any of them.
struct ProxyException: Sendable, Equatable {
    private enum Rule: Equatable {
        case everything
        /// The name itself, unless `.subdomainsOnly`, and all names below it.
        case domain(String, subdomainsOnly: Bool)
        case block([UInt8], prefixLength: Int)
    }

    private let rule: Rule
    private let port: UInt16?

    init?(_ entry: Substring) {
        var text = entry.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        guard !text.isEmpty else { return nil }
        if text == "*" {
            rule = .everything
            port = nil
            return
        }
        if let block = Self.parseBlock(text) {
            rule = block
            port = nil
            return
        }
        guard let (host, port) = Origin.split(text) else { return nil }
        self.port = port
        if let block = Self.parseBlock(Substring(host)) {
            rule = block
        } else {
            var name = Substring(host.lowercased())
            if name.hasPrefix("*.") { name.removeFirst() }
            let subdomainsOnly = name.hasPrefix(".")
            rule = .domain(String(subdomainsOnly ? name.dropFirst() : name), subdomainsOnly: subdomainsOnly)
        }
    }

    private static func parseBlock(_ text: Substring) -> Rule? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = SocketAddress(ip: String(parts[0]), port: 0) else { return nil }
        let bytes = address.bytes
        guard parts.count == 2 else { return .block(bytes, prefixLength: bytes.count * 8) }
        guard let length = Int(parts[1]), (0...bytes.count * 8).contains(length) else { return nil }
        return .block(bytes, prefixLength: length)
    }

    func covers(_ origin: Origin, _ address: SocketAddress?) -> Bool {
        if let port, port != origin.port { return false }
        switch rule {
        case .everything: return true
        case .domain(let name, let subdomainsOnly):
            return (!subdomainsOnly && origin.host == name) || origin.host.hasSuffix("." + name)
        case .block(let block, let length):
            guard let address else { return false }
            let bytes = address.bytes
            guard bytes.count == block.count else { return false }
            return (0..<length).allSatisfy { bit in
                (bytes[bit / 8] ^ block[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
    }

    static func isLoopback(_ address: SocketAddress) -> Bool {
        let bytes = address.bytes
        return bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }
}
