/// The API of a running server, as given by `--url` or `MARTLET_BASE_URL`.
struct ServerAddress: Equatable, Sendable {
    static let defaultText = "http://127.0.0.1:8080/api/v1"

    let isSecure: Bool
    /// Without brackets.
    let host: String
    let port: Int
    /// Without a slash at its end; may be empty.
    let path: String

    /// Parses `http(s)://host[:port][/path]`; nil for anything else.
    init?(_ text: String) {
        let secure = "https://"
        let plain = "http://"
        let lowered = text.lowercased()
        guard lowered.hasPrefix(secure) || lowered.hasPrefix(plain) else { return nil }
        isSecure = lowered.hasPrefix(secure)
        let rest = text.dropFirst(isSecure ? secure.count : plain.count)
        let allowed = rest.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: "?")
        }
        guard allowed, !rest.contains("#") else { return nil }
        let authority = rest.prefix { $0 != "/" }
        guard let (host, port) = Self.split(authority, defaultPort: isSecure ? 443 : 80) else { return nil }
        self.host = host
        self.port = port
        var path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    /// As one writes it.
    var text: String {
        let shownHost = host.contains(":") ? "[\(host)]" : host
        let isDefault = port == (isSecure ? 443 : 80)
        return "\(isSecure ? "https" : "http")://\(shownHost)\(isDefault ? "" : ":\(port)")\(path)"
    }

    private static func split(_ authority: Substring, defaultPort: Int) -> (String, Int)? {
        var host = authority
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            let rest = authority[authority.index(after: close)...]
            if rest.hasPrefix(":") { portText = rest.dropFirst() } else if !rest.isEmpty { return nil }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { return nil }
        guard let portText else { return (String(host), defaultPort) }
        guard portText.allSatisfy(\.isNumber), let port = Int(portText), (1...65_535).contains(port) else { return nil }
        return (String(host), port)
    }
}
