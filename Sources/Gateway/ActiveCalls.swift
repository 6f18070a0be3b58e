import Reactor

/// The calls running on a loop, looked at a few times a second. Confined to its loop.
///
/// One timer for all of them: a timer per call would cost more than everything it is there for.
final class ActiveCalls {
    private var calls: [CompletionCall] = []
    private var timer: LoopTimer?
    private unowned(unsafe) let loop: EventLoop

    init(loop: EventLoop) {
        self.loop = loop
    }

    var count: Int { calls.count }

    func insert(_ call: CompletionCall) {
        call.activeIndex = calls.count
        calls.append(call)
        if calls.count == 1 { arm() }
    }

    func remove(_ call: CompletionCall) {
        let last = calls.removeLast()
        if last !== call {
            calls[call.activeIndex] = last
            last.activeIndex = call.activeIndex
        }
    }

    func forEach(_ body: (CompletionCall) -> Void) {
        for call in calls { body(call) }
    }

    private func arm() {
        let timer = self.timer ?? LoopTimer(loop) { [unowned self] in tick() }
        self.timer = timer
        if timer.deadline == nil { timer.arm(afterMs: GatewayLimits.tickMs) }
    }

    private func tick() {
        let now = loop.now
        for call in calls { call.tick(now: now) }
        if !calls.isEmpty { arm() }
    }
}
