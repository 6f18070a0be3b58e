/// Finds a known field name with one look: a perfect hash over the length and the last bytes of the name, then a
/// comparison of whole words of lower-cased bytes.
final class FieldNameTable: Sendable {
    /// A name in words of eight lower-cased bytes, the first one lowest, zero-padded.
    private struct Entry: Sendable {
        let length: Int
        /// The last eight bytes, or all of a shorter name.
        let last: UInt64
        /// The bytes before them, in words from the start on that may overlap the last one.
        let first: UInt64
        let second: UInt64
        let third: UInt64
        let name: FieldName

        init(_ text: StaticString, _ name: FieldName) {
            let bytes = Array(text.description.utf8)
            length = bytes.count
            last = bytes.span.lastLowercaseWord(0, length)
            first = length > 8 ? bytes.span.lowercaseWord(at: 0) : 0
            second = length > 16 ? bytes.span.lowercaseWord(at: 8) : 0
            third = length > 24 ? bytes.span.lowercaseWord(at: 16) : 0
            self.name = name
        }
    }

    private static let longestName = 32

    static let shared = FieldNameTable()

    private let entries: [Entry]
    /// One more than the index of the entry with that hash; 0 for none.
    private let slots: InlineArray<256, UInt8>
    /// Makes the hash free of collisions.
    private let multiplier: UInt64

    private init() {
        let names = FieldName.allCases.map { ($0.text, $0) } + FieldName.aliases
        let entries = names.map { Entry($0.0, $0.1) }
        precondition(entries.allSatisfy { $0.length <= Self.longestName }, "a field name is too long for its words")
        precondition(FieldName.allCases.count <= 64, "the set of field names does not fit a word")
        // This number works for the names of today. Should a new name break it, one in a few thousand works, which the
        // search below finds within a millisecond, always the same one.
        var multiplier: UInt64 = 0x681A_F2F6_CEBF_B3FB
        var slots = InlineArray<256, UInt8>(repeating: 0)
        while !Self.fill(&slots, entries, multiplier) {
            multiplier = multiplier &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814E
        }
        self.entries = entries
        self.slots = slots
        self.multiplier = multiplier
    }

    /// False when two names meet in one slot.
    private static func fill(
        _ slots: inout InlineArray<256, UInt8>, _ entries: [Entry], _ multiplier: UInt64
    ) -> Bool {
        slots = InlineArray(repeating: 0)
        for (index, entry) in entries.enumerated() {
            let slot = hash(entry.last, entry.length, multiplier)
            guard slots[slot] == 0 else { return false }
            slots[slot] = UInt8(index + 1)
        }
        return true
    }

    @inline(__always)
    private static func hash(_ last: UInt64, _ length: Int, _ multiplier: UInt64) -> Int {
        Int(((last ^ UInt64(truncatingIfNeeded: length)) &* multiplier) >> 56)
    }

    /// The known name at `start..<end`, whose bytes must all be above the space.
    ///
    /// Folding to lower case by setting one bit also turns `@[\]^_` into other characters, but no known name has any
    /// of those; below the space it would turn a carriage return into a hyphen.
    @inline(__always)
    func lookup(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> FieldName? {
        let length = end &- start
        guard length > 0, length <= Self.longestName else { return nil }
        let last = bytes.lastLowercaseWord(start, end)
        let slot = Int(slots[Self.hash(last, length, multiplier)])
        guard slot > 0 else { return nil }
        let entry = entries[slot &- 1]
        guard entry.last == last, entry.length == length else { return nil }
        if length > 8 {
            guard entry.first == bytes.lowercaseWord(at: start) else { return nil }
            if length > 16 {
                guard entry.second == bytes.lowercaseWord(at: start &+ 8) else { return nil }
                guard length <= 24 || entry.third == bytes.lowercaseWord(at: start &+ 16) else { return nil }
            }
        }
        return entry.name
    }
}
