/// Finds the names a person may have meant.
package enum NearestNames {
    /// Longer texts are nobody's typing mistake, and would cost time.
    private static let queryBytes = 128

    /// The closest of `candidates`, best first; none where nothing is close.
    ///
    /// Close is: equal but for case, equal but for the author before the slash, contained, or few edits away (a third
    /// of the length at most).
    package static func nearest(
        to query: String, among candidates: some Sequence<String>, limit: Int = CatalogLimits.suggestions
    ) -> [String] {
        let wanted = Array(query.lowercased().utf8.prefix(queryBytes + 1))
        guard !wanted.isEmpty, wanted.count <= queryBytes else { return [] }
        let tail = nameOnly(wanted)
        var found: [(distance: Int, name: String)] = []
        for candidate in candidates {
            let bytes = Array(candidate.lowercased().utf8)
            guard bytes.count <= queryBytes else { continue }
            let distance = min(
                score(wanted, bytes), score(tail, nameOnly(bytes)) + (tail.count == wanted.count ? 0 : 1))
            if distance <= max(2, wanted.count / 3) { found.append((distance, candidate)) }
        }
        found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return found.prefix(limit).map(\.name)
    }

    private static func nameOnly(_ slug: [UInt8]) -> [UInt8] {
        guard let slash = slug.lastIndex(of: UInt8(ascii: "/")) else { return slug }
        return Array(slug[(slash + 1)...])
    }

    private static func score(_ query: [UInt8], _ candidate: [UInt8]) -> Int {
        if query.count >= 4, candidate.count > query.count, candidate.starts(with: query) { return 1 }
        return editDistance(query, candidate)
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
    static func editDistance(_ source: [UInt8], _ target: [UInt8]) -> Int {
        if source.isEmpty || target.isEmpty { return max(source.count, target.count) }
        var beforeLast = [Int](repeating: 0, count: target.count + 1)
        var last = Array(0...target.count)
        var row = last
        for i in 1...source.count {
            row[0] = i
            for j in 1...target.count {
                let replaced = last[j - 1] + (source[i - 1] == target[j - 1] ? 0 : 1)
                row[j] = min(last[j] + 1, row[j - 1] + 1, replaced)
                if i > 1, j > 1, source[i - 1] == target[j - 2], source[i - 2] == target[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last, row) = (last, row, beforeLast)
        }
        return last[target.count]
    }
}
