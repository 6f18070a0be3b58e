import Reactor
import TransportSecurity
import HTTPWire

/// Why an exchange with an upstream failed.
package struct ClientFailure: Error, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The host name could not be looked up.
        case resolution
        /// No address accepted a connection.
        case connection
        /// The proxy refused, or answered something else than HTTP.
        case proxy
        /// TLS: most often a certificate that was refused.
        case tls
        /// No connection within its time.
        case connectTimeout
        /// The connection ended before the whole request was taken.
        case send
        /// No response head, or no first content, within its time.
        case firstByteTimeout
        /// Silence in the middle of the body.
        case idleTimeout
        /// The whole exchange took too long.
        case totalTimeout
        /// The response is not HTTP/1.1, or not in the coding it names.
        case malformed
        /// The connection ended before the response did.
        case truncated
        /// A head or body beyond its bound.
        case tooLarge
        /// `abort` was called, or the client is shut down.
        case cancelled
        /// Too many exchanges wait for a connection to this origin.
        case overloaded
    }

    package let kind: Kind
    /// A sentence for the operator: names hosts, never contents.
    package let reason: String
    /// Whether any byte of the response had arrived.
    package var hasResponseBytes = false

    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    package var isTimeout: Bool {
        switch kind {
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: true
        default: false
        }
    }

    static let cancelled = ClientFailure(.cancelled, "The exchange was cancelled.")
}

extension ClientFailure: CustomStringConvertible {
    package var description: String { reason }
}

extension ClientFailure {
    init(_ expiry: DeadlineSet.Expiry, _ origin: Origin) {
        switch expiry {
        case .connect: self.init(.connectTimeout, "No connection to \(origin) came about in time.")
        case .firstByte: self.init(.firstByteTimeout, "\(origin) did not begin to answer in time.")
        case .idle: self.init(.idleTimeout, "\(origin) fell silent in the middle of its answer.")
        case .total: self.init(.totalTimeout, "The whole exchange with \(origin) took too long.")
        }
    }

    init(_ error: WireError, _ origin: Origin) {
        let kind: Kind = error.status == 413 || error.status == 431 ? .tooLarge : .malformed
        self.init(kind, "The answer of \(origin) is not acceptable: \(error.reason)")
    }

    init(connecting error: StreamError, _ origin: Origin) {
        self.init(.connection, "No connection to \(origin): \(error).")
    }

    init(_ failure: TLSFailure) {
        self.init(.tls, failure.reason)
    }
}
