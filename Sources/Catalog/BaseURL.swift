/// The base URL of a provider, taken apart once: `https://host:port/prefix`.
package struct BaseURL: Sendable, Hashable {
    /// Why a text is no base URL: a sentence for the operator.
    package struct Malformed: Error, Sendable, Equatable {
        package let reason: String
    }

    /// Whether the connection is TLS (`https`).
    package let isSecure: Bool
    /// Lower-case host name, or an address; an IPv6 address without its brackets.
    package let host: String
    package let port: UInt16
    /// Begins with a slash and does not end in one; empty for the bare host.
    package let pathPrefix: String

    /// Takes `http://` and `https://` URLs without user, query or fragment.
    package init(_ text: String) throws(Malformed) {
        guard let (isSecure, rest) = Self.splitScheme(text) else {
            throw Malformed(reason: "must begin with http:// or https://")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        var path = rest[slash...]
        while path.hasSuffix("/") { path = path.dropLast() }
        // `${BASE}/v1` where the variable ends in a slash.
        while path.hasPrefix("//") { path = path.dropFirst() }
        if authority.contains("@") { throw Malformed(reason: "must not hold a user name; use api_key") }
        if text.contains(where: { $0 == "?" || $0 == "#" }) {
            throw Malformed(reason: "must not hold a query or a fragment")
        }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Malformed(reason: "has a space, a control or a non-ASCII character in its path; escape it with %")
        }
        let (host, port) = try Self.splitAuthority(authority, defaultPort: isSecure ? 443 : 80)
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.pathPrefix = String(path)
    }

    private init(isSecure: Bool, host: String, port: UInt16, pathPrefix: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.pathPrefix = pathPrefix
    }

    /// The same at another host.
    func at(host: String) -> BaseURL {
        BaseURL(isSecure: isSecure, host: host, port: port, pathPrefix: pathPrefix)
    }

    /// The value of a `Host` field: the port only where it is not the scheme's own.
    package var hostField: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// `scheme://host:port`, for logs and metrics.
    package var origin: String { "\(isSecure ? "https" : "http")://\(hostField)" }

    private static func splitScheme(_ text: String) -> (isSecure: Bool, rest: Substring)? {
        for (scheme, isSecure) in [("https://", true), ("http://", false)] {
            if text.prefix(scheme.count).lowercased() == scheme { return (isSecure, text.dropFirst(scheme.count)) }
        }
        return nil
    }

    private static func splitAuthority(
        _ authority: Substring, defaultPort: UInt16
    ) throws(Malformed) -> (String, UInt16) {
        var host = authority
        var digits: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw Malformed(reason: "has an IPv6 address without its closing bracket")
            }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let tail = authority[authority.index(after: end)...]
            if !tail.isEmpty {
                guard tail.hasPrefix(":") else { throw Malformed(reason: "has text between its host and its port") }
                digits = tail.dropFirst()
            }
            guard host.utf8.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else {
                throw Malformed(reason: "has a malformed IPv6 address")
            }
        } else {
            if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                digits = authority[authority.index(after: colon)...]
            }
            guard host.utf8.allSatisfy(isHostByte) else { throw Malformed(reason: "has a malformed host name") }
        }
        if host.isEmpty { throw Malformed(reason: "has no host") }
        guard let digits else { return (host.lowercased(), defaultPort) }
        guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = UInt16(digits), port > 0 else {
            throw Malformed(reason: "has a port outside 1 to 65535")
        }
        return (host.lowercased(), port)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        case UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}
