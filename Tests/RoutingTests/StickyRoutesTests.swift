import Catalog
import Testing

@testable import Routing

@Suite("Sticky routes")
struct StickyRoutesTests {
    static func endpoints() throws -> [Endpoint] {
        try RoutingFixtures.catalog([("a/b", [.init("alpha"), .init("beta")])]).endpoints
    }

    @Test("remembers an endpoint for ten minutes after its last answer")
    func expiry() throws {
        let endpoints = try Self.endpoints()
        let routes = StickyRoutes()
        #expect(routes.endpointHash(of: 77, nowMs: 0) == nil)
        routes.remember(77, endpoints[1], nowMs: 5_000)
        #expect(routes.endpointHash(of: 77, nowMs: 5_000) == endpoints[1].identityHash)
        #expect(routes.endpointHash(of: 77, nowMs: 604_999) == endpoints[1].identityHash)
        #expect(routes.endpointHash(of: 77, nowMs: 605_000) == nil)
        routes.remember(77, endpoints[0], nowMs: 600_000)
        #expect(routes.endpointHash(of: 77, nowMs: 605_000) == endpoints[0].identityHash)
    }

    @Test("works on a clock that has run for years")
    func longClock() throws {
        let endpoints = try Self.endpoints()
        let routes = StickyRoutes()
        for nowMs in stride(from: 262_143_000 - 700_000, through: 262_144_000 + 700_000 as UInt64, by: 100_000) {
            routes.remember(5, endpoints[0], nowMs: nowMs)
            #expect(routes.endpointHash(of: 5, nowMs: nowMs + 599_000) == endpoints[0].identityHash)
            #expect(routes.endpointHash(of: 5, nowMs: nowMs + 601_000) == nil)
        }
    }

    @Test("does not confuse conversations that share a place")
    func sharedPlace() throws {
        let endpoints = try Self.endpoints()
        let routes = StickyRoutes()
        let first: UInt64 = 0x1234_0000_0000_0001
        let second: UInt64 = 0xFEDC_0000_0000_0001
        routes.remember(first, endpoints[0], nowMs: 0)
        #expect(routes.endpointHash(of: second, nowMs: 0) == nil)
        routes.remember(second, endpoints[1], nowMs: 0)
        #expect(routes.endpointHash(of: first, nowMs: 0) == nil)
        #expect(routes.endpointHash(of: second, nowMs: 0) == endpoints[1].identityHash)
    }
}
