import HTTPClient
import Reactor
import TestSupport
import Testing

@Suite struct ReuseTests {
    @Test func keepsConnectionsAlive() async throws {
        let (bodies, counts) = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { .respond("\($0.connection).\($0.index)") }
            var bodies: [String] = []
            for _ in 0..<3 { bodies.append(try await client.post(upstream.origin).body) }
            return (bodies, [client.hitCount, client.missCount, client.idleCount])
        }
        #expect(bodies == ["0.0", "0.1", "0.2"])
        #expect(counts == [2, 1, 1])
    }

    @Test func aDeadReusedConnectionIsRetriedOnce() async throws {
        let upstream = try ScriptedUpstream(
            [.readRequest, .respond(json: "1"), .readRequest], [.readRequest, .respond(json: "2")])
        let origin = upstream.origin
        let (answers, retries) = try await withClient { client in
            ([try await client.post(origin), try await client.post(origin)], client.retryCount)
        }
        #expect(answers.map(\.body) == ["1", "2"])
        #expect(answers.map(\.wasRetried) == [false, true])
        #expect(retries == 1)
        upstream.stop()
    }

    @Test func aResetReusedConnectionIsRetriedOnce() async throws {
        let upstream = try ScriptedUpstream(
            [.readRequest, .respond(json: "1"), .readRequest, .reset], [.readRequest, .reset],
            [.readRequest, .respond(json: "never")])
        let origin = upstream.origin
        let failure = try await withClient { client in
            _ = try await client.post(origin)
            return await failureOf { () async throws(ClientFailure) in try await client.post(origin) }
        }
        #expect(failure?.kind == .truncated)
        #expect(failure?.hasResponseBytes == false)
        #expect(upstream.connections.count == 2)
        upstream.stop()
    }

    @Test func aFreshConnectionIsNotRetried() async throws {
        let upstream = try ScriptedUpstream([.readRequest], [.readRequest, .respond(json: "never")])
        let origin = upstream.origin
        let failure = try await withClient { client in
            await failureOf { () async throws(ClientFailure) in try await client.post(origin) }
        }
        #expect(failure?.kind == .truncated)
        #expect(upstream.connections.count == 1)
        upstream.stop()
    }

    @Test func nothingIsRetriedAfterAResponseByte() async throws {
        let upstream = try ScriptedUpstream(
            [.readRequest, .respond(json: "1"), .readRequest, .send("H")], [.readRequest, .respond(json: "never")])
        let origin = upstream.origin
        let failure = try await withClient { client in
            _ = try await client.post(origin)
            return await failureOf { () async throws(ClientFailure) in try await client.post(origin) }
        }
        #expect(failure?.kind == .truncated)
        #expect(failure?.hasResponseBytes == true)
        #expect(upstream.connections.count == 1)
        upstream.stop()
    }

    @Test func anIdleConnectionThatEndsIsDropped() async throws {
        let (answer, idle) = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) {
                $0.connection == 0
                    ? .sendAndClose(Array("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".utf8)) : .respond("2")
            }
            _ = try await client.post(upstream.origin)
            while client.idleCount > 0 { await client.loop.sleep(ms: 1) }
            let idle = client.idleCount
            return (try await client.post(upstream.origin), idle)
        }
        #expect(idle == 0)
        #expect(answer == Answer(status: 200, body: "2", wasRetried: false, isReused: false))
    }

    @Test func anIdleConnectionThatSpeaksIsDropped() async throws {
        let upstream = try ScriptedUpstream(
            [.readRequest, .respond(json: "1"), .gate, .respond(json: "smuggled"), .readUntilEnd],
            [.readRequest, .respond(json: "2")])
        let origin = upstream.origin
        let bodies = try await withClient { client in
            let first = try await client.post(origin).body
            #expect(client.idleCount == 1)
            upstream.openGate()
            while client.idleCount > 0 { await client.loop.sleep(ms: 1) }
            return [first, try await client.post(origin).body]
        }
        #expect(bodies == ["1", "2"])
        upstream.stop()
    }

    @Test func aConnectionWithSurplusBytesIsNotReused() async throws {
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1"
        let (bodies, count) = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { request in
                request.connection == 0 ? .send(Array((ok + ok).utf8)) : .respond("2")
            }
            let bodies = [try await client.post(upstream.origin).body, try await client.post(upstream.origin).body]
            return (bodies, upstream.connections.count)
        }
        #expect(bodies == ["1", "2"])
        #expect(count == 2)
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\nconnection: close\r\n", "HTTP/1.0 200 OK\r\n"])
    func aConnectionThatEndsByAgreementIsNotReused(_ head: String) async throws {
        let count = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .send(Array("\(head)content-length: 1\r\n\r\n1".utf8)) }
            for _ in 0..<2 { #expect(try await client.post(upstream.origin).body == "1") }
            return upstream.connections.count
        }
        #expect(count == 2)
    }

    @Test func aBoundedPoolServesItsQueueInTurn() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.pool.connections = 1
        let (count, answers, hops) = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop) { .respond("\($0.index)") }
            let answers = Results()
            let remote = client.loop.remoteEnqueues
            let tasks = (0..<20).map { _ in
                client.loop.spawn {
                    if let answer = try? await client.post(upstream.origin) { answers.texts.append(answer.body) }
                }
            }
            for task in tasks { await task.value }
            return (upstream.connections.count, answers.texts, client.loop.remoteEnqueues - remote)
        }
        #expect(count == 1)
        #expect(answers == (0..<20).map { "\($0)" })
        #expect(hops == 0)
    }

    @Test func aQueueBeyondItsBoundRefuses() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.pool.connections = 1
        configuration.pool.waitingExchanges = 0
        let kind = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop) { _ in .silence }
            let first = client.exchange(origin: upstream.origin)
            let task = client.loop.spawn { try? await first.post() }
            while upstream.connections.isEmpty { await client.loop.sleep(ms: 1) }
            let failure = await failureOf { () async throws(ClientFailure) in try await client.post(upstream.origin) }
            first.abort()
            await task.value
            first.release()
            return failure?.kind
        }
        #expect(kind == .overloaded)
    }

    @Test func anAbandonedPlaceInTheQueueIsSkipped() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.pool.connections = 1
        let body = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop) { $0.connection == 0 ? .silence : .respond("second") }
            let first = client.exchange(origin: upstream.origin)
            let waiting = client.exchange(origin: upstream.origin)
            let tasks = [first, waiting].map { exchange in client.loop.spawn { try? await exchange.post() } }
            while upstream.connections.first?.receivedCount ?? 0 == 0 { await client.loop.sleep(ms: 1) }
            waiting.abort()
            first.abort()
            for task in tasks { await task.value }
            first.release()
            waiting.release()
            return try await client.post(upstream.origin).body
        }
        #expect(body == "second")
    }

    private final class Results: @unchecked Sendable { var texts: [String] = [] }
}
