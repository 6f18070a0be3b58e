/// The counters of one loop: plain integers, no atomics, no locks.
///
/// Confined to its loop, which is what makes the `@unchecked Sendable` sound; a scrape runs `snapshot` on each loop.
/// Times are nanoseconds.
package final class MetricShard: @unchecked Sendable {
    /// Requests that are being served now.
    package private(set) var inFlight = 0

    private let registry: MetricRegistry
    private let layout: MetricLayout
    private let loop: Int
    private var cells: [UInt64]
    /// By slot index; empty until the endpoint's first event on this loop.
    private var endpoints: [[UInt64]] = []

    /// - Parameter loop: the index of the loop, which becomes the label `loop`.
    package init(_ registry: MetricRegistry, loop: Int) {
        self.registry = registry
        self.loop = loop
        layout = registry.layout
        cells = [UInt64](repeating: 0, count: layout.loopCells)
    }

    package func requestStarted() { inFlight += 1 }

    package func requestEnded() {
        inFlight -= 1
        assert(inFlight >= 0, "more requests ended than started")
    }

    /// Counts one finished request, at the endpoint that served it or was tried last.
    ///
    /// - Parameters:
    ///   - outcome: an index of `MetricVocabulary.outcomes`.
    ///   - surface: an index of `MetricVocabulary.surfaces`.
    ///   - ttft: nil when no content left.
    package func countRequest(_ slot: EndpointSlot, outcome: Int, surface: Int, duration: UInt64, ttft: UInt64?) {
        prepare(slot)
        endpoints[slot.index][layout.request(outcome: outcome, surface: surface)] += 1
        observe(.duration, duration, at: layout.duration, in: &endpoints[slot.index])
        if let ttft { observe(.ttft, ttft, at: layout.ttft, in: &endpoints[slot.index]) }
    }

    /// Counts what one answer used. `reasoning` is part of `completion` and `cached` part of `prompt`, as providers
    /// report them. A sum that wraps is to Prometheus a counter that was reset.
    package func countTokens(_ slot: EndpointSlot, prompt: Int, completion: Int, reasoning: Int, cached: Int) {
        prepare(slot)
        endpoints[slot.index][layout.tokens] &+= UInt64(max(0, prompt))
        endpoints[slot.index][layout.tokens + 1] &+= UInt64(max(0, completion))
        endpoints[slot.index][layout.tokens + 2] &+= UInt64(max(0, reasoning))
        endpoints[slot.index][layout.tokens + 3] &+= UInt64(max(0, cached))
    }

    /// Adds what a caller was charged, in nano-dollars. A sum that wraps is to Prometheus a counter that was reset.
    package func addCost(_ slot: EndpointSlot, nanos: Int64) {
        prepare(slot)
        endpoints[slot.index][layout.cost] &+= UInt64(max(0, nanos))
    }

    /// Counts an attempt that was given up, at the endpoint that failed.
    ///
    /// - Parameter failure: an index of `MetricVocabulary.failures`.
    package func countFailover(_ slot: EndpointSlot, failure: Int) {
        prepare(slot)
        endpoints[slot.index][layout.failovers + failure] += 1
    }

    /// Counts a request that was refused before any attempt.
    ///
    /// - Parameter errorType: an index of `MetricVocabulary.refusals`.
    package func countRefusal(_ errorType: Int) { cells[layout.refusals + errorType] += 1 }

    /// Counts a connection handed to an attempt: fresh, or from the pool.
    package func countConnection(isReused: Bool) {
        cells[isReused ? layout.reusedConnections : layout.freshConnections] += 1
    }

    package func observeCommit(_ nanoseconds: UInt64) { observe(.commit, nanoseconds, at: layout.commit, in: &cells) }

    package func observeLoopLag(_ nanoseconds: UInt64) {
        observe(.loopLag, nanoseconds, at: layout.loopLag, in: &cells)
    }

    /// What the loop has counted so far. Cheap: the arrays are shared until the loop counts on.
    package func snapshot() -> MetricSnapshot {
        MetricSnapshot(loop: loop, inFlight: inFlight, cells: cells, endpoints: endpoints)
    }

    private func prepare(_ slot: EndpointSlot) {
        if slot.index < endpoints.count, !endpoints[slot.index].isEmpty { return }
        while endpoints.count <= slot.index { endpoints.append([]) }
        endpoints[slot.index] = [UInt64](repeating: 0, count: layout.endpointCells)
    }

    private func observe(_ buckets: HistogramBuckets, _ value: UInt64, at base: Int, in cells: inout [UInt64]) {
        cells[base + buckets.cell(value)] += 1
        cells[base + buckets.cells - 1] += value
    }
}
