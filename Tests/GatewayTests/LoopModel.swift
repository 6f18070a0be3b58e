import Gateway

/// A loop in virtual time: it polls, handles what the poll reported and polls again, as `EventLoop` does. A call costs
/// half of its time when it is accepted and half when its provider has answered. Times are microseconds.
struct LoopModel {
    struct Answer {
        var came: Int
        var took: Int
    }

    /// What a call costs the loop in all, and what a refusal does.
    var callCost = 100
    var refusalCost = 15
    /// The mean time of the provider; each call takes between half and one and a half of it.
    var providerTime = 50_000

    private(set) var accepted: [Answer] = []
    private(set) var refused: [Answer] = []
    private var gate = OverloadGate()
    private var random = SeededGenerator(state: 1)
    private var now = 0
    private var polledAt = 0
    /// Calls whose provider is still to answer, by the time of the answer.
    private var pending: [(ready: Int, came: Int)] = []
    private var pendingStart = 0

    var isOpen: Bool { gate.limit == nil }

    /// Requests a second that the loop can serve, when it need not refuse any.
    var capacity: Int { 1_000_000 / callCost }

    /// Offers requests at these times and runs until all are answered.
    mutating func offer(_ arrivals: [Int]) {
        var next = 0
        while next < arrivals.count || pendingStart < pending.count {
            let earliestArrival = poll(next < arrivals.count ? arrivals[next] : .max)
            let answered = takeAnswers()
            var sent: [Int] = []
            var turnedAway: [Int] = []
            while next < arrivals.count, arrivals[next] <= polledAt {
                let isAdmitted = gate.admits(
                    waitedNs: UInt64(now - earliestArrival) * 1000,
                    activeCalls: pending.count - pendingStart + sent.count, nowNs: UInt64(now) * 1000)
                now += isAdmitted ? callCost / 2 : refusalCost
                if isAdmitted { sent.append(arrivals[next]) } else { turnedAway.append(arrivals[next]) }
                next += 1
            }
            for came in sent { ask(came) }
            accepted += answered.map { Answer(came: $0, took: now - $0) }
            refused += turnedAway.map { Answer(came: $0, took: now - $0) }
        }
    }

    /// - Returns: when what this poll reports can have come at the earliest.
    private mutating func poll(_ nextArrival: Int) -> Int {
        let nextAnswer = pendingStart < pending.count ? pending[pendingStart].ready : .max
        let event = min(nextArrival, nextAnswer)
        defer { polledAt = now }
        if event <= now { return polledAt }
        now = event
        return now
    }

    private mutating func takeAnswers() -> [Int] {
        var taken: [Int] = []
        while pendingStart < pending.count, pending[pendingStart].ready <= polledAt {
            now += callCost / 2
            taken.append(pending[pendingStart].came)
            pendingStart += 1
        }
        return taken
    }

    private mutating func ask(_ came: Int) {
        let ready = now + providerTime / 2 + Int.random(in: 0...providerTime, using: &random)
        var index = pending.count
        while index > pendingStart, pending[index - 1].ready > ready { index -= 1 }
        pending.insert((ready, came), at: index)
    }
}

/// The same numbers in every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 31)
    }
}

extension [LoopModel.Answer] {
    /// Those that came from this second on.
    func from(_ second: Int) -> [LoopModel.Answer] { filter { $0.came >= second * 1_000_000 } }

    /// Microseconds that this share of the answers took at most.
    func percentile(_ share: Double) -> Int {
        let ordered = map(\.took).sorted()
        return ordered.isEmpty ? 0 : ordered[Swift.min(Int(Double(ordered.count) * share), ordered.count - 1)]
    }
}
