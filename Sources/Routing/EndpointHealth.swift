package import Catalog
import Synchronization

/// Which endpoints are better left alone for a while: read and written by every loop without a lock.
///
/// One value per endpoint of one catalogue: the time its cooldown ends, on the loops' monotonic clock in
/// milliseconds. A cooldown moves an endpoint behind its siblings, it never bars it: with nothing better left, a
/// cooled endpoint is still asked, so that a wrong signal cannot take a model offline by itself.
package final class EndpointHealth: Sendable {
    private final class Cell: Sendable {
        let cooldownUntilMs = Atomic<UInt64>(0)
    }

    private let cells: [Cell]

    package init(catalog: ModelCatalog) {
        cells = catalog.endpoints.map { _ in Cell() }
    }

    /// The time the endpoint's cooldown ends; 0 where it never had one.
    package func cooldownUntilMs(_ endpoint: Endpoint) -> UInt64 {
        cells[endpoint.index].cooldownUntilMs.load(ordering: .relaxed)
    }

    package func isCooling(_ endpoint: Endpoint, nowMs: UInt64) -> Bool {
        cooldownUntilMs(endpoint) > nowMs
    }

    /// Starts or prolongs a cooldown; one that already lasts longer stays.
    package func cool(_ endpoint: Endpoint, untilMs: UInt64) {
        cells[endpoint.index].cooldownUntilMs.max(untilMs, ordering: .relaxed)
    }

    /// Ends the cooldown: the endpoint has just answered.
    package func recover(_ endpoint: Endpoint) {
        let cell = cells[endpoint.index]
        // A load is free, a store takes the cache line from the other loops.
        if cell.cooldownUntilMs.load(ordering: .relaxed) != 0 { cell.cooldownUntilMs.store(0, ordering: .relaxed) }
    }
}
