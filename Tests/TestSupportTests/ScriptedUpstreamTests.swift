import TestSupport
import Testing

@Suite struct ScriptedUpstreamTests {
    @Test func playsItsScriptAndRecordsTheRequest() async throws {
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: "{}"), .readRequest, .respond(json: "[]"), .finish,
        ])
        defer { upstream.stop() }
        let socket = try LoopbackSocket.connect(port: upstream.port)
        let plain = "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi"
        let chunked = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
        for byte in plain.utf8 { #expect(LoopbackSocket.send([byte], to: socket)) }
        #expect(LoopbackSocket.send(Array(chunked.utf8), to: socket))
        let answer = String(decoding: LoopbackSocket.receive(from: socket), as: UTF8.self)
        #expect(answer.hasSuffix("\r\n\r\n[]"))
        #expect(upstream.received() == plain + chunked)
    }

    @Test func gatesHoldUntilOpenedAndTheLastScriptRepeats() async throws {
        let upstream = try ScriptedUpstream([.send("first")], [.gate, .send("later")])
        defer { upstream.stop() }
        let first = try LoopbackSocket.connect(port: upstream.port)
        #expect(LoopbackSocket.receive(from: first) == Array("first".utf8))
        for _ in 0..<2 {
            let next = try LoopbackSocket.connect(port: upstream.port)
            upstream.openGate()
            #expect(LoopbackSocket.receive(from: next) == Array("later".utf8))
        }
    }

    @Test func noticesThatThePeerLeft() async throws {
        let upstream = try ScriptedUpstream([.readUntilEnd])
        defer { upstream.stop() }
        let socket = try LoopbackSocket.connect(port: upstream.port)
        LoopbackSocket.resetOnClose(socket)
        LoopbackSocket.closeSocket(socket)
        #expect(await upstream.wait { $0.first?.peerClosed == true && $0.first?.isOver == true })
    }

    @Test func resetsWhenTold() throws {
        let upstream = try ScriptedUpstream([.readUntil(count: 1), .reset])
        defer { upstream.stop() }
        let socket = try LoopbackSocket.connect(port: upstream.port)
        #expect(LoopbackSocket.send([1], to: socket))
        #expect(LoopbackSocket.receive(from: socket).isEmpty)
    }
}
