import Buffers
import HTTPClient
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

    @Test func keepsConnectionsAlive() async throws {
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: "1"), .readRequest, .respond(json: "2"), .readRequest, .respond(json: "3"),
        ])
        let origin = upstream.origin
        let (bodies, hits, misses) = try await withClient { client in
            var bodies: [String] = []
            for _ in 0..<3 { bodies.append(try await client.post(origin).body) }
            return (bodies, client.hitCount, client.missCount)
        }
        #expect(bodies == ["1", "2", "3"])
        #expect(hits == 2)
        #expect(misses == 1)
        #expect(upstream.connections.count == 1)
        upstream.stop()
    }
}
