import COpenSSL

/// Where a client keeps the newest session of one origin, so that its next connection there skips the key exchange and
/// the certificates. Confined to its loop.
///
/// Sessions must not be shared between origins or contexts: a resumed connection inherits the verification of the
/// connection that the session stems from.
package final class TLSSessionSlot: @unchecked Sendable {
    private var session: OpaquePointer?

    package init() {}

    deinit {
        SSL_SESSION_free(session)
    }

    package var isEmpty: Bool { session == nil }

    /// Takes over the reference.
    func store(_ session: OpaquePointer?) {
        SSL_SESSION_free(self.session)
        self.session = session
    }

    func offer(to ssl: OpaquePointer) {
        if let session, SSL_SESSION_is_resumable(session) == 1 { SSL_set_session(ssl, session) }
    }

    /// Forgets the session: after a handshake that failed.
    package func clear() {
        store(nil)
    }
}
