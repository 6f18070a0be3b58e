#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
        // Both ranges are `bytes.count` long: the slot's was checked here, and slots are written with their keys.
        return unsafe keys.span.extracting(Int(slot.start)..<Int(slot.start + slot.length)).withUnsafeBytes { stored in
            unsafe bytes.withUnsafeBytes { wanted in
                guard let left = stored.baseAddress, let right = wanted.baseAddress else { return true }
                return unsafe memcmp(left, right, wanted.count) == 0
            }
        }
    }

    /// Eight bytes at a time, multiplied and folded: a look-up never inserts, so hostile keys cost nothing.
    private static func hash(_ bytes: Span<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBytes { bytes in
            var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
            var index = 0
            while index + 8 <= bytes.count {
                // In bounds: eight bytes are left.
                hash = unsafe fold(hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                index += 8
            }
            var rest: UInt64 = 0
            while index < bytes.count {
                rest = rest << 8 | UInt64(unsafe bytes[index])
                index += 1
            }
            hash = fold(hash ^ rest)
            return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
        }
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
