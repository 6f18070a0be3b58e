/// The request methods that somebody here tells apart. Methods are case-sensitive (RFC 9110, section 9.1).
package enum HTTPMethod: UInt8, Sendable {
    case get, head, post, put, patch, delete, options
    /// Any other token; its text is at `RequestHead.methodRange`.
    case other

    /// The method on the wire; empty for `other`.
    package var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other: ""
        }
    }

    /// The method whose name stands at `range` of `bytes`.
    package init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self = .other
        switch range.count {
        case 3:
            if bytes.matches(range, "GET") { self = .get } else if bytes.matches(range, "PUT") { self = .put }
        case 4:
            if bytes.matches(range, "POST") { self = .post } else if bytes.matches(range, "HEAD") { self = .head }
        case 5 where bytes.matches(range, "PATCH"): self = .patch
        case 6 where bytes.matches(range, "DELETE"): self = .delete
        case 7 where bytes.matches(range, "OPTIONS"): self = .options
        default: break
        }
    }
}
