import Buffers
import Dialects
import HTTPServer
import Routing

/// `debug.echo_upstream_body`: what each provider was sent, at the beginning of the stream. Source: spec 3.
extension CompletionCall {
    /// Notes what a provider is sent. It leaves with the stream's beginning, so that a failure keeps its true status.
    func echo(_ candidate: Candidate, _ pieces: [UnsafeRawBufferPointer]) {
        var body = ByteBuffer()
        for piece in pieces {
            // A line end, which can only stand between members, would end the event.
            for byte in piece { body.append(byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? 0x20 : byte) }
        }
        if translator == nil {
            ChatStreamEnd.writeEcho(body.span, stamp: stamp(candidate), into: &echoes)
        } else {
            translator?.writeEcho(of: body.span, after: echoCount, into: &echoes)
        }
        echoCount += 1
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
