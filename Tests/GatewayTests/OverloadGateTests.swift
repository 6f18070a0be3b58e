import Gateway
import Testing

/// The gate in front of a loop in virtual time: nothing here waits or depends on the machine.
@Suite("The gate before a loop")
struct OverloadGateTests {
    private static let seconds = 12
    /// A loop whose overload began with the first request has found its measure by then.
    private static let settled = 5

    /// Requests at even distances.
    private static func steady(_ rate: Int, from first: Int = 0, seconds: Int = seconds) -> [Int] {
        (0..<rate * seconds).map { first * 1_000_000 + $0 * 1_000_000 / rate }
    }

    private static func model(_ callCost: Int, _ refusalCost: Int, _ providerMs: Int) -> LoopModel {
        var model = LoopModel()
        model.callCost = callCost
        model.refusalCost = refusalCost
        model.providerTime = providerMs * 1000
        return model
    }

    /// The promise: at three times the capacity the 99th percentile of what is accepted is less than twice what it is
    /// at 0.9 of the capacity, the rest hears at once, and most of the capacity still serves.
    @Test(arguments: [
        (callCost: 100, refusalCost: 10, providerMs: 50), (100, 20, 50), (100, 15, 500), (1000, 150, 50),
    ])
    func atThreeTimesTheCapacityWhatIsAcceptedStaysFast(
        _ costs: (callCost: Int, refusalCost: Int, providerMs: Int)
    ) {
        var calm = Self.model(costs.callCost, costs.refusalCost, costs.providerMs)
        calm.offer(Self.steady(calm.capacity * 9 / 10))
        #expect(calm.refused.isEmpty)

        var full = Self.model(costs.callCost, costs.refusalCost, costs.providerMs)
        full.offer(Self.steady(full.capacity * 3))
        let accepted = full.accepted.from(Self.settled)
        let refused = full.refused.from(Self.settled)
        #expect(accepted.percentile(0.99) < 2 * calm.accepted.percentile(0.99))
        #expect(refused.percentile(0.99) < 100_000)
        // What is left when two thirds and more of the requests have to be refused.
        let ideal = (costs.callCost - 3 * costs.refusalCost) * full.capacity / (costs.callCost - costs.refusalCost)
        #expect(accepted.count / (Self.seconds - Self.settled) > ideal * 8 / 10)
    }

    @Test func overloadIsNoticedBeforeItsFirstSecondIsOver() throws {
        var model = LoopModel()
        model.offer(Self.steady(model.capacity * 3, seconds: 2))
        let first = try #require(model.refused.first)
        #expect(first.came + first.took < 1_000_000)
    }

    /// A machine so slow that it cannot even see as many late requests as a burst has.
    @Test func aSlowLoopNoticesOverloadWithinAFewSeconds() throws {
        var model = Self.model(10_000, 500, 50)
        model.offer(Self.steady(model.capacity * 3, seconds: 5))
        let first = try #require(model.refused.first)
        #expect(first.came + first.took < 4_000_000)
    }

    /// However slow the machine: a burst has a size, not a duration.
    @Test(arguments: [20, 100, 500])
    func twoThousandRequestsAtOnceAreABurst(_ callCost: Int) {
        var model = Self.model(callCost, 20, 50)
        model.offer([Int](repeating: 0, count: 2000))
        #expect(model.refused.isEmpty)
        #expect(model.accepted.count == 2000)
    }

    /// The machine took the loop's processor away for 100 ms, time and again; below its capacity that harms nobody.
    @Test func requestsThatCameDuringAPauseAreNotRefused() {
        var model = LoopModel()
        let rate = model.capacity * 7 / 10
        model.offer(Self.steady(rate).map { $0 % 1_000_000 < 100_000 ? $0 / 1_000_000 * 1_000_000 + 100_000 : $0 })
        #expect(model.refused.isEmpty)
    }

    /// As many callers as a benchmark has, each of which waits for its answer: full use is not overload.
    @Test func aFewCallersAtATimeAreNeverRefused() {
        var gate = OverloadGate()
        for step in 0..<10_000 {
            let isAdmitted = gate.admits(waitedNs: 500_000_000, activeCalls: 15, nowNs: UInt64(step) * 10_000_000)
            #expect(isAdmitted)
        }
    }

    @Test func theGateOpensAgainAfterTheOverload() {
        var model = LoopModel()
        model.offer(Self.steady(model.capacity * 3, seconds: 3))
        #expect(!model.isOpen)
        model.offer(Self.steady(model.capacity / 2, from: 4, seconds: 3))
        #expect(model.isOpen)
        #expect(model.refused.from(4).isEmpty)
    }
}
