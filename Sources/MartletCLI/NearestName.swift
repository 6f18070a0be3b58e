/// Finds what somebody meant.
enum NearestName {
    /// `; did you mean X?`, or nothing when no name is near.
    static func suggestion(for word: String, among names: [String]) -> String {
        nearest(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
    }

    /// The name with the fewest typing errors in between, if they are at most a third of its letters (and one at least).
    static func nearest(to word: String, among names: [String]) -> String? {
        let letters = Array(word.lowercased().prefix(64))
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = distance(letters, Array(name.lowercased()))
            if distance <= max(1, name.count / 3), distance < best?.distance ?? Int.max { best = (name, distance) }
        }
        return best?.name
    }

    /// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var rows = [[Int]](repeating: [Int](repeating: 0, count: right.count + 1), count: left.count + 1)
        for column in 0...right.count { rows[0][column] = column }
        for row in 0...left.count { rows[row][0] = row }
        for row in 0..<left.count {
            for column in 0..<right.count {
                let change = rows[row][column] + (left[row] == right[column] ? 0 : 1)
                var best = min(change, rows[row][column + 1] + 1, rows[row + 1][column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, rows[row - 1][column - 1] + 1)
                }
                rows[row + 1][column + 1] = best
            }
        }
        return rows[left.count][right.count]
    }
}
