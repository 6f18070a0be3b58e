import Completions
import Synchronization

/// What attempts came to in a rolling window: how they ended by class, time to first content, throughput.
///
/// A ring of slots, each a stretch of time. Who comes first in a new stretch empties its slot; a count that another
/// loop adds in that moment may be lost, which a statistic can bear. Counts stop at the largest number they hold.
struct PerformanceWindow<let slots: Int>: ~Copyable, Sendable {
    struct Slot: ~Copyable, Sendable {
        /// The number of the stretch, from 1 on.
        let epoch = Atomic<UInt64>(0)
        /// Successes, then failures by the raw value of their class.
        let outcomes = InlineArray<24, Atomic<UInt16>> { _ in Atomic(0) }
        let ttft = InlineArray<64, Atomic<UInt16>> { _ in Atomic(0) }
        let throughput = InlineArray<64, Atomic<UInt16>> { _ in Atomic(0) }
        /// Answers that call tools: those whose calls are good, then those with a broken one.
        let toolCalls = InlineArray<2, Atomic<UInt16>> { _ in Atomic(0) }
    }

    /// What one window holds in sum.
    struct Sum {
        var ttft = ValueScale.Counts(repeating: 0)
        var throughput = ValueScale.Counts(repeating: 0)
    }

    private let slotMs: UInt64
    private let ring = InlineArray<slots, Slot> { _ in Slot() }

    init(slotMs: UInt64) {
        self.slotMs = slotMs
    }

    /// Begins behind a whole ring, so that what is restored has a place on a clock that has just started.
    private func epoch(_ nowMs: UInt64) -> UInt64 { nowMs / slotMs + 1 + UInt64(slots) }

    /// - Parameters:
    ///   - outcome: an index of `Slot.outcomes`.
    ///   - ttft: a bucket; nil for no sample, as with `throughput`.
    func add(outcome: Int, ttft: Int?, throughput: Int?, nowMs: UInt64) {
        let index = slot(nowMs)
        Self.count(ring[index].outcomes[outcome])
        if let ttft { Self.count(ring[index].ttft[ttft]) }
        if let throughput { Self.count(ring[index].throughput[throughput]) }
    }

    func addToolCalls(isGood: Bool, nowMs: UInt64) {
        Self.count(ring[slot(nowMs)].toolCalls[isGood ? 0 : 1])
    }

    /// The slot of the stretch at hand, emptied by whoever comes first in it.
    private func slot(_ nowMs: UInt64) -> Int {
        let epoch = epoch(nowMs)
        let index = Int(epoch % UInt64(slots))
        let known = ring[index].epoch.load(ordering: .relaxed)
        if known < epoch,
            ring[index].epoch.compareExchange(expected: known, desired: epoch, ordering: .relaxed).exchanged
        {
            empty(index)
        }
        return index
    }

    private static func count(_ cell: borrowing Atomic<UInt16>) {
        if cell.load(ordering: .relaxed) < 0xff00 { cell.wrappingAdd(1, ordering: .relaxed) }
    }

    private func empty(_ index: Int) {
        for cell in 0..<24 { ring[index].outcomes[cell].store(0, ordering: .relaxed) }
        for cell in 0..<64 {
            ring[index].ttft[cell].store(0, ordering: .relaxed)
            ring[index].throughput[cell].store(0, ordering: .relaxed)
        }
        for cell in 0..<2 { ring[index].toolCalls[cell].store(0, ordering: .relaxed) }
    }

    /// Answers that call tools, over the window that ends now.
    func toolCalls(nowMs: UInt64) -> ToolCallCounts {
        let epoch = epoch(nowMs)
        var (good, bad) = (0, 0)
        for index in 0..<slots {
            let known = ring[index].epoch.load(ordering: .relaxed)
            if known == 0 || known > epoch || known + UInt64(slots) <= epoch { continue }
            good += Int(ring[index].toolCalls[0].load(ordering: .relaxed))
            bad += Int(ring[index].toolCalls[1].load(ordering: .relaxed))
        }
        return ToolCallCounts(answers: good + bad, broken: bad)
    }

    /// The values of the window that ends now.
    func sum(nowMs: UInt64) -> Sum {
        let epoch = epoch(nowMs)
        var sum = Sum()
        for index in 0..<slots {
            let known = ring[index].epoch.load(ordering: .relaxed)
            if known == 0 || known > epoch || known + UInt64(slots) <= epoch { continue }
            for cell in 0..<64 {
                sum.ttft[cell] += UInt32(ring[index].ttft[cell].load(ordering: .relaxed))
                sum.throughput[cell] += UInt32(ring[index].throughput[cell].load(ordering: .relaxed))
            }
        }
        return sum
    }

    /// How attempts ended in the window that ends now.
    func outcomes(nowMs: UInt64) -> InlineArray<24, UInt32> {
        let epoch = epoch(nowMs)
        var outcomes = InlineArray<24, UInt32>(repeating: 0)
        for index in 0..<slots {
            let known = ring[index].epoch.load(ordering: .relaxed)
            if known == 0 || known > epoch || known + UInt64(slots) <= epoch { continue }
            for cell in 0..<24 { outcomes[cell] += UInt32(ring[index].outcomes[cell].load(ordering: .relaxed)) }
        }
        return outcomes
    }

    // MARK: Across restarts

    /// Each slot that counts, by its age in slots: outcomes, TTFT, throughput, calls of tools, one behind the other.
    func saved(nowMs: UInt64) -> [(age: UInt64, counts: [UInt16])] {
        let epoch = epoch(nowMs)
        var saved: [(age: UInt64, counts: [UInt16])] = []
        for index in 0..<slots {
            let known = ring[index].epoch.load(ordering: .relaxed)
            if known == 0 || known > epoch || known + UInt64(slots) <= epoch { continue }
            var counts: [UInt16] = []
            for cell in 0..<24 { counts.append(ring[index].outcomes[cell].load(ordering: .relaxed)) }
            for cell in 0..<64 { counts.append(ring[index].ttft[cell].load(ordering: .relaxed)) }
            for cell in 0..<64 { counts.append(ring[index].throughput[cell].load(ordering: .relaxed)) }
            for cell in 0..<2 { counts.append(ring[index].toolCalls[cell].load(ordering: .relaxed)) }
            saved.append((epoch - known, counts))
        }
        return saved
    }

    func restore(age: UInt64, counts: [UInt16], nowMs: UInt64) {
        let now = epoch(nowMs)
        guard age < UInt64(slots), counts.count == HealthRecord.performanceCells else { return }
        let epoch = now - age
        let index = Int(epoch % UInt64(slots))
        ring[index].epoch.store(epoch, ordering: .relaxed)
        for cell in 0..<24 { ring[index].outcomes[cell].store(counts[cell], ordering: .relaxed) }
        for cell in 0..<64 {
            ring[index].ttft[cell].store(counts[24 + cell], ordering: .relaxed)
            ring[index].throughput[cell].store(counts[88 + cell], ordering: .relaxed)
        }
        for cell in 0..<2 { ring[index].toolCalls[cell].store(counts[152 + cell], ordering: .relaxed) }
    }
}
