package import Buffers
import COpenSSL

/// One TLS connection without its socket: ciphertext in, plaintext out, and back. Confined to one thread at a time.
///
/// OpenSSL reads from the slice of ciphertext at hand and writes to the buffer at hand (`EngineBIO`), so an idle
/// connection owns no buffer of its own. What the protocol itself wants to send (handshake, tickets, alerts) collects
/// in `pending`.
package final class TLSEngine: @unchecked Sendable {
    package enum State: Sendable, Equatable {
        case handshaking, open
        /// The peer said goodbye; we may still send.
        case ended
        case failed(TLSFailure)
    }

    package private(set) var state = State.handshaking
    /// Whether the handshake resumed an earlier session.
    package var isResumed: Bool { SSL_session_reused(ssl) == 1 }
    /// Bytes that the protocol itself wants sent, in order, before any that are sealed next.
    package var pending = ByteBuffer()

    let sessions: TLSSessionSlot?
    private let context: TLSContext
    private let ssl: OpaquePointer
    private let peerName: String

    /// What OpenSSL reads next; set during `receive` only.
    var input = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Where sealed bytes go; set during `seal` only.
    var output: UnsafeMutablePointer<ByteBuffer>?

    /// The client's end of a connection.
    ///
    /// - Parameters:
    ///   - host: the name or address that the peer's certificate must be for.
    ///   - sessions: where the session to resume is found, and new ones are left.
    package init(client context: TLSContext, host: String, sessions: TLSSessionSlot?) throws(TLSFailure) {
        guard case .client = context.role, let ssl = SSL_new(context.pointer) else {
            throw TLSFailure(.configuration, "TLS cannot be set up.")
        }
        self.context = context
        self.ssl = ssl
        self.sessions = sessions
        peerName = host
        attach()
        SSL_set_connect_state(ssl)
        try expect(host)
        TLSContext.protocolName.withUnsafeBufferPointer {
            _ = SSL_set_alpn_protos(ssl, $0.baseAddress, UInt32($0.count))
        }
        sessions?.offer(to: ssl)
    }

    /// The server's end of a connection.
    package init(server context: TLSContext) throws(TLSFailure) {
        guard case .server = context.role, let ssl = SSL_new(context.pointer) else {
            throw TLSFailure(.configuration, "TLS cannot be set up.")
        }
        self.context = context
        self.ssl = ssl
        sessions = nil
        peerName = "the client"
        attach()
        SSL_set_accept_state(ssl)
    }

    deinit {
        // OpenSSL takes a connection that ends without a goodbye for a reason not to resume its session. Connections
        // are cut here whenever a caller goes away, which says nothing against the session.
        if !isFailed { SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN) }
        SSL_free(ssl)
    }

    private var isFailed: Bool {
        if case .failed(let failure) = state { failure.kind != .truncated } else { false }
    }

    private func attach() {
        let bio = EngineBIO.make(for: self)
        SSL_set_bio(ssl, bio, bio)
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
    }

    static func of(_ ssl: OpaquePointer?) -> TLSEngine? {
        SSL_get_ex_data(ssl, 0).map { Unmanaged<TLSEngine>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Verification is on for every client context; here it learns what to compare with.
    private func expect(_ host: String) throws(TLSFailure) {
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1 { return }
        ERR_clear_error()
        SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        // A NUL would end the name early for C.
        let isVisible = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isVisible, !host.isEmpty, SSL_set1_host(ssl, host) == 1, martlet_ssl_set_server_name(ssl, host) == 1
        else {
            throw TLSFailure(.configuration, "\(host) cannot be a host name in TLS.")
        }
    }

    /// Begins the client's handshake: the hello is then in `pending`.
    package func start() {
        continueHandshake()
    }

    /// Takes ciphertext from the peer and opens what it can.
    ///
    /// - Parameters:
    ///   - scratch: where plaintext is put; at least `recordBytes`.
    ///   - deliver: gets plaintext that is valid during the call. May close the connection, after which it must
    ///     return false, and nothing more is delivered.
    package func receive(
        _ ciphertext: UnsafeRawBufferPointer, scratch: UnsafeMutableRawBufferPointer,
        deliver: (UnsafeRawBufferPointer) -> Bool
    ) {
        input = ciphertext
        defer { input = UnsafeRawBufferPointer(start: nil, count: 0) }
        if state == .handshaking {
            continueHandshake()
            if state == .handshaking { return }
        }
        var filled = 0
        // Small records are handed on together: one call per read from the socket.
        while state == .open {
            if scratch.count - filled < Self.recordBytes {
                if !deliver(UnsafeRawBufferPointer(rebasing: scratch[..<filled])) { return }
                filled = 0
            }
            guard let count = open(into: UnsafeMutableRawBufferPointer(rebasing: scratch[filled...])) else { break }
            filled += count
        }
        if filled > 0 { _ = deliver(UnsafeRawBufferPointer(rebasing: scratch[..<filled])) }
    }

    /// The most plaintext that one record holds (RFC 8446, section 5.1).
    package static let recordBytes = 16 * 1024

    /// Opens one record; nil when there is none to open, and `state` then says why.
    private func open(into space: UnsafeMutableRawBufferPointer) -> Int? {
        ERR_clear_error()
        var count = 0
        if SSL_read_ex(ssl, space.baseAddress, space.count, &count) == 1 { return count }
        switch SSL_get_error(ssl, 0) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        case SSL_ERROR_ZERO_RETURN: state = .ended
        default: state = .failed(.queued(.protocolError, "TLS with \(peerName) broke off"))
        }
        return nil
    }

    private func continueHandshake() {
        ERR_clear_error()
        let status = SSL_do_handshake(ssl)
        if status == 1 {
            state = .open
            return
        }
        switch SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        default: state = .failed(handshakeFailure())
        }
    }

    private func handshakeFailure() -> TLSFailure {
        sessions?.clear()
        let result = SSL_get_verify_result(ssl)
        if result != Int(X509_V_OK) {
            ERR_clear_error()
            return .verification(result, host: peerName)
        }
        return .queued(.handshake, "The TLS handshake with \(peerName) failed")
    }

    /// Says that the peer's bytes ended here.
    package func endOfInput() {
        switch state {
        case .handshaking:
            state = .failed(TLSFailure(.handshake, "The connection ended during the TLS handshake with \(peerName)."))
        case .open:
            state = .failed(TLSFailure(.truncated, "The connection to \(peerName) ended without TLS's goodbye."))
        case .ended, .failed: break
        }
    }

    /// Encrypts all of `plain` to the end of `wire`.
    ///
    /// - Returns: false when that cannot be: before the handshake is done, or after a failure. Nothing was taken then.
    package func seal(_ plain: UnsafeRawBufferPointer, into wire: inout ByteBuffer) -> Bool {
        guard state == .open || state == .ended else { return false }
        return withOutput(&wire) {
            var rest = plain
            while !rest.isEmpty {
                ERR_clear_error()
                var count = 0
                guard SSL_write_ex(ssl, rest.baseAddress, rest.count, &count) == 1 else {
                    state = .failed(.queued(.protocolError, "TLS with \(peerName) broke off"))
                    return false
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return true
        }
    }

    /// Says goodbye, once, if the handshake was done.
    package func close(into wire: inout ByteBuffer) {
        guard state == .open || state == .ended, SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN == 0 else { return }
        withOutput(&wire) {
            ERR_clear_error()
            _ = SSL_shutdown(ssl)
        }
    }

    private func withOutput<R>(_ wire: inout ByteBuffer, _ body: () -> R) -> R {
        withUnsafeMutablePointer(to: &wire) { pointer in
            flushPending(into: &pointer.pointee)
            output = pointer
            defer { output = nil }
            return body()
        }
    }

    /// Moves what the protocol wants sent to the end of `wire`.
    package func flushPending(into wire: inout ByteBuffer) {
        if pending.isEmpty { return }
        wire.append(pending.bytes)
        pending.clear()
        pending.releaseStorage()
    }
}
