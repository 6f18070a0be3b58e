import Reactor
import Telemetry

/// Measures how late a loop is: a timer that knows when it should have fired. Confined to its loop.
final class LoopMeter: @unchecked Sendable {
    private static let periodMs: UInt64 = 100
    /// Soon, so that the figure is there from the first scrape on.
    private static let firstMs: UInt64 = 1

    private let loop: EventLoop
    private let shard: MetricShard
    private var timer: LoopTimer?
    private var expectedNs: UInt64 = 0

    init(_ loop: EventLoop, _ shard: MetricShard) {
        self.loop = loop
        self.shard = shard
        loop.execute { [self] in start() }
    }

    private func start() {
        timer = LoopTimer(loop) { [unowned self] in fired() }
        arm(afterMs: Self.firstMs)
    }

    private func arm(afterMs milliseconds: UInt64) {
        expectedNs = EventLoop.monotonicNanos() + milliseconds * 1_000_000
        timer?.arm(afterMs: milliseconds)
    }

    private func fired() {
        let now = EventLoop.monotonicNanos()
        shard.observeLoopLag(now > expectedNs ? now - expectedNs : 0)
        arm(afterMs: Self.periodMs)
    }
}
