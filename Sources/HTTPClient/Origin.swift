/// Who an upstream request goes to: scheme, host and port (RFC 6454).
package struct Origin: Hashable, Sendable {
    package let isSecure: Bool
    /// A name in lower case, or an address; IPv6 without brackets.
    package let host: String
    package let port: UInt16

    package init(isSecure: Bool, host: String, port: UInt16? = nil) {
        self.isSecure = isSecure
        var host = host.lowercased()
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
    }

    /// The origin of an absolute http or https URL; nil for anything else, and for one with user information.
    package init?(url: String) {
        let isSecure = url.lowercased().hasPrefix("https://")
        guard isSecure || url.lowercased().hasPrefix("http://") else { return nil }
        let rest = url.dropFirst(isSecure ? 8 : 7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let (host, port) = Self.split(authority) else { return nil }
        self.init(isSecure: isSecure, host: host, port: port)
    }

    /// The value of the Host field: the port only where it is not the scheme's own.
    package var hostField: String {
        let isDefault = port == (isSecure ? 443 : 80)
        let name = host.contains(":") ? "[\(host)]" : host
        return isDefault ? name : "\(name):\(port)"
    }

    /// Host and port, both always there, as CONNECT wants them.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Splits `host[:port]`; nil when it is neither.
    static func split(_ authority: Substring) -> (host: String, port: UInt16?)? {
        guard !authority.isEmpty, !authority.contains("@"), !authority.contains(" ") else { return nil }
        var host = authority
        var port: UInt16?
        let end = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[end...].lastIndex(of: ":") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else { return nil }
            port = number
            host = authority[..<colon]
        }
        let hasBrackets = host.hasPrefix("[") && host.hasSuffix("]")
        guard !host.isEmpty, hasBrackets || !host.contains(":") else { return nil }
        return (String(host), port)
    }
}

extension Origin: CustomStringConvertible {
    package var description: String { "\(isSecure ? "https" : "http")://\(hostField)" }
}
