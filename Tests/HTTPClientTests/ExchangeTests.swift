import Buffers
import HTTPClient
import HTTPWire
import Reactor
import TestSupport
import Testing

@Suite struct ExchangeTests {
    @Test func sendsARequestAndReadsTheAnswer() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: #"{"ok":true}"#)])
        let answer = try await withClient { try await $0.post(upstream.origin, #"{"a":1}"#) }
        #expect(answer == Answer(status: 200, body: #"{"ok":true}"#))
        #expect(
            upstream.received()
                == "POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1:\(upstream.port)\r\nContent-Length: 7\r\n\r\n{\"a\":1}")
        upstream.stop()
    }

    static let answers: [(String, String)] = [
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", "hello"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nt: 1\r\n\r\n", "hello"),
        (
            "HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                + "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "ok"
        ),
    ]

    /// Every prefix of an answer but the whole is a truncation, whatever was read of it; the whole is an answer.
    @Test(arguments: answers)
    func anAnswerCutAtAnyByteIsTruncated(_ text: String, _ body: String) async throws {
        let bytes = Array(text.utf8)
        let kinds = try await withClient { client in
            var kinds: [ClientFailure.Kind?] = []
            for cut in 0...bytes.count {
                let upstream = try LoopUpstream(client.loop) { _ in .sendAndClose(Array(bytes[..<cut])) }
                let failure = await failureOf { () async throws(ClientFailure) in
                    let answer = try await client.post(upstream.origin)
                    #expect(answer.body == body)
                }
                kinds.append(failure?.kind)
                #expect(failure == nil || failure?.hasResponseBytes == (cut > 0))
            }
            return kinds
        }
        #expect(kinds.dropLast().allSatisfy { $0 == .truncated })
        #expect(kinds.last == .some(nil))
    }

    @Test(arguments: answers)
    func anAnswerInAnyPiecesIsTheSame(_ text: String, _ body: String) async throws {
        for size in [1, 2, 3, 7] {
            let upstream = try ScriptedUpstream([
                .readRequest, .sendPieces(Array(text.utf8), size: size), .readRequest,
                .sendPieces(Array(text.utf8), size: size),
            ])
            let origin = upstream.origin
            let answers = try await withClient { [try await $0.post(origin), try await $0.post(origin)] }
            #expect(answers.map(\.body) == [body, body])
            #expect(answers.map(\.isReused) == [false, true])
            upstream.stop()
        }
    }

    @Test func anAnswerMayEndWithItsConnection() async throws {
        let answer = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .sendAndClose(Array("HTTP/1.1 200 OK\r\n\r\nall".utf8))
            }
            return try await client.post(upstream.origin)
        }
        #expect(answer.body == "all")
    }

    @Test func aResetIsNoEndOfAnAnswer() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .send("HTTP/1.1 200 OK\r\n\r\nal"), .gate, .reset])
        let origin = upstream.origin
        let kind = try await withClient { client in
            await failureOf { () async throws(ClientFailure) in
                let exchange = client.exchange(origin: origin)
                defer { exchange.release() }
                try await exchange.post()
                while exchange.body.count < 2, try await exchange.more() {}
                upstream.openGate()
                while try await exchange.more() {}
            }?.kind
        }
        #expect(kind == .truncated)
        upstream.stop()
    }

    @Test(arguments: [
        "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\nx",
        String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 20),
    ])
    func anAnswerThatIsNotHTTPIsMalformed(_ text: String) async throws {
        let (failure, open) = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .send(Array(text.utf8)) }
            let failure = await failureOf { () async throws(ClientFailure) in try await client.post(upstream.origin) }
            while upstream.openCount > 0 { await client.loop.sleep(ms: 1) }
            return (failure, client.pool(upstream.origin).connectionCount)
        }
        #expect(failure?.kind == .malformed)
        #expect(failure?.hasResponseBytes == true)
        #expect(open == 0)
    }

    @Test func anEndlessHeadIsTooLarge() async throws {
        let text = "HTTP/1.1 200 OK\r\nx: " + String(repeating: "y", count: 40_000)
        let kind = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .send(Array(text.utf8)) }
            return await failureOf { () async throws(ClientFailure) in try await client.post(upstream.origin) }?.kind
        }
        #expect(kind == .tooLarge)
    }

    @Test func aBodyBeyondItsBoundIsTooLarge() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.bodyBytes = 10
        let kinds = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop) { _ in .respond("0123456789a") }
            let first = await failureOf { () async throws(ClientFailure) in try await client.post(upstream.origin) }
            let other = try LoopUpstream(client.loop) { _ in .respond("0123456789") }
            let second = await failureOf { () async throws(ClientFailure) in
                let exchange = client.exchange(origin: other.origin)
                defer { exchange.release() }
                try await exchange.post()
                try await exchange.collect(limit: 9)
            }
            return [first?.kind, second?.kind]
        }
        #expect(kinds == [.tooLarge, .tooLarge])
    }

    @Test func largeBodiesGoBothWays() async throws {
        let text = String(repeating: "0123456789abcdef", count: 512 * 1024)
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: text)])
        let origin = upstream.origin
        let answer = try await withClient { try await $0.post(origin, text) }
        #expect(answer.body == text)
        #expect(upstream.received().hasSuffix(text))
        upstream.stop()
    }

    @Test func anAnswerBeforeTheEndOfTheRequestCounts() async throws {
        let text = filler(16 * 1024 * 1024)
        let refusal = "HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 3\r\n\r\nno!"
        // The first closes with unread bytes, which resets; the second keeps the connection and reads no more.
        let upstream = try ScriptedUpstream(
            [.readUntil(count: 100), .send(refusal), .pause(milliseconds: 20)],
            [.readUntil(count: 100), .send(refusal), .gate])
        let origin = upstream.origin
        let answers = try await withClient { client in
            [try await client.post(origin, text), try await client.post(origin, text)]
        }
        #expect(answers.map(\.status) == [413, 413])
        #expect(answers.map(\.body) == ["no!", "no!"])
        upstream.openGate()
        upstream.stop()
    }

    @Test func nobodyListening() async throws {
        let port = try LoopbackSocket.unusedPort()
        let origin = Origin(isSecure: false, host: "127.0.0.1", port: UInt16(port))
        let failure = try await withClient { client in
            await failureOf { () async throws(ClientFailure) in try await client.post(origin) }
        }
        #expect(failure?.kind == .connection)
        #expect(failure?.reason == "No connection to \(origin): connection refused.")
    }

    @Test func aHeadRequestHasNoBody() async throws {
        let status = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in
                .send(Array("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".utf8))
            }
            let exchange = client.exchange(origin: upstream.origin)
            defer { exchange.release() }
            var head = ByteBuffer()
            head.append("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await exchange.send(head: head.bytes, body: [], method: .head)
            #expect(try await exchange.more() == false)
            return exchange.head.status
        }
        #expect(status == 200)
    }

    @Test func exchangesUseTheSameBuffersAgain() async throws {
        let active = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { .respond("\($0.text.count)") }
            for _ in 0..<50 { _ = try await client.post(upstream.origin) }
            let unused = client.exchange(origin: upstream.origin)
            unused.release()
            unused.release()
            do {
                // Dropped without a release.
                _ = client.exchange(origin: upstream.origin)
            }
            return client.activeCount
        }
        #expect(active == 0)
    }

    @Test func aClientThatIsShutDownFailsEverything() async throws {
        let kinds = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .silence }
            let results = Kinds()
            let task = client.loop.spawn {
                results.kinds.append(
                    await failureOf { () async throws(ClientFailure) in try await client.post(upstream.origin) }?.kind)
            }
            while upstream.connections.first?.receivedCount ?? 0 == 0 { await client.loop.sleep(ms: 1) }
            client.shutDown()
            await task.value
            results.kinds.append(
                await failureOf { () async throws(ClientFailure) in try await client.post(upstream.origin) }?.kind)
            return results.kinds
        }
        #expect(kinds == [.cancelled, .cancelled])
    }

    private final class Kinds: @unchecked Sendable { var kinds: [ClientFailure.Kind?] = [] }
}
