package import Buffers
package import Reactor

/// TLS between a `TCPStream` and its handler. Confined to the stream's loop.
///
/// The handler's `ended` gets `.endOfFile` when the peer said goodbye and `.aborted` when it did not; `failure`
/// then has the sentence.
package final class TLSConnection: StreamSecurity, @unchecked Sendable {
    package let engine: TLSEngine
    private let workspace: TLSWorkspace
    /// Resumed once, when the handshake is over, well or badly.
    package var handshakeWaiter: Waiter?
    private var hasDeliveredEnd = false

    package init(client context: TLSContext, host: String, sessions: TLSSessionSlot?, workspace: TLSWorkspace)
        throws(TLSFailure)
    {
        engine = try TLSEngine(client: context, host: host, sessions: sessions)
        self.workspace = workspace
    }

    package init(server context: TLSContext, workspace: TLSWorkspace) throws(TLSFailure) {
        engine = try TLSEngine(server: context)
        self.workspace = workspace
    }

    package var isHandshaking: Bool { engine.state == .handshaking }

    /// Why the layer failed, if it did.
    package var failure: TLSFailure? {
        if case .failed(let failure) = engine.state { failure } else { nil }
    }

    /// Makes this the layer of a stream and, as the client, begins the handshake.
    package func start(on stream: TCPStream) {
        stream.security = self
        engine.start()
        sendPending(on: stream)
    }

    package func received(_ ciphertext: UnsafeRawBufferPointer, on stream: TCPStream) {
        let wasHandshaking = isHandshaking
        engine.receive(ciphertext, scratch: workspace.plaintext) { plaintext in
            sendPending(on: stream)
            if wasHandshaking { noteHandshake() }
            stream.deliver(plaintext)
            return !stream.isClosed
        }
        if stream.isClosed { return }
        sendPending(on: stream)
        if wasHandshaking, !isHandshaking {
            // What was written before the handshake was done waits for it.
            stream.setNeedsFlush()
            noteHandshake()
        }
        deliverEnd(on: stream)
    }

    package func seal(_ plain: UnsafeRawBufferPointer, into wire: inout ByteBuffer) -> Bool {
        engine.seal(plain, into: &wire)
    }

    package func ended(_ reason: StreamError, on stream: TCPStream) {
        engine.endOfInput()
        noteHandshake()
        deliverEnd(on: stream)
    }

    package func closing(into wire: inout ByteBuffer) {
        engine.close(into: &wire)
    }

    private func sendPending(on stream: TCPStream) {
        if engine.pending.isEmpty || stream.isClosed { return }
        engine.flushPending(into: &stream.wire)
        stream.setNeedsFlush()
    }

    private func noteHandshake() {
        if isHandshaking { return }
        let waiter = handshakeWaiter
        handshakeWaiter = nil
        waiter?.resume()
    }

    private func deliverEnd(on stream: TCPStream) {
        if hasDeliveredEnd { return }
        switch engine.state {
        case .handshaking, .open: return
        case .ended:
            hasDeliveredEnd = true
            stream.deliverEnd(.endOfFile)
        case .failed:
            hasDeliveredEnd = true
            // An alert that explains the failure leaves first.
            stream.flush()
            stream.deliverEnd(.aborted)
        }
    }
}
