import Buffers
import HTTPWire
import Reactor

/// What an exchange needs that is worth keeping for the next one: buffers, a timer, a place to wait.
/// Confined to its loop.
final class ExchangeParts {
    let waiter = Waiter()
    let timer: LoopTimer
    unowned(unsafe) var exchange: ClientExchange?
    var request = ByteBuffer()
    var headBuffer = ByteBuffer()
    var body = ByteBuffer()
    var head = ResponseHead()

    init(_ loop: EventLoop) {
        let target = TimerTarget()
        timer = LoopTimer(loop) { target.parts?.exchange?.timerFired() }
        target.parts = self
    }

    deinit {
        timer.disarm()
    }

    /// Empties the buffers and gives large ones back.
    func recycle() {
        exchange = nil
        waiter.reset()
        Self.recycle(&request)
        Self.recycle(&headBuffer)
        Self.recycle(&body)
    }

    private static func recycle(_ buffer: inout ByteBuffer) {
        buffer.clear()
        if buffer.capacity > HTTPClientLimits.keptBufferBytes { buffer.releaseStorage() }
    }
}

/// Lets the timer's closure exist before the object that it calls.
private final class TimerTarget {
    unowned(unsafe) var parts: ExchangeParts?
}
