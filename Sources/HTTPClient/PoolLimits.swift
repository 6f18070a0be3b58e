/// How many connections to one origin a loop keeps, and for how long.
package struct PoolLimits: Sendable, Equatable {
    /// Idle connections; beyond it the one that has been idle longest is closed.
    package var idleConnections = 1_024
    /// Connections in all; nil means no bound.
    package var connections: Int?
    /// Exchanges that may wait for a connection when `connections` are in use; beyond it they fail at once.
    package var waitingExchanges = 1024
    /// An idle connection is closed after this. Servers close theirs after 60 to 75 s as a rule, which is noticed at
    /// once; middleboxes forget connections silently after 240 s and more, which is not.
    package var idleMs: UInt64 = 90_000
    /// A connection carries no new request after this, so that address changes and load balancing reach us.
    package var lifetimeMs: UInt64 = 300_000

    package init() {}
}
