import Reactor
import Telemetry

/// Measures how late a loop is: a timer that knows when it should have fired. Confined to its loop.
final class LoopMeter: @unchecked Sendable {
    private static let periodMs: UInt64 = 100

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
        arm()
    }

    private func arm() {
        expectedNs = EventLoop.monotonicNanos() + Self.periodMs * 1_000_000
        timer?.arm(afterMs: Self.periodMs)
    }

    private func fired() {
        let now = EventLoop.monotonicNanos()
        shard.observeLoopLag(now > expectedNs ? now - expectedNs : 0)
        arm()
    }
}
