package import Buffers
package import HTTPWire
package import Reactor

/// One request and its answer, as a handler sees it. Confined to the connection's loop, and to the time until `handle`
/// returns.
///
/// A whole answer: append to `content`, call `respond`. A streamed one: `start`, then any number of times append to
/// `content` and `flush`, then `finish`. Extra header lines are appended to `fields` before either.
package final class ServerExchange: @unchecked Sendable {
    unowned(unsafe) let connection: ServerConnection
    /// The request head; its ranges are into `headBytes`.
    package internal(set) var head = RequestHead()
    /// Bytes of the answer's body that are not framed yet.
    package var content = ByteBuffer()
    /// Extra header lines for the answer, each ended by CRLF.
    package var fields = ByteBuffer()
    /// Called once, on the loop, when the client goes away before the answer is complete. Set it to what must be
    /// aborted; it is forgotten at the end of the exchange.
    package var onGone: (() -> Void)?

    /// How far the answer is.
    package internal(set) var progress = Progress.unanswered
    private var isChunked = false
    private var closesAfter = false

    package enum Progress {
        case unanswered, streaming, complete
    }

    init(connection: ServerConnection) {
        self.connection = connection
    }

    package var loop: EventLoop { connection.loop }

    /// The bytes of the request head.
    package var headBytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = Span<UInt8>(_unsafeBytes: connection.headBytes)
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// The address of the peer as text, when it is known.
    package var peerAddress: String { connection.stream.peerAddress }

    /// Where the first field of this name has its value in `headBytes`; nil when the field is absent.
    package func first(_ name: FieldName) -> Range<Int>? {
        // By its fields: calling a method of a head in a class copies the head.
        head.present & name.bit == 0 ? nil : RequestHead.first(name, in: head.fields)
    }

    /// A header value as text; nil when the field is absent.
    package func text(_ name: FieldName) -> String? {
        guard let range = first(name) else { return nil }
        return text(range)
    }

    /// The values of every field of this name, in order.
    package func texts(_ name: FieldName) -> [String] {
        head.fields.filter { $0.known == name }.map { text($0.value) }
    }

    package func text(_ range: Range<Int>) -> String {
        connection.headText(range)
    }

    /// Whether the client went away: what is written is lost from then on.
    package var isGone: Bool { connection.isGone }

    /// Loop time at which the request's head was complete, in milliseconds.
    package internal(set) var startedAt: UInt64 = 0

    /// The whole request body.
    package func readBody() async throws(BodyFailure) -> RequestBody {
        try await connection.readBody()
    }

    // MARK: Answering

    /// Sends `content` as the whole body of the answer.
    package func respond(status: Int, contentType: StaticString) {
        precondition(progress == .unanswered, "a request was answered twice")
        progress = .complete
        if isGone { return discardContent() }
        appendHead(status, contentType)
        if status != 204, status >= 200 {
            HTTPEncoding.appendField("Content-Length", decimal: content.count, to: &connection.stream.out)
        }
        HTTPEncoding.appendEndOfHead(to: &connection.stream.out)
        if head.method != .head { connection.stream.out.append(content.bytes) }
        discardContent()
        connection.stream.setNeedsFlush()
    }

    /// Starts a streamed answer; its head leaves with the first `flush`.
    package func start(status: Int, contentType: StaticString) {
        precondition(progress == .unanswered, "a request was answered twice")
        progress = .streaming
        if isGone { return }
        isChunked = head.minorVersion == 1
        if !isChunked { closesAfter = true }
        appendHead(status, contentType)
        if isChunked { connection.stream.out.append("Transfer-Encoding: chunked\r\n") }
        HTTPEncoding.appendEndOfHead(to: &connection.stream.out)
        connection.stream.setNeedsFlush()
    }

    /// Sends `content` as the next part of a streamed answer.
    package func flush() {
        precondition(progress == .streaming, "flushed an answer that was not started")
        if isGone || head.method == .head { return content.clear() }
        if content.isEmpty { return }
        if isChunked {
            HTTPEncoding.appendChunkHeader(content.count, to: &connection.stream.out)
            connection.stream.out.append(content.bytes)
            HTTPEncoding.appendChunkEnd(to: &connection.stream.out)
        } else {
            connection.stream.out.append(content.bytes)
        }
        content.clear()
        connection.stream.setNeedsFlush()
    }

    /// Ends a streamed answer, with `content` as its last part.
    package func finish() {
        flush()
        progress = .complete
        if isGone { return }
        if isChunked, head.method != .head {
            HTTPEncoding.appendLastChunk(to: &connection.stream.out)
            connection.stream.setNeedsFlush()
        }
    }

    /// Bytes of the answer that the client has not taken yet.
    package var backlog: Int { connection.stream.backlog }

    /// Waits until a congested client has caught up, or is gone.
    package func drained() async {
        await connection.drained()
    }

    private func appendHead(_ status: Int, _ contentType: StaticString) {
        if !connection.mayContinue(after: self) { closesAfter = true }
        HTTPEncoding.appendStatusLine(status, to: &connection.stream.out)
        if contentType.utf8CodeUnitCount > 0 {
            HTTPEncoding.appendField("Content-Type", contentType, to: &connection.stream.out)
        }
        connection.server.appendDate(to: &connection.stream.out)
        if closesAfter {
            connection.stream.out.append("Connection: close\r\n")
        } else if head.minorVersion == 0 {
            connection.stream.out.append("Connection: keep-alive\r\n")
        }
        connection.stream.out.append(fields.bytes)
        fields.clear()
    }

    private func discardContent() {
        content.clear()
        if content.capacity > ServerLimits.keptBufferBytes { content.releaseStorage() }
    }

    /// Ready for the next request of the connection.
    func reset() {
        discardContent()
        fields.clear()
        onGone = nil
        progress = .unanswered
        isChunked = false
        closesAfter = false
    }

    var endsConnection: Bool { closesAfter || progress != .complete }
}
