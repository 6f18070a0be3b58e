import JSONText

/// Finds which of a few known keys a member has, compared after unescaping.
///
/// The key's length picks the candidates, so a look-up costs one or two comparisons and no allocation. A key with
/// escapes has a misleading length and is compared with all of them.
struct KeyTable<Field: Sendable>: Sendable {
    private struct Entry: Sendable {
        let name: StaticString
        let field: Field
    }

    private let entries: [Entry]
    /// For each key length, where its entries begin; they are sorted by length.
    private let starts: [Int]

    init(_ pairs: [(StaticString, Field)]) {
        entries = pairs.map { Entry(name: $0.0, field: $0.1) }
            .sorted { $0.name.utf8CodeUnitCount < $1.name.utf8CodeUnitCount }
        let longest = entries.last?.name.utf8CodeUnitCount ?? 0
        starts = (0...longest + 1).map { [entries] length in
            entries.firstIndex { $0.name.utf8CodeUnitCount >= length } ?? entries.count
        }
    }

    subscript(_ key: JSONKey) -> Field? {
        let length = key.range.count - 2
        var index = 0
        var end = entries.count
        if !key.hasEscapes {
            guard length + 1 < starts.count else { return nil }
            index = starts[length]
            end = starts[length + 1]
        }
        while index < end {
            if key.equals(entries[index].name) { return entries[index].field }
            index += 1
        }
        return nil
    }
}
