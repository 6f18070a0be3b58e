import COpenSSL

/// Why a TLS connection, a certificate or a key is not acceptable.
package struct TLSFailure: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// A file of certificates or keys is missing or wrong.
        case configuration
        /// The peer's certificate was refused by us.
        case verification
        /// The peers could not agree, or the peer refused us.
        case handshake
        /// The peer broke the protocol after the handshake.
        case protocolError
        /// The connection ended without the peer saying so (RFC 8446, section 6.1).
        case truncated
    }

    package let kind: Kind
    /// A sentence for the operator.
    package let reason: String

    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

extension TLSFailure: CustomStringConvertible {
    package var description: String { reason }
}

extension TLSFailure {
    /// What the oldest entry of OpenSSL's error queue says; empties the queue.
    static func queued(_ kind: Kind, _ what: String) -> TLSFailure {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let text = ERR_reason_error_string(code) else { return TLSFailure(kind, what + ".") }
        return TLSFailure(kind, "\(what): \(String(cString: text)).")
    }

    /// The sentence for a certificate that was refused with this `X509_V_ERR_` code.
    static func verification(_ code: Int, host: String) -> TLSFailure {
        let reason =
            switch Int32(code) {
            case X509_V_ERR_CERT_HAS_EXPIRED: "The certificate of \(host) has expired."
            case X509_V_ERR_CERT_NOT_YET_VALID: "The certificate of \(host) is not valid yet; is the clock right?"
            case X509_V_ERR_HOSTNAME_MISMATCH: "The certificate presented for \(host) is for another host name."
            case X509_V_ERR_IP_ADDRESS_MISMATCH: "The certificate presented for \(host) is for another address."
            case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
                "The certificate of \(host) is self-signed and not among the trusted ones."
            case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
                X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
                "The certificate of \(host) was issued by an authority that is not trusted here."
            case X509_V_ERR_CERT_REVOKED: "The certificate of \(host) was revoked."
            default:
                "The certificate of \(host) was refused: \(String(cString: X509_verify_cert_error_string(code)))."
            }
        return TLSFailure(.verification, reason)
    }
}
