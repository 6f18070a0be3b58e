/// How long it takes until a provider has its usual traffic again after an event.
///
/// Usual is its share of the answers in calm times: outside of all events and of the minute after each. It is back in
/// the first second from which on, over a few seconds, it has four fifths of that.
struct RecoveryMeasure {
    private let providers: [SimulatedProvider]
    private let count: Int
    private let seconds: Int
    private let perSecond: [UInt32]
    private let rate: Double
    /// By second: whether no event is on, or was in the minute before.
    private var isCalm: [Bool]

    init(_ scenario: Scenario, _ perSecond: [UInt32]) {
        providers = scenario.providers
        count = scenario.providers.count
        seconds = perSecond.count / max(1, count)
        self.perSecond = perSecond
        rate = scenario.rate
        isCalm = [Bool](repeating: true, count: seconds)
        isCalm = Self.calm(providers.flatMap(\.events), seconds)
    }

    private static func calm(_ events: [ScenarioEvent], _ seconds: Int) -> [Bool] {
        var isCalm = [Bool](repeating: true, count: seconds)
        for event in events {
            let start = min(Int(event.atMs / 1_000), seconds)
            let end = Int((event.endMs + 999) / 1_000 + SimulationLimits.settlingSeconds)
            for second in start..<max(start, min(end, seconds)) { isCalm[second] = false }
        }
        return isCalm
    }

    /// In milliseconds; nil where no event can be judged.
    var longestMs: UInt64? {
        var longest: UInt64?
        for index in providers.indices where !providers[index].events.isEmpty {
            let usual = usualShare(of: index)
            for event in providers[index].events {
                guard let time = recovery(of: index, after: event, usual: usual) else { continue }
                longest = max(longest ?? 0, time)
            }
        }
        return longest
    }

    private func sum(of provider: Int, _ range: Range<Int>, where isCounted: (Int) -> Bool = { _ in true }) -> (
        own: Double, all: Double
    ) {
        var (own, all) = (0.0, 0.0)
        for second in range where isCounted(second) {
            for other in 0..<count { all += Double(perSecond[second * count + other]) }
            own += Double(perSecond[second * count + provider])
        }
        return (own, all)
    }

    /// Where there never is calm, its own events alone count.
    private func usualShare(of provider: Int) -> Double {
        let isOwnCalm = isCalm.contains(true) ? isCalm : Self.calm(providers[provider].events, seconds)
        let sum = sum(of: provider, 0..<seconds) { isOwnCalm[$0] }
        return sum.all > 0 ? sum.own / sum.all : 0
    }

    private func recovery(of provider: Int, after event: ScenarioEvent, usual: Double) -> UInt64? {
        let end = Int((event.endMs + 999) / 1_000)
        let following = providers[provider].events.filter { $0.endMs > event.endMs }.map { Int($0.atMs / 1_000) }
        let limit = min(seconds, following.min() ?? seconds)
        if usual < SimulationLimits.usualShare {
            return end + SimulationLimits.backSeconds.lowerBound <= limit ? 0 : nil
        }
        let wanted = Int((SimulationLimits.backSample / (rate * usual)).rounded(.up))
        let window = min(
            max(wanted, SimulationLimits.backSeconds.lowerBound), SimulationLimits.backSeconds.upperBound)
        guard end + window <= limit else { return nil }
        for start in end...(limit - window) {
            let sum = sum(of: provider, start..<start + window)
            if sum.all > 0, sum.own / sum.all >= SimulationLimits.backShare * usual {
                return UInt64(start - end) * 1_000
            }
        }
        return UInt64(limit - end) * 1_000
    }
}
