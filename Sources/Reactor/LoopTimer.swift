import CUV

/// A one-shot timer of a loop, armed as often as needed. Confined to its loop.
///
/// A timer does not keep its loop running. Arm it lazily: compare a stored deadline when it fires and arm it again,
/// rather than once per event (an armed timer costs a heap operation each time).
package final class LoopTimer: @unchecked Sendable {
    private final class Handle: HandleOwner, @unchecked Sendable {
        unowned(unsafe) var timer: LoopTimer?
    }

    private let handle: Handle
    private let action: () -> Void
    private unowned let loop: EventLoop
    /// The loop time at which the timer fires, or nil.
    package private(set) var deadline: UInt64?

    package init(_ loop: EventLoop, _ action: @escaping () -> Void) {
        self.loop = loop
        self.action = action
        handle = Handle()
        let memory = UnsafeMutablePointer<uv_timer_t>.allocate(capacity: 1)
        uv_timer_init(loop.uv, memory)
        handle.own(memory)
        uv_unref(handle.handle)
        handle.timer = self
    }

    deinit {
        handle.timer = nil
        handle.closeHandle()
    }

    private var uv: UnsafeMutablePointer<uv_timer_t> {
        UnsafeMutableRawPointer(handle.handle).assumingMemoryBound(to: uv_timer_t.self)
    }

    /// Fires once, `milliseconds` from now; replaces an earlier arming.
    package func arm(afterMs milliseconds: UInt64) {
        if handle.isClosed { return }
        deadline = loop.now + milliseconds
        uv_timer_start(
            uv,
            { uv in
                let handle = UnsafeMutableRawPointer(uv!).assumingMemoryBound(to: uv_handle_t.self)
                let owner = HandleOwner.of(handle) as! Handle
                guard let timer = owner.timer else { return }
                timer.deadline = nil
                timer.action()
            }, milliseconds, 0)
    }

    /// Makes sure that the timer fires no later than `deadline` (loop milliseconds); does nothing if it already will.
    package func arm(noLaterThan deadline: UInt64) {
        if let current = self.deadline, current <= deadline { return }
        arm(afterMs: deadline > loop.now ? deadline - loop.now : 0)
    }

    package func disarm() {
        if deadline == nil || handle.isClosed { return }
        deadline = nil
        uv_timer_stop(uv)
    }
}

extension EventLoop {
    /// Suspends the calling task, which must run on this loop.
    package func sleep(ms milliseconds: UInt64) async {
        let waiter = Waiter()
        let timer = LoopTimer(self) { waiter.resume() }
        timer.arm(afterMs: milliseconds)
        await waiter.wait()
        timer.disarm()
    }
}
