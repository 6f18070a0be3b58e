import Synchronization

/// Writes what a record holds as bytes, and reads it back at a later time, perhaps on another clock.
///
/// Only what is still of use: windows, breaker and cooldowns; not what was refused, since a start is a new chance.
/// Counts are sparse, so that a state is a few hundred bytes. Times are ages, to be aged on by the time that has passed.
enum HealthCodec {
    private static let version: UInt64 = 1
    /// No stored time lies further in the future: a day.
    private static let timeMsMax: Int64 = 86_400_000

    private static func bounded(_ time: UInt64) -> Int64 { Int64(min(time, 1 << 50)) }

    static func encode(_ record: HealthRecord, nowMs: UInt64) -> [UInt8] {
        var out = StateWriter()
        out.put(version)
        out.put(nowMs)
        out.put(record.breaker.load(ordering: .relaxed))
        out.put(record.openedAtMs.load(ordering: .relaxed))
        out.put(record.coolUntilMs.load(ordering: .relaxed))
        for key in 0..<HealthLimits.keysPerProvider { out.put(record.keyCoolUntilMs[key].load(ordering: .relaxed)) }
        out.put(record.limitsInRow.load(ordering: .relaxed))
        out.put(record.outage.saved(nowMs: nowMs))
        out.put(record.judge.saved(nowMs: nowMs))
        out.put(record.minute.saved(nowMs: nowMs))
        out.put(record.day.saved(nowMs: nowMs).map { ($0.age, $0.bits) })
        for slots in [record.recent.saved(nowMs: nowMs), record.shown.saved(nowMs: nowMs)] {
            out.put(UInt64(slots.count))
            for slot in slots {
                out.put(slot.age)
                out.put(sparse: slot.counts)
            }
        }
        return out.bytes
    }

    /// - Parameters:
    ///   - ageMs: the time that has passed since the state was written.
    ///   - nowMs: the time now, on a clock that may have started anew.
    /// - Returns: nil for bytes that are no state.
    static func decode(_ bytes: [UInt8], ageMs: UInt64, nowMs: UInt64) -> HealthRecord? {
        var input = StateReader(bytes)
        guard input.next() == version, let savedMs = input.next() else { return nil }
        let record = HealthRecord()
        func moved(_ time: UInt64) -> UInt64 {
            if time == 0 { return 0 }
            let moved = bounded(nowMs) - bounded(ageMs) + bounded(time) - bounded(savedMs)
            return UInt64(min(max(1, moved), bounded(nowMs) + timeMsMax))
        }
        guard let breaker = input.next(), let opened = input.next(), let cool = input.next() else { return nil }
        let held = CircuitBreaker(word: breaker)
        record.breaker.store(held.moved(toMs: moved(held.timeMs)).word, ordering: .relaxed)
        record.openedAtMs.store(moved(opened), ordering: .relaxed)
        record.coolUntilMs.store(moved(cool), ordering: .relaxed)
        for key in 0..<HealthLimits.keysPerProvider {
            guard let until = input.next() else { return nil }
            record.keyCoolUntilMs[key].store(moved(until), ordering: .relaxed)
        }
        guard let limits = input.next() else { return nil }
        record.limitsInRow.store(limits, ordering: .relaxed)
        return decodeWindows(&input, into: record, ageMs: ageMs, nowMs: nowMs) ? record : nil
    }

    private static func decodeWindows(
        _ input: inout StateReader, into record: HealthRecord, ageMs: UInt64, nowMs: UInt64
    ) -> Bool {
        guard let outage = input.pairs(), let judged = input.pairs(), let minute = input.pairs(),
            let day = input.pairs()
        else { return false }
        func age(_ slots: UInt64, _ slotMs: UInt64) -> UInt64 { slots &+ (ageMs &+ slotMs / 2) / slotMs }
        for (slots, counts) in outage {
            record.outage.restore(age: age(slots, HealthLimits.outageSlotMs), counts: counts, nowMs: nowMs)
        }
        for (slots, counts) in judged {
            record.judge.restore(age: age(slots, 60_000), counts: counts, nowMs: nowMs)
        }
        for (slots, counts) in minute {
            record.minute.restore(age: age(slots, 60_000), counts: counts, nowMs: nowMs)
        }
        for (slots, bits) in day { record.day.restore(age: age(slots, 60_000), bits: bits, nowMs: nowMs) }
        for slotMs in [HealthLimits.performanceSlotMs, HealthLimits.displaySlotMs] {
            guard let count = input.next(), count <= 64 else { return false }
            for _ in 0..<count {
                guard let slots = input.next(), let counts = input.counts(HealthRecord.performanceCells) else {
                    return false
                }
                let age = age(slots, slotMs)
                if slotMs == HealthLimits.performanceSlotMs {
                    record.recent.restore(age: age, counts: counts, nowMs: nowMs)
                } else {
                    record.shown.restore(age: age, counts: counts, nowMs: nowMs)
                }
            }
        }
        return true
    }
}

/// Numbers of seven bits a byte, the highest bit for those that go on.
private struct StateWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ number: UInt64) {
        var left = number
        while left >= 0x80 {
            bytes.append(UInt8(left & 0x7f) | 0x80)
            left >>= 7
        }
        bytes.append(UInt8(left))
    }

    mutating func put(_ pairs: [(age: UInt64, counts: UInt64)]) {
        put(UInt64(pairs.count))
        for pair in pairs {
            put(pair.age)
            put(pair.counts)
        }
    }

    /// The counts that are not zero, each with its distance from the one before.
    mutating func put(sparse counts: [UInt16]) {
        let places = counts.indices.filter { counts[$0] != 0 }
        put(UInt64(places.count))
        var last = 0
        for place in places {
            put(UInt64(place - last))
            put(UInt64(counts[place]))
            last = place
        }
    }
}

private struct StateReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> UInt64? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while index < bytes.count, shift < 64 {
            let byte = bytes[index]
            index += 1
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        return nil
    }

    mutating func pairs() -> [(UInt64, UInt64)]? {
        guard let count = next(), count <= HealthLimits.uptimeMinutes else { return nil }
        var pairs: [(UInt64, UInt64)] = []
        for _ in 0..<count {
            guard let first = next(), let second = next() else { return nil }
            pairs.append((first, second))
        }
        return pairs
    }

    mutating func counts(_ size: Int) -> [UInt16]? {
        guard let count = next(), count <= UInt64(size) else { return nil }
        var counts = [UInt16](repeating: 0, count: size)
        var place: UInt64 = 0
        for _ in 0..<count {
            guard let distance = next(), let value = next() else { return nil }
            place &+= distance
            guard place < UInt64(size), let value = UInt16(exactly: value) else { return nil }
            counts[Int(place)] = value
        }
        return counts
    }
}
