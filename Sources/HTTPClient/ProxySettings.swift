import Buffers
import Reactor

/// Which requests go through an HTTP proxy, by the environment's customs: `http_proxy`, `https_proxy`, `no_proxy`, or
/// in capitals.
package struct ProxySettings: Sendable, Equatable {
    package struct Proxy: Sendable, Equatable {
        package let host: String
        package let port: UInt16
        /// The value of Proxy-Authorization, where the proxy's URL has a user.
        let authorization: String?
    }

    package struct Problem: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    private var plain: Proxy?
    private var secure: Proxy?
    private var exceptions: [ProxyException] = []

    /// No proxy at all.
    package init() {}

    /// - Parameter environment: looks up a variable.
    /// - Throws: when a proxy's URL cannot be used.
    package init(environment: (String) -> String?) throws(Problem) {
        func value(_ name: String) -> String? {
            let value = environment(name) ?? environment(name.uppercased())
            return value.flatMap { $0.isEmpty ? nil : $0 }
        }
        if let url = value("http_proxy") { plain = try Self.parse(url, "HTTP_PROXY") }
        if let url = value("https_proxy") { secure = try Self.parse(url, "HTTPS_PROXY") }
        exceptions = (value("no_proxy") ?? "").split(separator: ",").compactMap { ProxyException($0) }
    }

    /// The proxy for an origin; nil to connect directly.
    package func proxy(for origin: Origin) -> Proxy? {
        guard let proxy = origin.isSecure ? secure : plain else { return nil }
        // As in Go and curl's advice: what runs on this machine is never reached through another one.
        if origin.host == "localhost" || origin.host.hasSuffix(".localhost") { return nil }
        let address = SocketAddress(ip: origin.host, port: origin.port)
        if let address, ProxyException.isLoopback(address) { return nil }
        return exceptions.contains { $0.covers(origin, address) } ? nil : proxy
    }

    private static func parse(_ url: String, _ variable: String) throws(Problem) -> Proxy {
        var rest = Substring(url)
        if let scheme = rest.range(of: "://") {
            guard rest[..<scheme.lowerBound].lowercased() == "http" else {
                throw Problem(
                    description: "\(variable) must be an http:// URL; other kinds of proxy are not supported.")
            }
            rest = rest[scheme.upperBound...]
        }
        rest = rest.prefix { $0 != "/" }
        var authorization: String?
        if let at = rest.lastIndex(of: "@") {
            var user = Array(rest[..<at].utf8)
            user = decodePercent(user)
            authorization = "Basic " + Base64.encode(user.contains(UInt8(ascii: ":")) ? user : user + [0x3A])
            rest = rest[rest.index(after: at)...]
        }
        guard let (host, port) = Origin.split(rest) else {
            throw Problem(description: "\(variable) is not a URL of the form http://host:port.")
        }
        let origin = Origin(isSecure: false, host: host, port: port ?? 80)
        return Proxy(host: origin.host, port: origin.port, authorization: authorization)
    }

    private static func decodePercent(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.count,
                let value = UInt8(String(decoding: text[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(value)
                index += 3
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }
}

extension Substring {
    /// The first occurrence of `text`; the standard library has this for collections of one element only.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
