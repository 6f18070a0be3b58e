import Catalog

/// What names in a configuration may look like.
enum NameRules {
    /// `openai`, `my-host.2`: lower case, no slash.
    static func isProviderSlug(_ text: String) -> Bool {
        guard let first = text.utf8.first, isSlugByte(first), first != UInt8(ascii: "-") else { return false }
        return text.utf8.count <= ConfigurationLimits.slugBytes && text.utf8.allSatisfy(isSlugByte)
    }

    /// `eu-central-1`: it stands in a host name and in signatures.
    static func isRegion(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, first != 0x2D, last != 0x2D else { return false }
        return text.utf8.count <= 63
            && text.utf8.allSatisfy { isSlugByte($0) && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "_") }
    }

    /// `my-project-123`, or `example.com:my-project`: it stands in a path.
    static func isProject(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { isSlugByte($0) && $0 != UInt8(ascii: "_") || $0 == UInt8(ascii: ":") }
    }

    /// `author/name`, with an optional `:variant`.
    static func isModelSlug(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts.contains("") && isVisible(text) && text.utf8.count <= CatalogLimits.slugBytes
            && text.utf8.allSatisfy { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "%") }
    }

    /// Printable ASCII without spaces.
    static func isVisible(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// What may follow the colon of a header field (RFC 9110 section 5.5), ASCII only.
    static func isHeaderValue(_ text: String) -> Bool {
        text.utf8.count <= CatalogLimits.headerValueBytes
            && text.utf8.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == UInt8(ascii: "\t") }
    }

    /// A token of RFC 9110 section 5.6.2.
    static func isHeaderName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// Fields that frame the request or that the router writes itself.
    static let reservedHeaders: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade",
        "expect", "content-type", "content-encoding", "accept", "accept-encoding", "user-agent", "traceparent",
        "proxy-authorization",
    ]

    private static func isSlugByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}
