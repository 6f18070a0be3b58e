import Foundation
import Reactor
import TestSupport
import Testing

@Suite struct DNSResolverTests {
    /// Runs `body` with a resolver that asks `server`.
    private func withResolver<R: Sendable>(
        _ server: String?, _ body: @escaping @Sendable (DNSResolver, EventLoop) async throws -> R
    ) async throws -> R {
        try await onLoop { loop in
            let resolver = DNSResolver(loop: loop, servers: server)
            defer { resolver.shutDown() }
            return try await body(resolver, loop)
        }
    }

    @Test func findsAddressesOfBothFamilies() async throws {
        let server = try ScriptedNameServer(["api.test": .addresses(["192.0.2.1", "2001:db8::1"], ttlSeconds: 60)])
        let hosts = try await withResolver(server.address) { resolver, _ in
            try await resolver.resolve("API.test", port: 443).map { ($0.host, $0.port) }.map { "\($0.0) \($0.1)" }
        }
        #expect(hosts.sorted() == ["192.0.2.1 443", "2001:db8::1 443"])
        server.stop()
    }

    @Test func keepsAnswersByTheirTTL() async throws {
        let server = try ScriptedNameServer(["api.test": .addresses(["192.0.2.1"], ttlSeconds: 60)])
        let (questions, cached) = try await withResolver(server.address) { resolver, _ in
            for port in [1, 2, 3] as [UInt16] {
                let addresses = try await resolver.resolve("api.test", port: port)
                #expect(addresses.map(\.port) == [port])
            }
            return (resolver.questionCount, resolver.cachedCount)
        }
        #expect(questions == 1)
        #expect(cached == 2)
        server.stop()
    }

    @Test func asksOnceForManyWhoAskAtOnce() async throws {
        let server = try ScriptedNameServer(["api.test": .addresses(["192.0.2.1"], ttlSeconds: 60)])
        let questions = try await withResolver(server.address) { resolver, loop in
            let tasks = (0..<10).map { _ in
                loop.spawn {
                    let addresses = try? await resolver.resolve("api.test", port: 1)
                    #expect(addresses?.count == 1)
                }
            }
            for task in tasks { await task.value }
            return resolver.questionCount
        }
        #expect(questions == 1)
        server.stop()
    }

    @Test(arguments: ["127.0.0.1", "::1", "[::1]", "localhost", "LOCALHOST", "app.localhost"])
    func answersLiteralsAndThisMachineWithoutAsking(_ host: String) async throws {
        let (isFound, questions) = try await withResolver("127.0.0.1:1") { resolver, _ in
            let addresses = try await resolver.resolve(host, port: 80)
            return (!addresses.isEmpty, resolver.questionCount)
        }
        #expect(isFound)
        #expect(questions == 0)
    }

    @Test func unknownNamesAreSaidToBeUnknown() async throws {
        let server = try ScriptedNameServer([:])
        let failure = try await failure(of: "nowhere.test", server.address)
        #expect(failure?.kind == .notFound)
        #expect(failure?.description == "The host name nowhere.test does not exist or has no address.")
        server.stop()
    }

    @Test func serversThatFailAreSaidToFail() async throws {
        let server = try ScriptedNameServer(["api.test": .serverFailure])
        let failure = try await failure(of: "api.test", server.address)
        #expect(failure?.kind == .unavailable)
        server.stop()
    }

    @Test func aClosedPortIsAFailureAtOnce() async throws {
        let server = try ScriptedNameServer([:])
        server.stop()
        let failure = try await failure(of: "api.test", server.address)
        #expect(failure?.kind == .unavailable)
    }

    @Test func anExpiredAnswerServesWhenNoServerDoes() async throws {
        let server = try ScriptedNameServer(["api.test": .addresses(["192.0.2.1"], ttlSeconds: 0)])
        let (hosts, stale) = try await withResolver(server.address) { resolver, loop in
            _ = try await resolver.resolve("api.test", port: 1)
            server.set("api.test", .serverFailure)
            // The TTL of zero counts as the least time that answers are kept.
            await loop.sleep(ms: DNSLimits.cachedMsMin + 5)
            return (try await resolver.resolve("api.test", port: 1).map(\.host), resolver.staleCount)
        }
        #expect(hosts == ["192.0.2.1"])
        #expect(stale == 1)
        server.stop()
    }

