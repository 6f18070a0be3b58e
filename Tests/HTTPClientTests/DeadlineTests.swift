import Buffers
import HTTPClient
import Reactor
import TestSupport
import Testing

@Suite struct DeadlineTests {
    @Test func connectingTakesNoLongerThanAllowed() async throws {
        let listener = FullListener()
        let origin = Origin(isSecure: false, host: "127.0.0.1", port: listener.port)
        let (failure, count) = try await withClient { client in
            let failure = await failureOf { () async throws(ClientFailure) in
                try await client.post(origin, deadlines: ExchangeDeadlines(connectMs: 30))
            }
            // The attempt ends with the exchange that wanted it.
            while client.pool(origin).connectionCount > 0 { await client.loop.sleep(ms: 1) }
            return (failure, client.pool(origin).connectionCount)
        }
        #expect(failure?.kind == .connectTimeout)
        #expect(failure?.isTimeout == true)
        #expect(count == 0)
        withExtendedLifetime(listener) {}
    }

    @Test func aHandshakeThatNeverEndsIsAConnectTimeout() async throws {
        let upstream = try ScriptedUpstream([.readUntilEnd])
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let origin = Origin(isSecure: true, host: "127.0.0.1", port: UInt16(upstream.port))
        let kind = try await withClient(configuration) { client in
            await failureOf { () async throws(ClientFailure) in
                try await client.post(origin, deadlines: ExchangeDeadlines(connectMs: 50))
            }?.kind
        }
        #expect(kind == .connectTimeout)
        #expect(await upstream.wait { $0.first?.peerClosed == true })
        upstream.stop()
    }

    private func kind(
        _ script: [ScriptedUpstream.Step], _ deadlines: ExchangeDeadlines
    ) async throws -> (ClientFailure.Kind?, String) {
        let upstream = try ScriptedUpstream(scripts: [script + [.readUntilEnd]])
        let origin = upstream.origin
        let result = try await withClient { client in
            let exchange = client.exchange(origin: origin)
            defer { exchange.release() }
            let kind = await failureOf { () async throws(ClientFailure) in
                try await exchange.post(deadlines: deadlines)
                while try await exchange.more() {}
            }?.kind
            return (kind, exchange.body.text)
        }
        #expect(await upstream.wait { $0.first?.peerClosed == true })
        upstream.stop()
        return result
    }

    @Test func aStreamMustBeginInTime() async throws {
        let limits = ExchangeDeadlines(mode: .streamed, firstByteMs: 40)
        #expect(try await kind([.readRequest], limits).0 == .firstByteTimeout)
        #expect(try await kind([.readRequest, .startEvents], limits).0 == .firstByteTimeout)
    }

    @Test func aStreamMustNotFallSilent() async throws {
        let limits = ExchangeDeadlines(mode: .streamed, idleMs: 40)
        let (kind, body) = try await kind([.readRequest, .startEvents, .chunk("data: 1\n\n")], limits)
        #expect(kind == .idleTimeout)
        #expect(body == "data: 1\n\n")
    }

    @Test func aPlainAnswerMayTakeItsTimeButNotForEver() async throws {
        let limits = ExchangeDeadlines(mode: .plain, firstByteMs: 1, idleMs: 1, totalMs: 60)
        #expect(try await kind([.readRequest], limits).0 == .totalTimeout)
        let begun = ExchangeDeadlines(mode: .plain, firstByteMs: 40, totalMs: 60_000)
        #expect(
            try await kind([.readRequest, .send("HTTP/1.1 200 OK\r\n")], ExchangeDeadlines(mode: .plain, totalMs: 40)).0
                == .totalTimeout)
        #expect(
            try await kind([.readRequest, .send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n")], begun).0
                == .firstByteTimeout)
    }

    @Test func firstContentEndsTheFirstByteDeadline() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .startEvents, .gate, .chunk("x"), .chunk("")])
        let origin = upstream.origin
        let body = try await withClient { client in
            let exchange = client.exchange(origin: origin)
            defer { exchange.release() }
            try await exchange.post(deadlines: ExchangeDeadlines(mode: .streamed, firstByteMs: 500))
            exchange.noteFirstContent()
            await client.loop.sleep(ms: 600)
            upstream.openGate()
            try await exchange.collect(limit: 100)
            return exchange.body.text
        }
        #expect(body == "x")
        upstream.stop()
    }

    /// A timer that was armed for one exchange must not hit the next one, which uses it again.
    @Test func deadlinesOfOneExchangeDoNotHitTheNext() async throws {
        let statuses = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .respond("x") }
            var statuses: [Int] = []
            for _ in 0..<3 {
                let limits = ExchangeDeadlines(connectMs: 400, firstByteMs: 400, idleMs: 400, totalMs: 400)
                statuses.append(try await client.post(upstream.origin, deadlines: limits).status)
                let exchange = client.exchange(origin: upstream.origin)
                try await exchange.post(deadlines: ExchangeDeadlines())
                await client.loop.sleep(ms: 450)
                try await exchange.collect(limit: 10)
                exchange.release()
            }
            return statuses
        }
        #expect(statuses == [200, 200, 200])
    }
}
