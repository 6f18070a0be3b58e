package import Buffers

/// What a stream tells its user. Every call comes from a libuv callback on the loop's thread: note the event and resume
/// a waiter, do not act.
package protocol StreamHandler: AnyObject {
    /// Where the next bytes should go, if the handler has room of its own; nil takes the loop's shared buffer.
    /// Asked only while the stream's `asksForSpace` is set.
    func readSpace() -> UnsafeMutableRawBufferPointer?
    /// Bytes arrived: in `readSpace`, or in memory that is valid during the call only.
    func received(_ bytes: UnsafeRawBufferPointer)
    /// Nothing more will arrive: the peer sent its end (`.endOfFile`) or the connection failed.
    func ended(_ reason: StreamError)
    /// A congested stream has fallen to the low-water mark.
    func drained()
}

extension StreamHandler {
    package func readSpace() -> UnsafeMutableRawBufferPointer? { nil }
    package func drained() {}
}

/// A layer between a stream's user and its socket: TLS.
package protocol StreamSecurity: AnyObject {
    /// Takes ciphertext from the socket; hands plaintext on by `stream.deliver`, the end by `stream.deliverEnd`, and may
    /// append to `stream.wire` (handshake, alerts) followed by `stream.setNeedsFlush`.
    func received(_ ciphertext: UnsafeRawBufferPointer, on stream: TCPStream)
    /// Encrypts all of `plain` to the end of `wire`.
    ///
    /// - Returns: false when the layer cannot encrypt now (handshake not done): nothing was taken.
    func seal(_ plain: UnsafeRawBufferPointer, into wire: inout ByteBuffer) -> Bool
    /// The socket ended without a close of this layer: whether that is a truncation is the layer's to say.
    func ended(_ reason: StreamError, on stream: TCPStream)
    /// Says goodbye to the peer, if it can be said at once.
    func closing(into wire: inout ByteBuffer)
}
