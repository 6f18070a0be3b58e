import HTTPClient
import TestSupport
import Testing

@Suite struct PoolStateTests {
    @Test func newestIdleConnectionIsReusedFirst() {
        var pool = PoolState()
        #expect(pool.request(now: 0) == .connect(0))
        #expect(pool.request(now: 0) == .connect(1))
        #expect(pool.request(now: 0) == .connect(2))
        #expect(pool.released(1, now: 10, isReusable: true) == .keep)
        #expect(pool.released(0, now: 11, isReusable: true) == .keep)
        #expect(pool.released(2, now: 12, isReusable: true) == .keep)
        #expect(pool.idleCount == 3)
        #expect(pool.request(now: 13) == .reuse(2))
        #expect(pool.request(now: 13) == .reuse(0))
        #expect(pool.request(now: 13) == .reuse(1))
        #expect(pool.request(now: 13) == .connect(3))
    }

    @Test func idleConnectionsEndWithTheirTime() {
        var pool = PoolState()
        _ = pool.request(now: 0)
        _ = pool.request(now: 0)
        _ = pool.released(0, now: 1000, isReusable: true)
        _ = pool.released(1, now: 5000, isReusable: true)
        #expect(pool.nextExpiry == 91_000)
        #expect(pool.takeExpired(now: 90_999) == nil)
        #expect(pool.takeExpired(now: 91_000) == 0)
        #expect(pool.takeExpired(now: 91_000) == nil)
        #expect(pool.nextExpiry == 95_000)
        #expect(pool.count == 1)
    }

    @Test func connectionsLiveNoLongerThanTheirLifetime() {
        var pool = PoolState()
        _ = pool.request(now: 0)
        pool.connected(0, now: 100)
        for now in stride(from: UInt64(0), to: 300_000, by: 50_000) {
            #expect(pool.released(0, now: now + 100, isReusable: true) == .keep)
            #expect(pool.request(now: now + 101) == .reuse(0))
        }
        // In use when its time is over: closed when it is given back.
        #expect(pool.released(0, now: 300_100, isReusable: true) == .close)
        #expect(pool.closed(0, now: 300_100) == .none)
        #expect(pool.count == 0)
    }

    @Test func anIdleConnectionTooOldIsClosedAndNotLent() {
        var pool = PoolState()
        _ = pool.request(now: 0)
        _ = pool.released(0, now: 299_000, isReusable: true)
        #expect(pool.request(now: 300_000) == .closeAndAskAgain(0))
        #expect(pool.request(now: 300_000) == .connect(0))
    }

    @Test func aConnectionThatCannotBeReusedIsClosed() {
        var pool = PoolState()
        _ = pool.request(now: 0)
        #expect(pool.released(0, now: 1, isReusable: false) == .close)
        #expect(pool.closed(0, now: 1) == .none)
        #expect(pool.request(now: 2) == .connect(0))
    }

    @Test func anIdleConnectionThatDiesIsForgotten() {
        var pool = PoolState()
        _ = pool.request(now: 0)
        _ = pool.request(now: 0)
        _ = pool.released(0, now: 1, isReusable: true)
        _ = pool.released(1, now: 1, isReusable: true)
        #expect(pool.closed(1, now: 2) == .none)
        #expect(pool.request(now: 3) == .reuse(0))
        #expect(pool.request(now: 3) == .connect(1))
    }

    @Test func theOldestIdleConnectionGoesWhenThereAreTooMany() {
        var limits = PoolLimits()
        limits.idleConnections = 2
        var pool = PoolState(limits: limits)
        for _ in 0..<3 { _ = pool.request(now: 0) }
        #expect(pool.released(2, now: 1, isReusable: true) == .keep)
        #expect(pool.released(0, now: 2, isReusable: true) == .keep)
        #expect(pool.released(1, now: 3, isReusable: true) == .keepAndClose(2))
        #expect(pool.count == 2)
    }

    @Test func exchangesWaitForABoundedPool() {
        var limits = PoolLimits()
        limits.connections = 1
        limits.waitingExchanges = 2
        var pool = PoolState(limits: limits)
        #expect(pool.request(now: 0) == .connect(0))
        #expect(pool.request(now: 0) == .wait(1))
        #expect(pool.request(now: 0) == .wait(2))
        #expect(pool.request(now: 0) == .refuse)
        #expect(pool.released(0, now: 1, isReusable: true) == .handTo(1))
        #expect(pool.released(0, now: 2, isReusable: false) == .close)
        #expect(pool.closed(0, now: 2) == .connectFor(2, 0))
        #expect(pool.released(0, now: 3, isReusable: true) == .keep)
        #expect(pool.waitingCount == 0)
    }

