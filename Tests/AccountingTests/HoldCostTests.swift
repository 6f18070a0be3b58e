import Accounting
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the operations of a request cost; the figures are printed.
@Suite struct HoldCostTests {
    private func cpuNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The thread's processor time per call in the best of several runs: what else runs on the machine does not count.
    private func cost(_ body: () -> Void) -> Double {
        var best = Double.infinity
        for _ in 0..<10 {
            let start = cpuNanoseconds()
            for _ in 0..<2000 { body() }
            best = min(best, Double(cpuNanoseconds() - start) / 2000)
        }
        return best
    }

    /// At most two microseconds each, with every limit set.
    @Test func holdingChargingAndBoundingAreCheap() throws {
        let million = dollars("1000000")
        let limits = BudgetLimits(lifetime: million, monthly: million, weekly: million, daily: million)
        let chain = makeChain(key: limits, workspace: limits, account: limits)
        let sheet = try PriceSheet(texts: [
            .prompt: "0.000003", .completion: "0.000015", .inputCacheRead: "0.0000003",
            .inputCacheWrite: "0.00000375", .inputCacheWrite1h: "0.000006",
        ])
        var size = RequestSize()
        size.textBytes = 4000
        size.maxTokens = 500
        let figures = [
            (
                "hold and settle",
                cost {
                    do throws(HoldRefusal) {
                        try chain.hold(Credits(nanos: 1000), atMs: saturdayMs).settle(Credits(nanos: 400))
                    } catch {
                        Issue.record("refused: \(error)")
                    }
                }
            ),
            ("charge", cost { chain.charge(Credits(nanos: 400), atMs: saturdayMs) }),
            (
                "bound",
                cost {
                    let bound = HoldBound(size, media: .openAI, contextLength: 128_000, completionCap: 16_384)
                    if bound.credits(sheet, at: 1_795_275_975) == .zero { Issue.record("a bound of nothing") }
                }
            ),
        ]
        for (name, nanoseconds) in figures {
            print("\(name): \(Int(nanoseconds)) ns")
            #expect(nanoseconds < 2000)
        }
    }
}
