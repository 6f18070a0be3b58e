import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A server on loopback that plays bytes by script and records what it was sent.
///
/// It speaks no HTTP of its own beyond finding the end of a request, so it can send what no correct server would. Every
/// connection has a blocking thread; the n-th one plays the n-th script, and the last script repeats. Nothing here uses
/// the code under test.
package final class ScriptedUpstream: Sendable {
    package enum Step: Sendable {
        /// Waits for one request: head, and body by Content-Length or chunked coding.
        case readRequest
        /// Waits until this many bytes in all have come in on the connection.
        case readUntil(count: Int)
        /// Reads until the peer closes its side.
        case readUntilEnd
        case send([UInt8])
        /// Sends a message in pieces of `size` bytes, a packet each.
        case sendPieces([UInt8], size: Int)
        case pause(milliseconds: Int)
        /// Waits until the test calls `openGate`; each call lets one waiting connection pass.
        case gate
        /// Ends our side of the connection (FIN) and goes on reading.
        case finish
        /// Cuts the connection with RST.
        case reset

        package static func send(_ text: String) -> Step { .send(Array(text.utf8)) }
        /// A plain 200 with a JSON body and Content-Length.
        package static func respond(json: String, status: String = "200 OK") -> Step {
            let head =
                "HTTP/1.1 \(status)\r\ncontent-type: application/json\r\ncontent-length: \(json.utf8.count)\r\n\r\n"
            return .send(head + json)
        }
        /// The head of a chunked event stream.
        package static var startEvents: Step {
            .send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        }
        /// One chunk of a chunked body; an empty text is the last chunk.
        package static func chunk(_ text: String) -> Step {
            .send(String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
        }
    }

    /// What one connection has seen so far.
    package struct Connection: Sendable {
        package var received: [UInt8] = []
        /// The peer has closed or reset its side.
        package var peerClosed = false
        /// Our script is over and the socket closed.
        package var isOver = false
        package var text: String { String(decoding: received, as: UTF8.self) }
    }

    package let port: Int
    private let listener: Int32
    private let scripts: [[Step]]
    private let state = Mutex<(connections: [Connection], gates: Int, stopped: Bool)>(([], 0, false))

    /// Starts listening at once. Scripts are played in the order of the connections.
    package convenience init(_ scripts: [Step]...) throws {
        try self.init(scripts: scripts)
    }

    package init(scripts: [[Step]]) throws {
        precondition(!scripts.isEmpty, "an upstream without a script has nothing to play")
        self.scripts = scripts
        (listener, port) = try LoopbackSocket.listen()
        Thread.detachNewThread { self.acceptLoop() }
    }

    deinit {
        close(listener)
    }

    package var connections: [Connection] { state.withLock { $0.connections } }
    /// Everything the n-th connection has received, as text; empty when there is none.
    package func received(_ index: Int = 0) -> String {
        state.withLock { $0.connections.indices.contains(index) ? $0.connections[index].text : "" }
    }

    /// Lets one connection pass its `gate`.
    package func openGate() {
        state.withLock { $0.gates += 1 }
    }

    /// Waits until the condition holds, at most `seconds`; false when it never did.
    package func wait(seconds: Double = 10, until condition: @Sendable ([Connection]) -> Bool) async -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while !condition(connections) {
            if Date() > deadline { return false }
            try? await Task.sleep(for: .milliseconds(1))
        }
        return true
    }

    /// Closes the listener; open connections play their scripts to the end.
    package func stop() {
        state.withLock { $0.stopped = true }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func acceptLoop() {
        while true {
            let socket = accept(listener, nil, nil)
            if socket < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            if state.withLock({ $0.stopped }) {
                close(socket)
                return
            }
            let index = state.withLock {
                $0.connections.append(Connection())
                return $0.connections.count - 1
            }
            Thread.detachNewThread { self.play(self.scripts[min(index, self.scripts.count - 1)], index, socket) }
        }
    }

    private func play(_ script: [Step], _ index: Int, _ socket: Int32) {
        LoopbackSocket.prepare(socket)
        var requests = RequestCounter()
        for step in script {
            if !play(step, index, socket, &requests) { break }
        }
        close(socket)
        state.withLock { $0.connections[index].isOver = true }
    }

    /// False ends the script: the peer is gone or the connection reset.
    private func play(_ step: Step, _ index: Int, _ socket: Int32, _ requests: inout RequestCounter) -> Bool {
        switch step {
        case .readRequest:
            while true {
                let received = state.withLock { $0.connections[index].received }
                if requests.takeOne(from: received) { return true }
                if !read(index, socket) { return false }
            }
        case .readUntil(let count):
            while state.withLock({ $0.connections[index].received.count }) < count {
                if !read(index, socket) { return false }
            }
        case .readUntilEnd:
            while read(index, socket) {}
        case .send(let bytes):
            return LoopbackSocket.send(bytes, to: socket)
        case .sendPieces(let bytes, let size):
            return Splits.pieces(bytes, of: size).allSatisfy { LoopbackSocket.send($0, to: socket) }
        case .pause(let milliseconds):
            usleep(UInt32(milliseconds) * 1000)
        case .gate:
            waitAtGate()
        case .finish:
            shutdown(socket, Int32(SHUT_WR))
        case .reset:
            LoopbackSocket.resetOnClose(socket)
            return false
        }
        return true
    }

    private func waitAtGate() {
        while true {
            let passed = state.withLock { state in
                if state.gates > 0 {
                    state.gates -= 1
                    return true
                }
                return state.stopped
            }
            if passed { return }
            usleep(500)
        }
    }

    private func read(_ index: Int, _ socket: Int32) -> Bool {
        var scratch = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &scratch, scratch.count, 0)
        if count < 0, errno == EINTR { return true }
        return state.withLock {
            if count <= 0 {
                $0.connections[index].peerClosed = true
                return false
            }
            $0.connections[index].received += scratch[..<count]
            return true
        }
    }
}
