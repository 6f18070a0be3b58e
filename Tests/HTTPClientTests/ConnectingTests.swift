import HTTPClient
import Reactor
import TestSupport
import Testing

@Suite struct ConnectingTests {
    @Test func aRefusedFirstAddressCostsNothing() async throws {
        // Nothing else listens on 127.0.0.3; on 127.0.0.1 somebody may have the port that the upstream is given.
        let names = try ScriptedNameServer(["up.test": .addresses(["127.0.0.3", "127.0.0.2"], ttlSeconds: 60)])
        var configuration = HTTPClientConfiguration()
        configuration.nameServers = names.address
        let body = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop, ip: "127.0.0.2") { _ in .respond("second address") }
            let origin = Origin(isSecure: false, host: "up.test", port: upstream.port)
            return try await client.post(origin, deadlines: ExchangeDeadlines(connectMs: 10_000)).body
        }
        #expect(body == "second address")
        names.stop()
    }

    @Test func aSilentFirstAddressCostsTheStagger() async throws {
        let listener = FullListener()
        let names = try ScriptedNameServer(["up.test": .addresses(["127.0.0.1", "127.0.0.2"], ttlSeconds: 60)])
        var configuration = HTTPClientConfiguration()
        configuration.nameServers = names.address
        configuration.connectStaggerMs = 40
        let port = listener.port
        let (body, tookMs) = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop, ip: "127.0.0.2", port: port) { _ in .respond("second address")
            }
            let origin = Origin(isSecure: false, host: "up.test", port: upstream.port)
            let start = client.loop.now
            return (try await client.post(origin).body, client.loop.now - start)
        }
        #expect(body == "second address")
        #expect(tookMs >= 40)
        #expect(tookMs < 900, "a retransmitted SYN would have taken a second")
        names.stop()
        withExtendedLifetime(listener) {}
    }

    @Test func anUnknownHostIsAResolutionFailure() async throws {
        let names = try ScriptedNameServer([:])
        var configuration = HTTPClientConfiguration()
        configuration.nameServers = names.address
        let failure = try await withClient(configuration) { client in
            await failureOf { () async throws(ClientFailure) in
                try await client.post(Origin(url: "http://nowhere.test")!)
            }
        }
        #expect(failure?.kind == .resolution)
        #expect(failure?.reason == "The host name nowhere.test does not exist or has no address.")
        names.stop()
    }

    @Test func aSilentNameServerIsAConnectTimeout() async throws {
        let names = try ScriptedNameServer(["up.test": .silence])
        var configuration = HTTPClientConfiguration()
        configuration.nameServers = names.address
        let kind = try await withClient(configuration) { client in
            await failureOf { () async throws(ClientFailure) in
                try await client.post(
                    Origin(url: "http://up.test")!, deadlines: ExchangeDeadlines(connectMs: 50))
            }?.kind
        }
        #expect(kind == .connectTimeout)
        names.stop()
    }

    // MARK: Proxies

    private func configuration(proxy: UInt16, user: String = "") throws -> HTTPClientConfiguration {
        var configuration = try HTTPClientConfiguration(tls: .testClient())
        configuration.proxies = try ProxySettings {
            $0 == "http_proxy" || $0 == "https_proxy" ? "http://\(user)127.0.0.1:\(proxy)" : nil
        }
        return configuration
    }

    @Test func plainRequestsGoToTheProxyInAbsoluteForm() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: "1")])
        let configuration = try configuration(proxy: UInt16(upstream.port), user: "us%65r:pass@")
        let body = try await withClient(configuration) { try await $0.post(Origin(url: "http://api.test:81")!).body }
        #expect(body == "1")
        #expect(
            upstream.received().hasPrefix(
                "POST http://api.test:81/v1/x HTTP/1.1\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\nHost: api.test:81\r\n"
            ))
        upstream.stop()
    }

    @Test func secureRequestsGoThroughATunnel() async throws {
        let port = UInt16(try LoopbackSocket.unusedPort())
        let configuration = try configuration(proxy: port, user: "user:pass@")
        let (bodies, tunnels) = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop, port: port, tls: .testServer(), isProxy: true) {
                .respond("\($0.connection).\($0.index)")
            }
            let origin = Origin(url: "https://up.test")!
            let bodies = [try await client.post(origin).body, try await client.post(origin).body]
            return (bodies, upstream.tunnelRequests)
        }
        #expect(bodies == ["0.0", "0.1"])
        #expect(
            tunnels == [
                "CONNECT up.test:443 HTTP/1.1\r\nHost: up.test:443\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n"
            ])
    }

    @Test func theCertificateIsTheOriginsEvenThroughAProxy() async throws {
        let port = UInt16(try LoopbackSocket.unusedPort())
        let configuration = try configuration(proxy: port)
        let failure = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop, port: port, tls: .testServer(), isProxy: true) { _ in .silence
            }
            defer { withExtendedLifetime(upstream) {} }
            return await failureOf { () async throws(ClientFailure) in
                try await client.post(Origin(url: "https://elsewhere.test")!)
            }
        }
        #expect(failure?.kind == .tls)
    }

    @Test(arguments: [
        ("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", "status 407"),
        ("HTTP/1.1 200 OK\r\n\r\nunasked", "not acceptable"), ("garbage\r\n", "not acceptable"), ("", "not acceptable"),
    ])
    func aProxyThatRefusesIsNamed(_ answer: String, _ reason: String) async throws {
        let proxy = try ScriptedUpstream([.readRequest, .send(answer)])
        let configuration = try configuration(proxy: UInt16(proxy.port))
        let failure = try await withClient(configuration) { client in
            await failureOf { () async throws(ClientFailure) in try await client.post(Origin(url: "https://up.test")!) }
        }
        #expect(failure?.kind == .proxy)
        #expect(failure?.reason.contains(reason) == true)
        proxy.stop()
    }

    @Test func noProxyListeningIsAProxyFailure() async throws {
        let configuration = try configuration(proxy: UInt16(try LoopbackSocket.unusedPort()))
        let kind = try await withClient(configuration) { client in
            await failureOf { () async throws(ClientFailure) in try await client.post(Origin(url: "https://up.test")!)
            }?.kind
        }
        #expect(kind == .proxy)
    }
}
