import Buffers
import HTTPClient
import Reactor
import TestSupport
import Testing

@Suite struct AbortTests {
    @Test func abortingClosesTheConnectionAtOnceAndResumesTheWaiter() async throws {
        let (kind, turnMs) = try await withClient { client in
            let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n"
            let upstream = try LoopUpstream(client.loop) { _ in .send(Array(head.utf8)) }
            let exchange = client.exchange(origin: upstream.origin)
            let results = Kinds()
            let task = client.loop.spawn {
                results.kind = await failureOf { () async throws(ClientFailure) in
                    try await exchange.post()
                    while try await exchange.more() {}
                }?.kind
            }
            while exchange.body.count == 0 { await client.loop.sleep(ms: 1) }
            #expect(client.pool(upstream.origin).connectionCount == 1)
            exchange.abort()
            #expect(client.pool(upstream.origin).connectionCount == 0)
            let start = client.loop.now
            await task.value
            while upstream.openCount > 0 { await client.loop.sleep(ms: 1) }
            exchange.release()
            return (results.kind, client.loop.now - start)
        }
        #expect(kind == .cancelled)
        // Two turns of the loop; the bound is generous for a machine under load.
        #expect(turnMs < 500)
    }

    @Test func abortingWhileConnectingEndsTheAttempt() async throws {
        let listener = FullListener()
        let origin = Origin(isSecure: false, host: "127.0.0.1", port: listener.port)
        let kind = try await withClient { client in
            let exchange = client.exchange(origin: origin)
            let results = Kinds()
            let task = client.loop.spawn {
                results.kind = await failureOf { () async throws(ClientFailure) in try await exchange.post() }?.kind
            }
            await client.loop.sleep(ms: 5)
            exchange.abort()
            await task.value
            while client.pool(origin).connectionCount > 0 { await client.loop.sleep(ms: 1) }
            exchange.release()
            return results.kind
        }
        #expect(kind == .cancelled)
        withExtendedLifetime(listener) {}
    }

    @Test func abortingWhileSendingFreesTheCallersBytes() async throws {
        let upstream = try ScriptedUpstream([.readUntil(count: 10), .gate])
        let origin = upstream.origin
        let kind = try await withClient { client in
            let exchange = client.exchange(origin: origin)
            let results = Kinds()
            let text = filler(32 * 1024 * 1024)
            let task = client.loop.spawn {
                results.kind = await failureOf { () async throws(ClientFailure) in try await exchange.post(text) }?.kind
            }
            while upstream.connections.first?.received.isEmpty ?? true { await client.loop.sleep(ms: 1) }
            exchange.abort()
            await task.value
            exchange.release()
            return results.kind
        }
        #expect(kind == .cancelled)
        upstream.openGate()
        upstream.stop()
    }

    @Test func abortingTwiceOrAfterTheEndIsHarmless() async throws {
        let body = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .respond("x") }
            let exchange = client.exchange(origin: upstream.origin)
            try await exchange.post()
            try await exchange.collect(limit: 10)
            #expect(client.idleCount == 1)
            exchange.abort()
            exchange.abort()
            exchange.release()
            exchange.abort()
            // The connection was free already, so it survives.
            let answer = try await client.post(upstream.origin)
            #expect(answer.isReused)
            return answer.body
        }
        #expect(body == "x")
    }

    @Test func releasingInTheMiddleClosesTheConnection() async throws {
        try await withClient { client in
            let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx"
            let upstream = try LoopUpstream(client.loop) { _ in .send(Array(head.utf8)) }
            let exchange = client.exchange(origin: upstream.origin)
            try await exchange.post()
            exchange.release()
            #expect(client.pool(upstream.origin).connectionCount == 0)
            while upstream.openCount > 0 { await client.loop.sleep(ms: 1) }
        }
    }

    private final class Kinds: @unchecked Sendable { var kind: ClientFailure.Kind? }
}
