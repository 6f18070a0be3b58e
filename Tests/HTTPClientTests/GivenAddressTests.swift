import HTTPClient
import Reactor
import TestSupport
import Testing

@Suite("Exchanges at given addresses")
struct GivenAddressTests {
    private static func address(_ upstream: LoopUpstream, _ ip: String = "127.0.0.1") -> SocketAddress {
        SocketAddress(ip: ip, port: upstream.port)!
    }

    @Test func noNameIsLookedUpAndNoConnectionIsKept() async throws {
        let names = try ScriptedNameServer([:])
        var configuration = HTTPClientConfiguration()
        configuration.nameServers = names.address
        let (bodies, connections) = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop) { .respond("\($0.connection)") }
            let origin = Origin(isSecure: false, host: "up.test", port: upstream.port)
            var bodies: [String] = []
            for _ in 0..<2 {
                let exchange = client.exchange(origin: origin, at: [Self.address(upstream)])
                try await exchange.post()
                try await exchange.collect(limit: 100)
                bodies.append(exchange.answer.body)
                exchange.release()
                #expect(client.idleCount == 0)
            }
            #expect(client.activeCount == 0)
            return (bodies, upstream.connections.count)
        }
        #expect(bodies == ["0", "1"])
        #expect(connections == 2)
        #expect(names.questions.isEmpty)
        names.stop()
    }

    @Test func theNextAddressIsTried() async throws {
        let body = try await withClient { client in
            let upstream = try LoopUpstream(client.loop, ip: "127.0.0.2") { _ in .respond("second") }
            let origin = Origin(isSecure: false, host: "up.test", port: upstream.port)
            let exchange = client.exchange(
                origin: origin, at: [Self.address(upstream), Self.address(upstream, "127.0.0.2")])
            defer { exchange.release() }
            try await exchange.post()
            try await exchange.collect(limit: 100)
            return exchange.answer.body
        }
        #expect(body == "second")
    }

    @Test func theCertificateIsTheNames() async throws {
        let failure = try await withClient(HTTPClientConfiguration(tls: .testClient())) { client in
            let upstream = try LoopUpstream(client.loop, tls: .testServer()) { _ in .respond("secret") }
            let elsewhere = Origin(isSecure: true, host: "elsewhere.test", port: upstream.port)
            let exchange = client.exchange(origin: elsewhere, at: [Self.address(upstream)])
            defer { exchange.release() }
            return await failureOf { () async throws(ClientFailure) in try await exchange.post() }
        }
        #expect(failure?.kind == .tls)
    }

    @Test func noProxyIsAsked() async throws {
        var configuration = HTTPClientConfiguration()
        let unused = try LoopbackSocket.unusedPort()
        configuration.proxies = try ProxySettings { $0 == "http_proxy" ? "http://127.0.0.1:\(unused)" : nil }
        let body = try await withClient(configuration) { client in
            let upstream = try LoopUpstream(client.loop) { _ in .respond("direct") }
            let origin = Origin(isSecure: false, host: "up.test", port: upstream.port)
            let exchange = client.exchange(origin: origin, at: [Self.address(upstream)])
            defer { exchange.release() }
            try await exchange.post()
            try await exchange.collect(limit: 100)
            return exchange.answer.body
        }
        #expect(body == "direct")
    }

    @Test func anEndOfTheClientEndsThem() async throws {
        let failure = try await withClient { client in
            let upstream = try LoopUpstream(client.loop) { _ in .silence }
            let exchange = client.exchange(
                origin: Origin(isSecure: false, host: "up.test", port: upstream.port), at: [Self.address(upstream)])
            defer { exchange.release() }
            let timer = LoopTimer(client.loop) { client.shutDown() }
            timer.arm(afterMs: 20)
            return await failureOf { () async throws(ClientFailure) in try await exchange.post() }
        }
        #expect(failure?.kind == .cancelled)
    }
}
