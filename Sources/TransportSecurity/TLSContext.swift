import COpenSSL

/// What the connections of one role share: trusted authorities, or a certificate and its key.
///
/// Made once and read by every loop; OpenSSL counts references to it atomically.
package final class TLSContext: @unchecked Sendable {
    package enum Role: Sendable {
        /// Trusts the system's authorities and those of the file, where one is given (PEM).
        case client(authoritiesFile: String?)
        /// Presents a certificate chain (PEM, own certificate first) with its key.
        case server(certificateFile: String, keyFile: String)
    }

    package let role: Role
    let pointer: OpaquePointer

    /// - Throws: when a file cannot be read or does not hold what it should.
    package init(_ role: Role) throws(TLSFailure) {
        self.role = role
        ERR_clear_error()
        let isClient = if case .client = role { true } else { false }
        guard let pointer = SSL_CTX_new(isClient ? TLS_client_method() : TLS_server_method()) else {
            throw .queued(.configuration, "TLS cannot be set up")
        }
        self.pointer = pointer
        // A write may take part of the bytes and be repeated from another address, and idle connections give their
        // 32 KiB of buffers back.
        let mode = SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS
        _ = martlet_ssl_ctx_set_mode(pointer, Int(mode))
        _ = martlet_ssl_ctx_require_tls12(pointer)
        switch role {
        case .client(let file): try prepareClient(authoritiesFile: file)
        case .server(let certificate, let key): try prepareServer(certificate, key)
        }
    }

    deinit {
        SSL_CTX_free(pointer)
    }

    private func prepareClient(authoritiesFile: String?) throws(TLSFailure) {
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        guard SSL_CTX_set_default_verify_paths(pointer) == 1 else {
            throw .queued(.configuration, "The system's certificate authorities cannot be read")
        }
        if let authoritiesFile {
            guard SSL_CTX_load_verify_locations(pointer, authoritiesFile, nil) == 1 else {
                throw .queued(.configuration, "No certificate authorities can be read from \(authoritiesFile)")
            }
        }
        // Sessions are kept by their origin in `TLSSessionSlot`, not in a cache that loops would share.
        _ = martlet_ssl_ctx_set_session_cache_mode(
            pointer, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE))
        SSL_CTX_sess_set_new_cb(pointer) { ssl, session in
            guard let engine = TLSEngine.of(ssl), let slot = engine.sessions else { return 0 }
            slot.store(session)
            return 1
        }
    }

    private func prepareServer(_ certificate: String, _ key: String) throws(TLSFailure) {
        guard SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
            throw .queued(.configuration, "No certificate can be read from \(certificate)")
        }
        guard SSL_CTX_use_PrivateKey_file(pointer, key, SSL_FILETYPE_PEM) == 1 else {
            throw .queued(.configuration, "No private key can be read from \(key)")
        }
        guard SSL_CTX_check_private_key(pointer) == 1 else {
            throw .queued(.configuration, "The key in \(key) does not belong to the certificate in \(certificate)")
        }
        // Tickets need no cache on this side.
        _ = martlet_ssl_ctx_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
        SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, selected, selectedCount, offered, offeredCount, _ in
                var index = 0
                while index < Int(offeredCount) {
                    let length = Int(offered![index])
                    let name = UnsafeBufferPointer(start: offered! + index + 1, count: length)
                    if name.elementsEqual(TLSContext.protocolName.dropFirst()) {
                        selected!.pointee = UnsafePointer(name.baseAddress!)
                        selectedCount!.pointee = UInt8(length)
                        return SSL_TLSEXT_ERR_OK
                    }
                    index += 1 + length
                }
                return SSL_TLSEXT_ERR_NOACK
            }, nil)
    }

    /// `http/1.1` with its length, as ALPN writes it (RFC 7301, section 3.1).
    static let protocolName: [UInt8] = [8] + Array("http/1.1".utf8)
}
