/// Decides whether a loop takes a new request, by how long requests wait before they are seen.
///
/// The signal is the wait of a request between the kernel and its handler: it is what overload makes grow, whatever the
/// overload is made of, and it is known without measuring anything beside the clock. A request that waited longer than
/// `lateNs` is late.
///
/// An open gate takes everything. It closes when most requests of a window were late, and either they were more than a
/// burst has, or it was the same in the window before (on a machine that is too slow to see so many). A burst also makes
/// requests late, and is worked off.
///
/// A closed gate takes a request whenever a call has ended, so that no more than `limit` are at hand: most of the work
/// of a call comes after it was accepted, which is why lateness alone would let too many in and then none. The limit
/// keeps the least wait of an interval near `targetNs`; CoDel takes the least too (RFC 8289), because that is the queue
/// that stands, without the bursts. A window in which nothing was refused opens the gate.
///
/// Left out on purpose: a fixed count of calls, because a thousand slow streams are no load; the processor's use,
/// because a full one is what was paid for.
package struct OverloadGate {
    package struct Limits: Sendable {
        /// A request that waited longer is late. Its answer waits about as long again, a few times.
        package var lateNs: UInt64 = 25_000_000
        /// What a closed gate lets requests wait.
        package var targetNs: UInt64 = 8_000_000
        /// The span over which late requests are counted.
        package var windowNs: UInt64 = 1_000_000_000
        /// Late requests in one window that may yet be a burst, of clients that start together.
        package var burstRequests = 2_048
        /// Fewer late requests in a window mean nothing, however few others there were.
        package var fewRequests = 32
        /// With fewer calls than this at hand nobody can have waited long for the others.
        package var fewCalls = 16
        /// How often the limit of a closed gate is set anew.
        package var intervalNs: UInt64 = 100_000_000

        package init() {}
    }

    private let limits: Limits
    /// How many calls may be at hand; nil while the gate is open.
    package private(set) var limit: Int?
    private var late = 0
    private var timely = 0
    private var refused = 0
    private var wasMostlyLate = false
    private var windowEnd: UInt64 = 0
    private var leastWait = UInt64.max
    private var intervalEnd: UInt64 = 0

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether a request may go on; the others get 503 at once.
    ///
    /// - Parameters:
    ///   - waitedNs: how long it may have waited until now.
    ///   - activeCalls: requests that were accepted and are not answered yet.
    package mutating func admits(waitedNs: UInt64, activeCalls: Int, nowNs: UInt64) -> Bool {
        if nowNs >= windowEnd { startWindow(activeCalls, nowNs) }
        if waitedNs > limits.lateNs, activeCalls >= limits.fewCalls { late += 1 } else { timely += 1 }
        leastWait = min(leastWait, waitedNs)
        if limit == nil {
            if late > limits.burstRequests, late > timely { close(activeCalls, nowNs) }
        } else if nowNs >= intervalEnd {
            adapt(activeCalls, nowNs)
        }
        guard let limit, activeCalls >= limit else { return true }
        refused += 1
        return false
    }

    private mutating func startWindow(_ activeCalls: Int, _ nowNs: UInt64) {
        let isOutdated = nowNs >= windowEnd + limits.windowNs
        let isMostlyLate = !isOutdated && late >= limits.fewRequests && late > timely
        if limit == nil {
            if isMostlyLate, wasMostlyLate { close(activeCalls, nowNs) }
        } else if refused == 0 || isOutdated {
            limit = nil
        }
        wasMostlyLate = isMostlyLate
        late = 0
        timely = 0
        refused = 0
        windowEnd = nowNs + limits.windowNs
    }

    private mutating func close(_ activeCalls: Int, _ nowNs: UInt64) {
        limit = max(activeCalls, limits.fewCalls)
        startInterval(nowNs)
    }

    /// Down by an eighth while everything waits, otherwise up by a sixteenth, or by an eighth when nothing waits, as long
    /// as the limit is made use of.
    private mutating func adapt(_ activeCalls: Int, _ nowNs: UInt64) {
        guard let current = limit else { return }
        if leastWait > limits.targetNs {
            limit = max(min(current, activeCalls) * 7 / 8, limits.fewCalls)
        } else if activeCalls > current / 2 {
            limit = current + (leastWait > limits.targetNs / 8 ? max(current / 16, 1) : max(current / 8, 4))
        }
        startInterval(nowNs)
    }

    private mutating func startInterval(_ nowNs: UInt64) {
        leastWait = .max
        intervalEnd = nowNs + limits.intervalNs
    }
}
