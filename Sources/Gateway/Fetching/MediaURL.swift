import Access
import Dialects
package import HTTPClient

/// An http or https URL that may be asked for (RFC 3986): without user information, at a host and a port that web servers
/// have. Strict, because whoever wrote it is not trusted, and what two readers split differently is refused.
package struct MediaURL: Sendable, Equatable {
    package let origin: Origin
    /// Path and query as a request line takes them.
    package let target: String

    /// - Throws: `.malformed`, saying what is wrong.
    package init(_ text: String) throws(MediaFetchFailure) {
        if text.utf8.count > DialectLimits.mediaURLBytes { throw .malformed("it is too long") }
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) { throw .malformed("it has control characters") }
        let scheme = text.prefix(8).lowercased()
        let length = scheme == "https://" ? 8 : scheme.hasPrefix("http://") ? 7 : 0
        if length == 0 { throw .malformed("it is neither http nor https") }
        let rest = text.dropFirst(length)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.contains("@") { throw .malformed("it names a user") }
        guard let origin = Origin(url: text), Self.isHost(origin.host),
            authority.hasPrefix("[") == origin.host.contains(":")
        else { throw .malformed("its host is no name") }
        if origin.port < 1024, origin.port != 80, origin.port != 443 { throw .malformed("its port is not of the web") }
        self.origin = origin
        target = Self.target(rest[authority.endIndex...])
    }

    private init(_ origin: Origin, _ target: String) {
        self.origin = origin
        self.target = target
    }

    /// An address, or a name of ASCII; others have to be written as they are looked up, `xn--...`.
    private static func isHost(_ host: String) -> Bool {
        if host.utf8.contains(UInt8(ascii: ":")) { return IPAddress(host) != nil }
        return !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                    UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func target(_ text: Substring) -> String {
        let sent = text.prefix { $0 != "#" }
        var target = sent.first == "/" ? "" : "/"
        for byte in sent.utf8 {
            if byte > 0x20, byte < 0x7f, !escaped.contains(byte) {
                target.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                target += "%" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return target
    }

    private static let escaped = Array("\"<>\\^`{|}".utf8)

    // MARK: Redirects

    /// Where a redirect leads (RFC 3986, section 5.2).
    ///
    /// - Throws: `.malformed`, and `.downgraded` from https to http.
    package func following(_ location: String) throws(MediaFetchFailure) -> MediaURL {
        let next = try resolved(location)
        if origin.isSecure, !next.origin.isSecure { throw .downgraded }
        return next
    }

    private func resolved(_ location: String) throws(MediaFetchFailure) -> MediaURL {
        if location.hasPrefix("//") { return try MediaURL((origin.isSecure ? "https:" : "http:") + location) }
        if location.hasPrefix("/") { return try MediaURL("\(origin)" + location) }
        let path = target.prefix { $0 != "?" }
        if location.isEmpty || location.hasPrefix("#") { return self }
        if location.hasPrefix("?") { return try MediaURL("\(origin)\(path)" + location) }
        if Self.hasScheme(location) { return try MediaURL(location) }
        let folder = path[...path.lastIndex(of: "/")!]
        let next = try MediaURL("\(origin)\(folder)" + location)
        return MediaURL(next.origin, Self.withoutDots(next.target))
    }

    private static func hasScheme(_ location: String) -> Bool {
        guard let end = location.firstIndex(where: { $0 == ":" || $0 == "/" || $0 == "?" || $0 == "#" }) else {
            return false
        }
        return location[end] == ":"
    }

    /// Resolves `.` and `..` of a path (RFC 3986, section 5.2.4).
    private static func withoutDots(_ target: String) -> String {
        let path = target.prefix { $0 != "?" }
        var kept: [Substring] = []
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/") + target[path.endIndex...]
    }
}
