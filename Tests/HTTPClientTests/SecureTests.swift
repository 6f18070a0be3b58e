import HTTPClient
import Reactor
import TestSupport
import Testing
import TransportSecurity

extension TLSContext {
    /// Trusts the test authority.
    static func testClient() throws -> TLSContext {
        try TLSContext(.client(authoritiesFile: TestCertificates.shared.authority.certificate))
    }

    static func testServer(_ pair: TestCertificates.Pair = TestCertificates.shared.valid) throws -> TLSContext {
        try TLSContext(.server(certificateFile: pair.certificate, keyFile: pair.key))
    }
}

@Suite struct SecureTests {
    @Test func exchangesOverTLSReuseTheirConnection() async throws {
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let (bodies, count) = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop, tls: .testServer()) {
                .respond("\($0.connection).\($0.index)")
            }
            var bodies: [String] = []
            for _ in 0..<5 { bodies.append(try await client.post(upstream.origin).body) }
            return (bodies, upstream.connections.count)
        }
        #expect(bodies == ["0.0", "0.1", "0.2", "0.3", "0.4"])
        #expect(count == 1)
    }

    @Test func laterConnectionsResumeTheSession() async throws {
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let (resumed, misses) = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop, tls: .testServer()) { _ in
                .respond("x", fields: "connection: close\r\n")
            }
            for _ in 0..<4 { _ = try await client.post(upstream.origin) }
            return (client.resumedCount, client.missCount)
        }
        #expect(misses == 4)
        #expect(resumed == 3)
    }

    @Test func cutConnectionsLeaveTheirSessionUsable() async throws {
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let resumed = try await withClient(configuration) { client in
            let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx"
            let upstream = try LoopUpstream(client.loop, tls: .testServer()) { _ in .send(Array(head.utf8)) }
            for _ in 0..<3 {
                let exchange = client.exchange(origin: upstream.origin)
                try await exchange.post()
                exchange.abort()
                exchange.release()
            }
            return client.resumedCount
        }
        #expect(resumed == 2)
    }

    static let refusals: [(TestCertificates.Pair, String)] = [
        (TestCertificates.shared.expired, "has expired"),
        (TestCertificates.shared.wrongHost, "is for another address"),
        (TestCertificates.shared.unknownIssuer, "issued by an authority that is not trusted here"),
        (TestCertificates.shared.selfSigned, "self-signed"),
    ]

    @Test(arguments: refusals)
    func badCertificatesAreRefusedBeforeAnythingIsSent(_ pair: TestCertificates.Pair, _ reason: String) async throws {
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let failure = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop, tls: .testServer(pair)) { _ in
                Issue.record("the request was sent")
                return .silence
            }
            return await failureOf { () async throws(ClientFailure) in try await client.post(upstream.origin) }
        }
        #expect(failure?.kind == .tls)
        #expect(failure?.reason.contains(reason) == true)
    }

    @Test func aServerWithoutTLSIsATLSFailure() async throws {
        let upstream = try ScriptedUpstream([.readUntil(count: 10), .send("HTTP/1.1 400 Bad Request\r\n\r\n"), .gate])
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let origin = Origin(isSecure: true, host: "127.0.0.1", port: UInt16(upstream.port))
        let kind = try await withClient(configuration) { client in
            await failureOf { () async throws(ClientFailure) in try await client.post(origin) }?.kind
        }
        #expect(kind == .tls)
        upstream.openGate()
        upstream.stop()
    }

    @Test func aServerThatHangsUpInTheHandshakeIsATLSFailure() async throws {
        let upstream = try ScriptedUpstream([.readUntil(count: 10)], [.readUntil(count: 10), .reset])
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let origin = Origin(isSecure: true, host: "127.0.0.1", port: UInt16(upstream.port))
        let kinds = try await withClient(configuration) { client in
            var kinds: [ClientFailure.Kind?] = []
            for _ in 0..<2 {
                kinds.append(await failureOf { () async throws(ClientFailure) in try await client.post(origin) }?.kind)
            }
            return kinds
        }
        #expect(kinds == [.tls, .tls])
        upstream.stop()
    }

    @Test func withoutAContextNothingLeaves() async throws {
        let kind = try await withClient { client in
            let upstream = try LoopUpstream(client.loop, tls: .testServer()) { _ in .silence }
            return await failureOf { () async throws(ClientFailure) in try await client.post(upstream.origin) }?.kind
        }
        #expect(kind == .tls)
    }

    /// An attacker who cuts the TCP connection must not be able to shorten an answer.
    @Test func anAnswerThatEndsWithoutTLSsGoodbyeIsTruncated() async throws {
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let results = try await withClient(configuration) { client in
            let response = Array("HTTP/1.1 200 OK\r\n\r\nall".utf8)
            let cut = try LoopUpstream(client.loop, tls: .testServer()) { _ in .sendAndCut(response) }
            let first = await failureOf { () async throws(ClientFailure) in try await client.post(cut.origin) }
            let polite = try LoopUpstream(client.loop, tls: .testServer()) { _ in .sendAndClose(response) }
            let second = await failureOf { () async throws(ClientFailure) in
                #expect(try await client.post(polite.origin).body == "all")
            }
            return [first?.kind, second?.kind]
        }
        #expect(results == [.truncated, nil])
    }

    @Test func largeBodiesGoBothWaysOverTLS() async throws {
        let text = String(repeating: "0123456789abcdef", count: 256 * 1024)
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let isEqual = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop, tls: .testServer()) {
                .respond(String($0.text.drop { $0 != "0" || false }.suffix(text.utf8.count)))
            }
            return try await client.post(upstream.origin, text).body == text
        }
        #expect(isEqual)
    }

    @Test func worksWithOpenSSLsOwnServer() async throws {
        let server = try OpenSSLServer()
        defer { server.stop() }
        let configuration = try HTTPClientConfiguration(tls: .testClient())
        let origin = Origin(isSecure: true, host: "127.0.0.1", port: server.port)
        let (statuses, resumed) = try await withClient(configuration) { client in
            var statuses: [Int] = []
            for _ in 0..<2 { statuses.append(try await client.get(origin).status) }
            return (statuses, client.resumedCount)
        }
        #expect(statuses == [200, 200])
        #expect(resumed == 1)
    }
}
