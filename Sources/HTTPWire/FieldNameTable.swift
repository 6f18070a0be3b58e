/// Finds a known field name: by length, then by comparing whole words of lower-cased bytes.
struct FieldNameTable: Sendable {
    /// A name as four little-endian words, zero-padded. No known name is longer.
    struct Entry: Sendable {
        let words: (UInt64, UInt64, UInt64, UInt64)
        let name: FieldName
    }

    static let longestName = 32

    static let shared = FieldNameTable()

    /// Sorted by length.
    private var entries: [Entry] = []
    /// Where the entries of each length start; one more than the longest length, as an end.
    private var starts: [Int] = []

    private init() {
        let names = FieldName.allCases.map { ($0.text, $0) } + FieldName.aliases
        for length in 0...Self.longestName {
            starts.append(entries.count)
            for (text, name) in names where text.utf8CodeUnitCount == length {
                entries.append(Entry(words: Self.words(of: text), name: name))
            }
        }
        starts.append(entries.count)
        precondition(entries.count == names.count && FieldName.allCases.count <= 64, "a field name does not fit")
    }

    /// The known name at `range`, whose bytes must all be token characters.
    func lookup(_ bytes: Span<UInt8>, _ range: Range<Int>) -> FieldName? {
        let length = range.count
        guard length <= Self.longestName else { return nil }
        var index = starts[length]
        let end = starts[length + 1]
        guard index < end else { return nil }
        let start = range.lowerBound
        let first = bytes.lowercaseWord(at: start, count: length)
        while index < end {
            if entries[index].words.0 == first, length <= 8 || restMatches(index, bytes, start, length) {
                return entries[index].name
            }
            index &+= 1
        }
        return nil
    }

    private func restMatches(_ index: Int, _ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> Bool {
        let words = entries[index].words
        guard words.1 == bytes.lowercaseWord(at: start + 8, count: length - 8) else { return false }
        if length <= 16 { return true }
        guard words.2 == bytes.lowercaseWord(at: start + 16, count: length - 16) else { return false }
        if length <= 24 { return true }
        return words.3 == bytes.lowercaseWord(at: start + 24, count: length - 24)
    }

    private static func words(of text: StaticString) -> (UInt64, UInt64, UInt64, UInt64) {
        let name = Array(text.description.utf8)
        let span = name.span
        return (
            span.lowercaseWord(at: 0, count: name.count),
            name.count > 8 ? span.lowercaseWord(at: 8, count: name.count - 8) : 0,
            name.count > 16 ? span.lowercaseWord(at: 16, count: name.count - 16) : 0,
            name.count > 24 ? span.lowercaseWord(at: 24, count: name.count - 24) : 0
        )
    }
}
