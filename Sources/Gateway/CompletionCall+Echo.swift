import Buffers
import Dialects
import HTTPServer
import Routing

/// `debug.echo_upstream_body`: what each provider was sent, at the beginning of the stream. Source: spec 3.
extension CompletionCall {
    /// Notes what a provider is sent. It leaves with the stream's beginning, so that a failure keeps its true status.
    func echo(_ candidate: Candidate, _ pieces: [UnsafeRawBufferPointer]) {
        var body = ByteBuffer()
        for piece in pieces { body.append(piece) }
        ChatStreamEnd.writeEcho(body.span, stamp: stamp(candidate), into: &echoes)
        // A waiting caller's stream has begun by a comment.
        if exchange.progress != .unanswered {
            sendEchoes()
            exchange.flush()
        }
    }

    /// Puts them before everything that waits to leave.
    func sendEchoes() {
        let waiting = [UInt8](exchange.content.bytes)
        exchange.content.clear()
        exchange.content.append(echoes.bytes)
        exchange.content.append(waiting)
        echoes.clear()
    }
}
