/// The connections of one origin on one loop as a state machine without I/O: it is told what happened and says what
/// to do. A connection is a small integer, `ConnectionID`, which is used again after its end.
///
/// Idle connections are reused newest first. So the load concentrates on few of them, those stay warm, and the surplus
/// of a burst runs into its idle timeout.
package struct PoolState {
    package typealias ConnectionID = Int
    package typealias Ticket = UInt64

    package enum RequestAction: Equatable {
        /// Send the request on this idle connection.
        case reuse(ConnectionID)
        /// Open a connection and report `connected` or `closed` for it.
        case connect(ConnectionID)
        /// An idle connection is too old: close it, no report, and ask again.
        case closeAndAskAgain(ConnectionID)
        /// All connections are in use: a later action names this ticket.
        case wait(Ticket)
        /// Too many exchanges wait already.
        case refuse
    }

    package enum ReleaseAction: Equatable {
        /// The connection is idle now.
        case keep
        /// As `keep`, and close this one, which has been idle longest; no report.
        case keepAndClose(ConnectionID)
        /// Close the connection and report `closed`.
        case close
        /// The connection goes on to the exchange that waited longest.
        case handTo(Ticket)
    }

    package enum CloseAction: Equatable {
        case none
        /// Open a connection for the exchange that waited longest.
        case connectFor(Ticket, ConnectionID)
    }

    private struct Idle {
        var connection: ConnectionID
        var since: UInt64
    }

    private let limits: PoolLimits
    /// Newest last.
    private var idle: [Idle] = []
    /// When each connection was opened, by its ID.
    private var openedAt: [UInt64] = []
    private var freeIDs: [ConnectionID] = []
    private var waiting: [Ticket] = []
    private var nextTicket: Ticket = 0

    package init(limits: PoolLimits = PoolLimits()) {
        self.limits = limits
    }

    /// Connections that exist or are being opened.
    package var count: Int { openedAt.count - freeIDs.count }
    package var idleCount: Int { idle.count }
    package var waitingCount: Int { waiting.count }

    /// An exchange wants a connection.
    ///
    /// - Parameter mayReuse: false when the exchange must have a fresh one, after a reused one failed.
    package mutating func request(now: UInt64, mayReuse: Bool = true) -> RequestAction {
        if mayReuse, let newest = idle.popLast() {
            if isTooOld(newest, now) {
                freeIDs.append(newest.connection)
                return .closeAndAskAgain(newest.connection)
            }
            return .reuse(newest.connection)
        }
        if let limit = limits.connections, count >= limit {
            if !mayReuse, let oldest = idle.first {
                idle.removeFirst()
                freeIDs.append(oldest.connection)
                return .closeAndAskAgain(oldest.connection)
            }
            guard waiting.count < limits.waitingExchanges else { return .refuse }
            nextTicket += 1
            waiting.append(nextTicket)
            return .wait(nextTicket)
        }
        return .connect(open(now))
    }

    /// A waiting exchange gave up.
    package mutating func cancel(_ ticket: Ticket) {
        waiting.removeAll { $0 == ticket }
    }

    /// A connection came into being: its age counts from here.
    package mutating func connected(_ connection: ConnectionID, now: UInt64) {
        openedAt[connection] = now
    }

    /// An exchange is done with its connection.
    package mutating func released(_ connection: ConnectionID, now: UInt64, isReusable: Bool) -> ReleaseAction {
        guard isReusable, now - openedAt[connection] < limits.lifetimeMs else { return .close }
        if !waiting.isEmpty { return .handTo(waiting.removeFirst()) }
        idle.append(Idle(connection: connection, since: now))
        guard idle.count > limits.idleConnections else { return .keep }
        let oldest = idle.removeFirst().connection
        freeIDs.append(oldest)
        return .keepAndClose(oldest)
    }

    /// A connection is gone, or could not be opened.
    package mutating func closed(_ connection: ConnectionID, now: UInt64) -> CloseAction {
        if let index = idle.lastIndex(where: { $0.connection == connection }) { idle.remove(at: index) }
        freeIDs.append(connection)
        guard !waiting.isEmpty else { return .none }
        return .connectFor(waiting.removeFirst(), open(now))
    }

    /// The next idle connection whose time is over, to be closed without a report; nil when there is none.
    package mutating func takeExpired(now: UInt64) -> ConnectionID? {
        guard let index = idle.firstIndex(where: { expiry($0) <= now }) else { return nil }
        let connection = idle.remove(at: index).connection
        freeIDs.append(connection)
        return connection
    }

    /// When the next idle connection's time is over.
    package var nextExpiry: UInt64? { idle.lazy.map { expiry($0) }.min() }

    private func isTooOld(_ entry: Idle, _ now: UInt64) -> Bool { expiry(entry) <= now }

    private func expiry(_ entry: Idle) -> UInt64 {
        min(entry.since + limits.idleMs, openedAt[entry.connection] + limits.lifetimeMs)
    }

    private mutating func open(_ now: UInt64) -> ConnectionID {
        if let free = freeIDs.popLast() {
            openedAt[free] = now
            return free
        }
        openedAt.append(now)
        return openedAt.count - 1
    }
}
