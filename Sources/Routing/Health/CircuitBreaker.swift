/// Whether an endpoint gets requests: all, none but a probe, or a share that grows.
///
/// Signals. Hard failures in a row find an endpoint that is down after a handful of requests, whatever its traffic was
/// before. Where many requests come, the row must be longer: it takes no more time then, and one that fails some of its
/// requests is not taken for one that is down. The share of successes within half a minute finds one that fails every
/// other request and never five times in a row; rate limits count there, since an endpoint that answers mostly 429 is of
/// no use either. Either alone misses what the other finds.
///
/// Recovery. An open breaker lets one request through after a pause: the probe, claimed by whoever comes first. Each
/// probe that fails doubles the pause. Two that succeed, one after the other, let traffic back in steps, each with twice
/// the starts of the one before, so that an endpoint that has just come up is not met by everybody at once; failures in
/// that time open it again. What was under way before a change of state has no say after it. The same steps follow the
/// pause of an endpoint that answered one rate limit after the other and never said when to come back.
///
/// Left out on purpose: latency (slow is not down; scores see to it) and failures that the request itself caused.
///
/// A value of one word, so that a class of atomics can exchange it whole; the transitions are pure.
struct CircuitBreaker: Equatable {
    enum Phase: UInt64 {
        case closed, open, ramping
    }

    /// What a request meets.
    enum State: Equatable {
        case closed
        /// Requests may start at this rate per step.
        case ramping(startsMax: UInt64)
        case open(untilMs: UInt64)
        /// Open, and a probe may be claimed.
        case probing
    }

    /// How an attempt came to be, which decides what its end means.
    enum Entry: UInt8 {
        case normal, probe
        /// Tried although the breaker was open, since nothing better was left.
        case lastResort
    }

    /// Bits: 0-1 phase, 2 whether a probe is under way, 3-7 level of the pause, 8-15 failures in a row or probes that
    /// succeeded, 16-63 a time: the next probe, the start of the ramp, or the closing.
    private(set) var word: UInt64

    init(word: UInt64 = 0) {
        self.word = word
    }

    private init(_ phase: Phase, level: UInt64, count: UInt64 = 0, atMs time: UInt64, isProbed: Bool = false) {
        word = phase.rawValue | (isProbed ? 4 : 0) | min(level, 31) << 3 | min(count, 255) << 8 | time << 16
    }

    var phase: Phase { Phase(rawValue: word & 3) ?? .closed }
    var isProbed: Bool { word & 4 != 0 }
    var level: UInt64 { word >> 3 & 31 }
    private var count: UInt64 { word >> 8 & 255 }
    /// Whether hard failures are counted, of which no success has come after.
    var hasRow: Bool { phase != .open && count > 0 }
    /// See `word`.
    var timeMs: UInt64 { word >> 16 }

    func state(nowMs: UInt64) -> State {
        switch phase {
        case .closed: return .closed
        case .open: return nowMs < timeMs ? .open(untilMs: timeMs) : .probing
        case .ramping:
            let step = nowMs < timeMs ? 0 : (nowMs - timeMs) / HealthLimits.rampStepMs
            return step >= HealthLimits.rampSteps ? .closed : .ramping(startsMax: 2 << step)
        }
    }

    /// When the next step of a ramp begins.
    func nextStepMs(nowMs: UInt64) -> UInt64 {
        nowMs < timeMs ? timeMs : nowMs + HealthLimits.rampStepMs - (nowMs - timeMs) % HealthLimits.rampStepMs
    }

    // MARK: Transitions

    /// The breaker with its probe claimed; nil where there is none to claim.
    func probed(nowMs: UInt64) -> CircuitBreaker? {
        guard phase == .open, nowMs >= timeMs else { return nil }
        return CircuitBreaker(
            .open, level: level, count: count, atMs: nowMs + HealthLimits.probeLeaseMs, isProbed: true)
    }

    /// The breaker after a probe that came to no verdict: the next request may try.
    func released(nowMs: UInt64) -> CircuitBreaker {
        guard phase == .open, isProbed else { return self }
        return CircuitBreaker(.open, level: level, count: count, atMs: nowMs)
    }

    /// The breaker of an endpoint that is left alone until then: traffic comes back in steps, as nobody knows whether it is
    /// well again.
    func cooled(untilMs: UInt64) -> CircuitBreaker {
        phase == .open ? self : CircuitBreaker(.ramping, level: level, count: count, atMs: untilMs)
    }

    func succeeded(_ entry: Entry, beganMs: UInt64, nowMs: UInt64) -> CircuitBreaker {
        switch phase {
        case .closed:
            return count == 0 ? self : CircuitBreaker(.closed, level: level, atMs: timeMs)
        case .ramping:
            // Better than was thought: the steps begin now.
            if nowMs < timeMs { return entry == .lastResort ? cooled(untilMs: nowMs) : self }
            if case .closed = state(nowMs: nowMs) { return CircuitBreaker(.closed, level: level, atMs: nowMs) }
            return count == 0 ? self : CircuitBreaker(.ramping, level: level, atMs: timeMs)
        case .open:
            if entry == .normal { return self }
            if count + 1 >= UInt64(HealthLimits.probeSuccesses) {
                return CircuitBreaker(.ramping, level: level, atMs: nowMs)
            }
            return CircuitBreaker(.open, level: level, count: count + 1, atMs: nowMs)
        }
    }

    /// - Parameters:
    ///   - isHard: whether the failure counts in a row.
    ///   - rowMax: how many in a row open it.
    ///   - isRateLow: whether the share of successes is too small.
    func failed(
        _ entry: Entry, isHard: Bool, rowMax: Int, isRateLow: Bool, beganMs: UInt64, nowMs: UInt64, random: UInt64
    ) -> CircuitBreaker {
        switch phase {
        case .closed, .ramping:
            if beganMs < timeMs { return self }
            let isRamping = phase == .ramping
            let count = count + (isHard ? 1 : 0)
            let limit = isRamping ? HealthLimits.failuresInRowRamping : rowMax
            if count >= UInt64(limit) || isRateLow { return opened(nowMs: nowMs, random: random) }
            return CircuitBreaker(phase, level: level, count: count, atMs: timeMs)
        case .open:
            guard entry == .probe else { return self }
            return CircuitBreaker(
                .open, level: min(level + 1, 31), atMs: nowMs + Self.pauseMs(level: level + 1, random: random))
        }
    }

    /// An endpoint that has been well for long starts with the first pause.
    private func opened(nowMs: UInt64, random: UInt64) -> CircuitBreaker {
        let wasOpenLately = timeMs != 0 && nowMs < timeMs + HealthLimits.backoffMemoryMs
        let level = wasOpenLately ? min(level + 1, 31) : 0
        return CircuitBreaker(.open, level: level, atMs: nowMs + Self.pauseMs(level: level, random: random))
    }

    /// Doubles with the level, up to the longest, and is spread so that nobody returns in step.
    static func pauseMs(level: UInt64, random: UInt64) -> UInt64 {
        let pause = min(HealthLimits.backoffMs << min(level, 16), HealthLimits.backoffMsMax)
        let spread = pause * HealthLimits.jitterPercent / 100
        return pause - spread + random % (2 * spread + 1)
    }

    /// The same state with another time, and without the probe that nobody ends any more.
    func moved(toMs time: UInt64) -> CircuitBreaker {
        CircuitBreaker(phase, level: level, count: count, atMs: time)
    }
}
