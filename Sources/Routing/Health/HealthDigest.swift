import Synchronization

/// What readings need of the windows, worked out at most once a second by whoever finds it old.
///
/// Kept in place, each pair of values a word, so that nothing has to be freed while others read it. A reading that falls
/// into a renewal may mix two digests a second apart.
struct HealthDigest: ~Copyable, Sendable {
    private let renewedAtMs = Atomic<UInt64>(0)
    /// Bit 0: recent outage; from bit 1 on requests of the last five minutes; bits 32-51 successes in millionths; from
    /// bit 52 on what is missing in the expected success, in parts of 4,096.
    private let figures = Atomic<UInt64>(0)
    /// p50 and p75, p90 and p99, as single-precision numbers; zero without samples.
    private let ttft = InlineArray<2, Atomic<UInt64>> { _ in Atomic(0) }
    private let throughput = InlineArray<2, Atomic<UInt64>> { _ in Atomic(0) }
    /// Answers that call tools in the lower half, those with a broken call in the upper.
    private let toolCalls = Atomic<UInt64>(0)
    /// A `HealthSketch` of the rest.
    private let sketch = Atomic<UInt64>(0)

    /// Fills a reading, after a renewal where it is due.
    /// - Parameter underway: attempts that have begun and not ended.
    func read(
        _ record: HealthRecord, underway: @autoclosure () -> Int, into reading: inout HealthReading, nowMs: UInt64,
        hasSpeeds: Bool
    ) {
        let renewed = renewedAtMs.load(ordering: .relaxed)
        if nowMs >= renewed + HealthLimits.digestMs || renewed == 0 {
            if renewedAtMs.compareExchange(expected: renewed, desired: max(1, nowMs), ordering: .relaxed).exchanged {
                renew(record, underway: underway(), nowMs: nowMs)
            }
        }
        let figures = figures.load(ordering: .relaxed)
        reading.hadRecentOutage = figures & 1 != 0
        reading.requests = Int(figures >> 1 & 0x7fff_ffff)
        if reading.requests > 0 { reading.successRate = Double(figures >> 32 & 0xf_ffff) / 1_000_000 }
        reading.expectedSuccess = 1 - Double(figures >> 52) / 4_096
        reading.uptime = record.judge.tier
        reading.sketch = HealthSketch(word: sketch.load(ordering: .relaxed))
        reading.toolCalls = ToolCallCounts(word: toolCalls.load(ordering: .relaxed))
        if !hasSpeeds { return }
        reading.ttftMs = Self.percentiles(
            ttft[0].load(ordering: .relaxed), ttft[1].load(ordering: .relaxed))
        reading.throughput = Self.percentiles(
            throughput[0].load(ordering: .relaxed), throughput[1].load(ordering: .relaxed))
    }

    /// What is needed of an endpoint that nothing is held against; nil where something is, or a renewal is due.
    @inline(__always)
    func calmReading(_ record: HealthRecord, nowMs: UInt64) -> CalmReading? {
        let renewed = renewedAtMs.load(ordering: .relaxed)
        if renewed == 0 || nowMs >= renewed + HealthLimits.digestMs { return nil }
        let figures = figures.load(ordering: .relaxed)
        if figures & 1 != 0 || record.judge.tier != .normal { return nil }
        return CalmReading(
            isSampled: Int(figures >> 1 & 0x7fff_ffff) >= RoutingLimits.qualitySamples,
            sketch: HealthSketch(word: sketch.load(ordering: .relaxed)),
            toolCalls: ToolCallCounts(word: toolCalls.load(ordering: .relaxed)))
    }

    /// Makes the next reading work everything out.
    func expire() { renewedAtMs.store(0, ordering: .relaxed) }

    private func renew(_ record: HealthRecord, underway: Int, nowMs: UInt64) {
        record.judge.judge(underway: underway, nowMs: nowMs)
        let counts = record.judge.counts(nowMs: nowMs)
        var word: UInt64 = record.hadRecentOutage(underway: underway, nowMs: nowMs) ? 1 : 0
        if counts.total > 0 {
            word |= UInt64(counts.total) << 1
            word |= UInt64(1_000_000 * counts.successes / counts.total) << 32
        }
        let missingSuccess = UInt64(4_095 * record.expectedFailure(nowMs: nowMs))
        word |= missingSuccess << 52
        figures.store(word, ordering: .relaxed)
        let sum = record.recent.sum(nowMs: nowMs)
        let first = ValueScale.percentiles(sum.ttft.span, unit: Double(HealthRecord.ttftUnitMs))
        ttft[0].store(Self.word(first?.p50, first?.p75), ordering: .relaxed)
        ttft[1].store(Self.word(first?.p90, first?.p99), ordering: .relaxed)
        let speed = ValueScale.percentiles(
            sum.throughput.span, unit: 1 / Double(HealthRecord.throughputUnits), moreIsBetter: true)
        throughput[0].store(Self.word(speed?.p50, speed?.p75), ordering: .relaxed)
        throughput[1].store(Self.word(speed?.p90, speed?.p99), ordering: .relaxed)
        toolCalls.store(record.shown.toolCalls(nowMs: nowMs).word, ordering: .relaxed)
        let sketch = HealthSketch(
            missingSuccess: missingSuccess, isSeen: counts.total > 0, ttftMs: first?.p50, tokensPerSecond: speed?.p50)
        self.sketch.store(sketch.word, ordering: .relaxed)
    }

    private static func word(_ low: Double?, _ high: Double?) -> UInt64 {
        guard let low, let high else { return 0 }
        return UInt64(Float(low).bitPattern) | UInt64(Float(high).bitPattern) << 32
    }

    private static func percentiles(_ first: UInt64, _ second: UInt64) -> HealthReading.Percentiles? {
        if second == 0 { return nil }
        func value(_ bits: UInt64) -> Double { Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) }
        return HealthReading.Percentiles(
            p50: value(first), p75: value(first >> 32), p90: value(second), p99: value(second >> 32))
    }
}
