import Routing

/// A request on its way.
struct SimulatedCall {
    let request: SimulatedRequest
    let plan: RoutePlan
    var sequence: AttemptSequence
    /// The position in the plan that is tried, or is going to be after a pause.
    var position = 0
    /// The leave to make the attempt; nil without one, and for policies that ask for none.
    var ticket: AttemptTicket?
    /// The provider that was tried last, and how often it was tried before.
    private var last = -1
    private var repeats = 0
    var attemptAtUs: UInt64 = 0
    var fate = SimulatedUpstream.Fate(contentUs: 0, endUs: 0)
    /// Whether the attempt counts as a probe until it is answered.
    var isWatched = false
    var hasDripped = false

    init(_ request: SimulatedRequest, _ plan: RoutePlan) {
        self.request = request
        self.plan = plan
        sequence = AttemptSequence(plan)
    }

    /// How often a provider that is tried now was tried just before.
    mutating func repeats(at provider: Int) -> Int {
        repeats = provider == last ? repeats + 1 : 0
        last = provider
        return repeats
    }
}

/// The calls that are under way, each at a number that is used again after it.
struct CallPool {
    /// By number; those of ended calls wait to be used again. No subscript of the pool's own: a view yielded by one was
    /// read after its end in optimised code under AddressSanitizer.
    var entries: ContiguousArray<SimulatedCall> = []
    private var free: ContiguousArray<Int32> = []

    mutating func add(_ call: SimulatedCall) -> Int32 {
        if let number = free.popLast() {
            entries[Int(number)] = call
            return number
        }
        entries.append(call)
        return Int32(entries.count - 1)
    }

    mutating func remove(_ number: Int32) { free.append(number) }
}
