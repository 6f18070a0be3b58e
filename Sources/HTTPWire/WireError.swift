/// Why bytes are no acceptable HTTP/1.1 message. After one of these the connection cannot be used any more.
package struct WireError: Error, Sendable, Equatable {
    /// The status to refuse a request with: 400, 413, 414, 417, 431, 501 or 505. A bad upstream response carries the
    /// status that the same fault would have in a request; towards the downstream it is a 502.
    package let status: Int
    /// One sentence about what is wrong, safe to show: it never quotes the input.
    package let reason: StaticString

    package init(_ status: Int, _ reason: StaticString) {
        self.status = status
        self.reason = reason
    }

    package static func == (left: WireError, right: WireError) -> Bool {
        left.status == right.status && left.reason.description == right.reason.description
    }
}

extension WireError: CustomStringConvertible {
    package var description: String { "\(status): \(reason)" }
}