    @Test func aWaitingExchangeMayGiveUp() {
        var limits = PoolLimits()
        limits.connections = 1
        var pool = PoolState(limits: limits)
        _ = pool.request(now: 0)
        _ = pool.request(now: 0)
        pool.cancel(1)
        #expect(pool.released(0, now: 1, isReusable: true) == .keep)
    }

    @Test func aFreshConnectionMakesRoomInAFullPool() {
        var limits = PoolLimits()
        limits.connections = 2
        var pool = PoolState(limits: limits)
        _ = pool.request(now: 0)
        _ = pool.request(now: 0)
        _ = pool.released(1, now: 1, isReusable: true)
        #expect(pool.request(now: 2, mayReuse: false) == .closeAndAskAgain(1))
        #expect(pool.request(now: 2, mayReuse: false) == .connect(1))
    }

    // MARK: The reuse that the pool is made for

    struct Traffic: Sendable, CustomTestStringConvertible {
        var answerMs: UInt64
        /// After which idle time the server closes; nil when never.
        var serverIdleMs: UInt64?
        var testDescription: String { "answers take \(answerMs) ms, server closes after \(serverIdleMs ?? 0) ms" }
    }

    /// 16 loops, 5 requests a second in all at random times to random loops, for two hours.
    @Test(arguments: [
        Traffic(answerMs: 5, serverIdleMs: nil), Traffic(answerMs: 50, serverIdleMs: 60_000),
        Traffic(answerMs: 50, serverIdleMs: 75_000), Traffic(answerMs: 300, serverIdleMs: 75_000),
        Traffic(answerMs: 1000, serverIdleMs: 75_000), Traffic(answerMs: 1000, serverIdleMs: nil),
    ])
    func atLeast95PercentOfSparseRequestsReuseAConnection(_ traffic: Traffic) {
        var random = SeededGenerator(seed: 7)
        var loops = (0..<16).map { _ in SimulatedLoop(serverIdleMs: traffic.serverIdleMs) }
        var now: Double = 0
        while now < 7_200_000 {
            // Independent callers: the gaps are exponential.
            now += -200 * logarithm(Double.random(in: 1e-9..<1, using: &random))
            let loop = Int.random(in: 0..<16, using: &random)
            loops[loop].request(now: UInt64(now), answerMs: traffic.answerMs)
        }
        let hits = loops.reduce(0) { $0 + $1.hits }
        let misses = loops.reduce(0) { $0 + $1.misses }
        let share = Double(hits) / Double(hits + misses)
        #expect(hits + misses > 30_000)
        #expect(share >= 0.95, "reuse \(share)")
        // What the share costs: connections that one loop holds open.
        #expect(loops.allSatisfy { $0.pool.count <= 10 })
    }

    private func logarithm(_ x: Double) -> Double {
        // The series of atanh, after halving x into [0.5, 1): enough here, and needs no C library.
        var (x, result) = (x, 0.0)
        while x < 0.5 {
            x *= 2
            result -= 0.693_147_180_559_945_3
        }
        let y = (x - 1) / (x + 1)
        var (power, sum) = (y, 0.0)
        for n in stride(from: 1.0, to: 30, by: 2) {
            sum += power / n
            power *= y * y
        }
        return result + 2 * sum
    }
}

/// One loop's pool in virtual time, with answers that end later and a server that closes what idles too long.
struct SimulatedLoop {
    var pool = PoolState()
    var hits = 0
    var misses = 0
    let serverIdleMs: UInt64?
    private var busy: [(end: UInt64, connection: Int)] = []
    private var idleSince: [Int: UInt64] = [:]

    init(serverIdleMs: UInt64?) {
        self.serverIdleMs = serverIdleMs
    }

    mutating func request(now: UInt64, answerMs: UInt64) {
        advance(to: now)
        while true {
            switch pool.request(now: now) {
            case .reuse(let connection):
                hits += 1
                idleSince[connection] = nil
                busy.append((now + answerMs, connection))
            case .connect(let connection):
                misses += 1
                busy.append((now + answerMs, connection))
            case .closeAndAskAgain(let connection):
                idleSince[connection] = nil
                continue
            case .wait, .refuse: Issue.record("an unbounded pool never waits")
            }
            return
        }
    }

    private mutating func advance(to now: UInt64) {
        for (end, connection) in busy.filter({ $0.end <= now }) {
            closeByServer(at: end)
            switch pool.released(connection, now: end, isReusable: true) {
            case .close: _ = pool.closed(connection, now: end)
            default: idleSince[connection] = end
            }
        }
        busy.removeAll { $0.end <= now }
        closeByServer(at: now)
        while let expired = pool.takeExpired(now: now) { idleSince[expired] = nil }
    }

    private mutating func closeByServer(at now: UInt64) {
        guard let serverIdleMs else { return }
        for (connection, since) in idleSince where since + serverIdleMs <= now {
            idleSince[connection] = nil
            _ = pool.closed(connection, now: now)
        }
    }
}
