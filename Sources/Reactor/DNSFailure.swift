import CAres

/// Why a host name has no address now.
package struct DNSFailure: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// The name servers say that there is no such name, or no address for it.
        case notFound
        /// No name server gave a usable answer.
        case unavailable
        case cancelled
    }

    package let kind: Kind
    package let description: String

    init(_ host: String, status: Int32) {
        switch status {
        case ARES_ENOTFOUND, ARES_ENODATA, ARES_EBADNAME, ARES_ENONAME: kind = .notFound
        case ARES_ECANCELLED, ARES_EDESTRUCTION: kind = .cancelled
        default: kind = .unavailable
        }
        description =
            switch kind {
            case .notFound: "The host name \(host) does not exist or has no address."
            case .unavailable:
                "The host name \(host) cannot be looked up: \(String(cString: ares_strerror(status)))."
            case .cancelled: "The lookup of \(host) was cancelled."
            }
    }
}
