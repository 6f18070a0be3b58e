import Catalog
import Completions
import Persistence
import Reactor
import Routing
import Synchronization
import Telemetry

/// The health table in use, for those that are not on the request's way; and its way across restarts.
///
/// What was seen is stored every few seconds, and once more at the end. The timer belongs to its loop.
final class HealthKeeper: @unchecked Sendable {
    private let table: Mutex<HealthTable>
    private let store: EmbeddedStore
    private var timer: LoopTimer?

    /// Takes over what the store knows.
    init(_ table: HealthTable, _ store: EmbeddedStore) {
        self.table = Mutex(table)
        self.store = store
        let unixMs = WallClock.system.unixMs()
        table.restore(
            store.endpointHealth.map { state in
                (state.endpointID, UInt64(max(0, unixMs - state.savedAtMs)), state.state)
            }, nowMs: Self.nowMs)
    }

    var current: HealthTable { table.withLock { $0 } }

    func replace(_ table: HealthTable) {
        self.table.withLock { $0 = table }
    }

    func start(on loop: EventLoop) {
        loop.execute { [self] in
            timer = LoopTimer(loop) { [unowned self] in
                keep()
                timer?.arm(afterMs: HealthLimits.keepMs)
            }
            timer?.arm(afterMs: HealthLimits.keepMs)
        }
    }

    /// Stores what has been seen since the last time.
    func keep() {
        let unixMs = WallClock.system.unixMs()
        store.save(
            current.news(nowMs: Self.nowMs).map {
                StoredHealth(endpointID: $0.endpointID, savedAtMs: unixMs, state: $0.state)
            })
    }

    /// The clock of health: that of the loops.
    static var nowMs: UInt64 { EventLoop.monotonicNanos() / 1_000_000 }

    /// What `/metrics` shows: endpoints that were used, and those that are off.
    func figures() -> [EndpointFigures] {
        let now = Self.nowMs
        // An endpoint has one line, whoever else brings a key to it.
        return current.all.filter { $0.endpoint.credential == nil }.compactMap { health in
            let trouble = health.trouble(nowMs: now)
            guard health.hasHistory || trouble != nil else { return nil }
            let reading = health.reading(nowMs: now)
            var figures = EndpointFigures(
                model: health.endpoint.modelSlug, provider: health.endpoint.provider.slug,
                endpoint: health.endpoint.tag, state: reading.availability.label)
            figures.disabledReason = trouble.map { "\($0.reason.label)" }
            figures.successRatio = reading.successRate
            figures.ttftSeconds = reading.ttftMs.map { [$0.p50, $0.p75, $0.p90, $0.p99].map { $0 / 1_000 } }
            figures.throughput = reading.throughput.map { [$0.p50, $0.p75, $0.p90, $0.p99] }
            return figures
        }
    }
}
