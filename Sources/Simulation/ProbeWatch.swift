/// Counts who waits at once for an answer of one provider that is down or has just come back.
///
/// The first seconds of an outage do not count, for nobody can know of it yet; the first second after the first answer
/// does: a router that then sends everything at once meets a provider that has only just started.
struct ProbeWatch {
    private var times: [Range<UInt64>]
    private var waiting = 0
    /// When the watch over the present outage ends; nil until something was answered after it.
    private var closesAtUs: UInt64?
    private(set) var most = 0

    /// - Parameter deadTimes: in order.
    init(_ deadTimes: [Range<UInt64>]) {
        times = deadTimes.filter { $0.upperBound - $0.lowerBound > SimulationLimits.noticeUs }.reversed()
    }

    /// Whether an attempt that begins now counts; it then ends with `ended`.
    mutating func began(nowUs: UInt64) -> Bool {
        while times.count > 1, times[times.count - 2].lowerBound + SimulationLimits.noticeUs <= nowUs {
            times.removeLast()
            closesAtUs = nil
        }
        guard let time = times.last, nowUs >= time.lowerBound + SimulationLimits.noticeUs else { return false }
        if let closesAtUs, nowUs >= closesAtUs { return false }
        waiting += 1
        most = max(most, waiting)
        return true
    }

    mutating func ended(isAnswered: Bool, nowUs: UInt64) {
        waiting -= 1
        if isAnswered, closesAtUs == nil, let time = times.last, nowUs >= time.upperBound {
            closesAtUs = nowUs + SimulationLimits.returnUs
        }
    }
}
