import Foundation
import Testing

/// Random schedules, each step compared with the model: never above a limit, the ledger's sum is what was charged to the
/// nano-dollar, nothing held at the end.
///
/// `MARTLET_LEDGER_STEPS` asks for more steps than the two million that run by default.
@Suite struct LedgerProofTests {
    static let workers = 4
    static let stepsPerSchedule = 1000

    static var schedulesPerWorker: Int {
        let steps = ProcessInfo.processInfo.environment["MARTLET_LEDGER_STEPS"].flatMap { Int($0) } ?? 2_000_000
        return (steps + workers * stepsPerSchedule - 1) / (workers * stepsPerSchedule)
    }

    @Test(arguments: 0..<workers)
    func schedulesKeepLimitsAndSums(_ worker: Int) {
        let calendar = PeriodTable()
        var steps = 0
        var refusals = 0
        for round in 0..<Self.schedulesPerWorker {
            var schedule = LedgerSchedule(seed: UInt64(round * Self.workers + worker), calendar: calendar)
            schedule.run(steps: Self.stepsPerSchedule)
            if schedule.hasFailed { return }
            steps += schedule.steps
            refusals += schedule.refusals
        }
        #expect(steps == Self.schedulesPerWorker * Self.stepsPerSchedule)
        // Schedules that never met a limit, or nothing but limits, would prove little.
        #expect(refusals > steps / 20 && refusals < steps / 2)
    }
}
