/// Finds a number by a short text, given as bytes: open addressing over one flat array of keys.
///
/// Built once per catalogue; a look-up allocates nothing and costs a few instructions per byte.
struct SlugTable: Sendable {
    private struct Slot: Sendable {
        var hash: UInt32 = 0
        var start: UInt32 = 0
        var length: UInt32 = 0
        /// -1 where the slot is free.
        var value: Int32 = -1
    }

    private var slots: [Slot]
    private var keys: [UInt8] = []
    private let mask: Int

    init(capacity: Int) {
        var size = 8
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        mask = size - 1
    }

    /// Adds a key. Returns the value that already has it, and changes nothing then.
    mutating func insert(_ key: String, value: Int) -> Int? {
        let bytes = Array(key.utf8)
        let hash = Self.hash(bytes.span)
        var position = Int(hash) & mask
        while slots[position].value >= 0 {
            if matches(slots[position], hash: hash, bytes: bytes.span) { return Int(slots[position].value) }
            position = (position + 1) & mask
        }
        slots[position] = Slot(
            hash: hash, start: UInt32(keys.count), length: UInt32(bytes.count), value: Int32(value))
        keys += bytes
        return nil
    }

    func value(for key: Span<UInt8>) -> Int? {
        let hash = Self.hash(key)
        var position = Int(hash) & mask
        while slots[position].value >= 0 {
            if matches(slots[position], hash: hash, bytes: key) { return Int(slots[position].value) }
            position = (position + 1) & mask
        }
        return nil
    }

    private func matches(_ slot: Slot, hash: UInt32, bytes: Span<UInt8>) -> Bool {
        guard slot.hash == hash, Int(slot.length) == bytes.count else { return false }
        for index in bytes.indices where keys[Int(slot.start) + index] != bytes[index] { return false }
        return true
    }

    /// FNV-1a: short keys, no hostile ones, since a look-up never inserts.
    private static func hash(_ bytes: Span<UInt8>) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for index in bytes.indices { hash = (hash ^ UInt32(bytes[index])) &* 16_777_619 }
        return hash
    }
}
