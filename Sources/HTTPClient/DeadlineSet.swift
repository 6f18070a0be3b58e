/// The deadlines of one exchange as it goes on, without a timer: the owner keeps one timer armed no later than
/// `nextCheck` and asks `expired` when it fires. Most events only move a deadline further away, which costs a store
/// and no timer.
package struct DeadlineSet {
    package enum Expiry: Equatable, Sendable {
        case connect, firstByte, idle, total
    }

    private enum Phase {
        case connecting, waitingForHead, readingBody, over
    }

    private static let never = UInt64.max

    private let limits: ExchangeDeadlines
    private var phase = Phase.connecting
    private var totalAt: UInt64
    private var connectAt: UInt64
    private var firstByteAt = never
    private var lastActivity: UInt64
    private var isPaused = false

    package init(_ limits: ExchangeDeadlines, now: UInt64) {
        self.limits = limits
        lastActivity = now
        totalAt = Self.after(now, limits.totalMs)
        connectAt = Self.after(now, limits.connectMs)
    }

    private static func after(_ now: UInt64, _ span: UInt64?) -> UInt64 {
        guard let span else { return never }
        let (sum, overflows) = now.addingReportingOverflow(span)
        return overflows ? never : sum
    }

    /// A new connection is being opened once more: the time for it starts again.
    package mutating func reconnecting(now: UInt64) {
        phase = .connecting
        connectAt = Self.after(now, limits.connectMs)
    }

    /// The connection is there; the request goes out.
    package mutating func connected(now: UInt64) {
        phase = .waitingForHead
        if limits.mode == .streamed { firstByteAt = Self.after(now, limits.firstByteMs) }
    }

    /// The response head is complete.
    package mutating func headReceived(now: UInt64) {
        phase = .readingBody
        lastActivity = now
        if limits.mode == .plain { firstByteAt = Self.after(now, limits.firstByteMs) }
    }

    /// Body bytes arrived.
    package mutating func bodyReceived(now: UInt64) {
        lastActivity = now
        if limits.mode == .plain { firstByteAt = Self.never }
    }

    /// The caller saw the first content of a stream.
    package mutating func firstContentSeen() {
        firstByteAt = Self.never
    }

    /// Reading pauses because the consumer is slow, or goes on: silence in between is ours.
    package mutating func setPaused(_ paused: Bool, now: UInt64) {
        isPaused = paused
        lastActivity = now
    }

    /// The body is complete: nothing expires any more.
    package mutating func finish() {
        phase = .over
    }

    /// What has run out of time by now, the most telling one first.
    package func expired(now: UInt64) -> Expiry? {
        switch phase {
        case .over: return nil
        case .connecting: if connectAt <= now { return .connect }
        case .waitingForHead: if firstByteAt <= now { return .firstByte }
        case .readingBody:
            if firstByteAt <= now { return .firstByte }
            if idleAt <= now { return .idle }
        }
        return totalAt <= now ? .total : nil
    }

    /// The earliest time at which something may expire; nil when nothing will.
    package var nextCheck: UInt64? {
        let earliest =
            switch phase {
            case .over: Self.never
            case .connecting: min(totalAt, connectAt)
            case .waitingForHead: min(totalAt, firstByteAt)
            case .readingBody: min(totalAt, firstByteAt, idleAt)
            }
        return earliest == Self.never ? nil : earliest
    }

    private var idleAt: UInt64 { isPaused ? Self.never : Self.after(lastActivity, limits.idleMs) }
}
