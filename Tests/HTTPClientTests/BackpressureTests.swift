import Buffers
import HTTPClient
import Reactor
import TestSupport
import Testing

@Suite struct BackpressureTests {
    /// A consumer that stops costs no more than the mark and one read, and gets every byte when it goes on.
    @Test(arguments: [false, true])
    func aSlowConsumerStopsTheUpstream(_ isSecure: Bool) async throws {
        // Doubling keeps the period of 251, which no power of two hides.
        var pattern = (0..<251).map { UInt8($0) }
        while pattern.count < 12_000_000 { pattern += pattern }
        let total = pattern.count
        let response = Array("HTTP/1.1 200 OK\r\ncontent-length: \(total)\r\n\r\n".utf8) + pattern
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let (most, isIntact) = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop, tls: isSecure ? .testServer() : nil) { _ in .send(response) }
            let exchange = client.exchange(origin: upstream.origin)
            defer { exchange.release() }
            try await exchange.post()
            // Nobody reads for a while.
            await client.loop.sleep(ms: 30)
            var most = exchange.body.count
            var position = 0
            var isIntact = true
            while try await exchange.more() {
                most = max(most, exchange.body.count)
                let bytes = exchange.body.bytes
                for offset in stride(from: 0, to: bytes.count, by: 997)
                where bytes[offset] != UInt8((position + offset) % 251) {
                    isIntact = false
                }
                position += bytes.count
                exchange.body.consume(bytes.count)
            }
            return (most, isIntact && position == total)
        }
        #expect(isIntact)
        #expect(most <= HTTPClientLimits.bodyHighWaterBytes + 2 * 96 * 1024)
    }

    @Test func aConsumerThatWantsTheWholeBodyGetsIt() async throws {
        let count = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .respond(filler(3_000_000)) }
            return try await client.post(upstream.origin).body.utf8.count
        }
        #expect(count == 3_000_000)
    }

    @Test func silenceOfOursIsNotTheUpstreams() async throws {
        let count = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .respond(filler(9_000_000)) }
            let exchange = client.exchange(origin: upstream.origin)
            defer { exchange.release() }
            try await exchange.post(deadlines: ExchangeDeadlines(mode: .plain, idleMs: 2000))
            await client.loop.sleep(ms: 2500)
            var count = 0
            while try await exchange.more() {
                count += exchange.body.count
                exchange.body.consume(exchange.body.count)
            }
            return count
        }
        #expect(count == 9_000_000)
    }
}