    @Test func aNameThatIsGoneIsNotServedStale() async throws {
        let server = try ScriptedNameServer(["api.test": .addresses(["192.0.2.1"], ttlSeconds: 0)])
        let failure = try await withResolver(server.address) { resolver, loop in
            _ = try await resolver.resolve("api.test", port: 1)
            server.set("api.test", .noSuchName)
            await loop.sleep(ms: DNSLimits.cachedMsMin + 5)
            return await dnsFailure { () async throws(DNSFailure) in try await resolver.resolve("api.test", port: 1) }
        }
        #expect(failure?.kind == .notFound)
        server.stop()
    }

    @Test func shuttingDownEndsLookups() async throws {
        let server = try ScriptedNameServer(["api.test": .silence])
        let kinds = try await withResolver(server.address) { resolver, loop in
            let results = Results()
            let task = loop.spawn {
                results.failure = await dnsFailure { () async throws(DNSFailure) in
                    try await resolver.resolve("api.test", port: 1)
                }
            }
            while resolver.questionCount == 0 { await loop.sleep(ms: 1) }
            resolver.shutDown()
            await task.value
            let later = await dnsFailure { () async throws(DNSFailure) in try await resolver.resolve("b.test", port: 1)
            }
            return [results.failure?.kind, later?.kind]
        }
        #expect(kinds == [.cancelled, .cancelled])
        server.stop()
    }

    @Test func readsTheHostsFile() async throws {
        let lines = try String(contentsOfFile: "/etc/hosts", encoding: .utf8).split(separator: "\n")
        let entries = lines.map { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }) }
        let entry = entries.first {
            $0.count > 1 && !$0[0].hasPrefix("#") && !$0[0].contains("%") && !$0[1].contains("localhost")
                && !$0[0].contains(":")
        }
        guard let entry else {
            print("skipped: the hosts file of this machine names nothing but localhost")
            return
        }
        let name = String(entry[1])
        let hosts = try await withResolver("127.0.0.1:1") { resolver, _ in
            try await resolver.resolve(name, port: 1).map(\.host)
        }
        #expect(hosts.contains(String(entry[0])))
    }

    private final class Results: @unchecked Sendable { var failure: DNSFailure? }

    private func failure(of host: String, _ server: String) async throws -> DNSFailure? {
        try await withResolver(server) { resolver, _ in
            await dnsFailure { () async throws(DNSFailure) in try await resolver.resolve(host, port: 1) }
        }
    }
}

private func dnsFailure(_ body: () async throws(DNSFailure) -> [SocketAddress]) async -> DNSFailure? {
    do throws(DNSFailure) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

@Suite struct DNSCacheTests {
    private let address = SocketAddress(ip: "192.0.2.1", port: 0)!

    @Test(arguments: [(0, 1000), (1, 1000), (5, 5000), (300, 300_000), (86_400, 300_000), (-1, 1000)])
    func keepsWithinBounds(_ ttlSeconds: Int, _ keptMs: UInt64) {
        var cache = DNSCache()
        cache.store("a", [address], ttlSeconds: ttlSeconds, now: 50)
        #expect(cache.fresh("a", now: 50 + keptMs - 1) != nil)
        #expect(cache.fresh("a", now: 50 + keptMs) == nil)
        #expect(cache.stale("a", now: 50 + keptMs + DNSLimits.staleMsMax - 1) != nil)
        #expect(cache.stale("a", now: 50 + keptMs + DNSLimits.staleMsMax) == nil)
    }

    @Test func holdsABoundedNumberOfHosts() {
        var cache = DNSCache()
        for index in 0..<DNSLimits.cachedHosts * 2 {
            cache.store("host\(index)", [address], ttlSeconds: 60, now: UInt64(index))
        }
        #expect(cache.count <= DNSLimits.cachedHosts)
        #expect(cache.fresh("host\(DNSLimits.cachedHosts * 2 - 1)", now: 2000) != nil)
    }

    @Test func forgetsWhatIsRemoved() {
        var cache = DNSCache()
        cache.store("a", [address], ttlSeconds: 60, now: 0)
        cache.remove("a")
        #expect(cache.stale("a", now: 1) == nil)
    }
}
