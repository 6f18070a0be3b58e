import Accounting
import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

/// Real threads on the same budgets: never above a limit, sums exact, nothing held at the end, and nobody refused who
/// would have fitted.
@Suite(.serialized) struct LedgerStressTests {
    static let threads = 4

    static var rounds: Int {
        ProcessInfo.processInfo.environment["MARTLET_LEDGER_ROUNDS"].flatMap { Int($0) } ?? 1
    }

    /// What one thread charged, by key and day.
    private struct Charges {
        var byKeyAndDay = [[Int64]](repeating: [Int64](repeating: 0, count: 40), count: 3)
    }

    private func onThreads(_ body: @escaping @Sendable (Int) -> Void) {
        let ended = (0..<Self.threads).map { _ in DispatchSemaphore(value: 0) }
        for (number, semaphore) in ended.enumerated() {
            Thread {
                body(number)
                semaphore.signal()
            }.start()
        }
        for semaphore in ended { semaphore.wait() }
    }

    @Test func limitsHoldAndSumsAreExactOnManyThreads() {
        for round in 0..<(20 * Self.rounds) { mix(seed: UInt64(round)) }
    }

    /// Three keys of one workspace, limits of all kinds, a clock that every thread sees elsewhere.
    private func mix(seed: UInt64) {
        let thousand = Credits(nanos: 1000)
        let workspace = makeBudget(.workspace, BudgetLimits(weekly: Credits(nanos: 4000), daily: thousand))
        let account = makeBudget(.account, BudgetLimits(lifetime: Credits(nanos: 40_000), monthly: nil))
        let chains = (0..<3).map { _ in
            BudgetChain(
                key: makeBudget(.key, BudgetLimits(monthly: Credits(nanos: 9000), daily: Credits(nanos: 700))),
                workspace: workspace, account: account)
        }
        let charges = Mutex([Charges]())
        let faults = Atomic<Int>(0)
        onThreads { thread in
            var generator = SeededGenerator(seed: seed &* 64 &+ UInt64(thread))
            var own = Charges()
            var open: [(box: HoldBox, key: Int, day: Int)] = []
            for step in 0..<1500 {
                let key = Int(generator.next() % 3)
                let day = min(39, step / 40 + Int(generator.next() % 3))
                let atMs = saturdayMs + Int64(day) * dayMs
                let amount = Credits(nanos: Int64(generator.next() % 200))
                do throws(HoldRefusal) {
                    open.append((HoldBox(try chains[key].hold(amount, atMs: atMs)), key, day))
                    if step % 4 == 0 { try open.last?.box.hold?.grow(to: amount + amount) }
                } catch {
                    // Refusals are part of it.
                }
                for budget in [chains[key].key, workspace, account]
                where (budget.left(atMs: atMs) ?? .zero) < .zero {
                    faults.wrappingAdd(1, ordering: .relaxed)
                }
                while open.count > Int(generator.next() % 6) {
                    let (box, key, day) = open.removeFirst()
                    guard let hold = box.hold.take() else { continue }
                    let charge = Int64(generator.next() % UInt64(hold.amount.nanos + 1))
                    if generator.next() % 4 == 0 {
                        hold.release()
                    } else {
                        hold.settle(Credits(nanos: charge))
                        own.byKeyAndDay[key][day] += charge
                    }
                }
            }
            charges.withLock { $0.append(own) }
        }
        #expect(faults.load(ordering: .relaxed) == 0)
        check(charges.withLock { $0 }, chains)
    }

    /// Every window has the sum of what the threads charged, and nothing held.
    private func check(_ charges: [Charges], _ chains: [BudgetChain]) {
        var total = Int64(0)
        for (key, chain) in chains.enumerated() {
            var lifetime = Int64(0)
            for day in 0..<40 {
                let sum = charges.reduce(Int64(0)) { $0 + $1.byKeyAndDay[key][day] }
                let atMs = saturdayMs + Int64(day) * dayMs
                #expect(chain.key.spent(atMs: atMs).daily.nanos == sum)
                #expect(chain.key.left(.daily, atMs: atMs)?.nanos == 700 - sum)
                lifetime += sum
            }
            #expect(chain.key.spent(atMs: saturdayMs).lifetime.nanos == lifetime)
            total += lifetime
        }
        #expect(chains[0].account.spent(atMs: saturdayMs).lifetime.nanos == total)
        #expect(chains[0].account.left(atMs: saturdayMs)?.nanos == 40_000 - total)
        #expect(chains[0].workspace.spent(atMs: saturdayMs).lifetime.nanos == total)
        #expect(total > 0)
    }

    /// All threads together get exactly what the limit has, not one more and not one fewer.
    @Test func exactlyTheLimitIsGiven() {
        for round in 0..<(60 * Self.rounds) {
            let limit = 1000 + Int64(round % 7)
            let chain = makeChain(account: BudgetLimits(daily: Credits(nanos: limit)))
            let given = Atomic<Int64>(0)
            onThreads { _ in
                while true {
                    do throws(HoldRefusal) {
                        try chain.hold(Credits(nanos: 7), atMs: saturdayMs).settle(Credits(nanos: 7))
                        given.wrappingAdd(7, ordering: .relaxed)
                    } catch {
                        return
                    }
                }
            }
            #expect(given.load(ordering: .relaxed) == limit / 7 * 7)
            #expect(chain.key.spent(atMs: saturdayMs).lifetime.nanos == limit / 7 * 7)
        }
    }

    /// One that fits is served, although others that do not fit take room in the workspace before the account refuses
    /// them.
    @Test func nobodyIsRefusedForRoomThatIsAboutToBeGivenBack() {
        let chain = makeChain(
            workspace: BudgetLimits(monthly: Credits(nanos: 1005)), account: BudgetLimits(monthly: Credits(nanos: 500)))
        let wrong = Atomic<Int>(0)
        let steps = 60_000 * Self.rounds
        onThreads { thread in
            for _ in 0..<steps {
                do throws(HoldRefusal) {
                    if thread % 2 == 0 {
                        try chain.hold(Credits(nanos: 10), atMs: saturdayMs).release()
                    } else {
                        try chain.hold(Credits(nanos: 1000), atMs: saturdayMs).release()
                        wrong.wrappingAdd(1, ordering: .relaxed)
                    }
                } catch {
                    if thread % 2 == 0 { wrong.wrappingAdd(1, ordering: .relaxed) }
                }
            }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
        #expect(chain.workspace.left(atMs: saturdayMs) == Credits(nanos: 1005))
    }

    /// Threads that meet the same new days at once make each of them, and its week and month, once.
    @Test func newPeriodsAreMadeOnce() {
        for round in 0..<(60 * Self.rounds) {
            let chain = makeChain()
            let arrived = Atomic<Int>(0)
            onThreads { thread in
                arrived.wrappingAdd(1, ordering: .acquiringAndReleasing)
                while arrived.load(ordering: .acquiring) < Self.threads { sched_yield() }
                for step in 0..<40 {
                    // Some forward, some backward, some in jumps, so that days are put between others.
                    let day = [step, 39 - step, step * 7 % 40, step * 13 % 40][(thread + round) % 4]
                    chain.charge(Credits(nanos: 1), atMs: saturdayMs + Int64(day) * dayMs)
                }
            }
            for day in Int64(0)..<40 {
                let spent = chain.key.spent(atMs: saturdayMs + day * dayMs)
                if spent.daily.nanos != Int64(Self.threads) { Issue.record("\(spent) on day \(day)") }
            }
            // Monday 2026-11-23, December and the lifetime.
            #expect(chain.key.spent(atMs: saturdayMs + 3 * dayMs).weekly.nanos == Int64(7 * Self.threads))
            #expect(chain.key.spent(atMs: saturdayMs + 20 * dayMs).monthly.nanos == Int64(30 * Self.threads))
            #expect(chain.account.spent(atMs: saturdayMs).lifetime.nanos == Int64(40 * Self.threads))
        }
    }
}
