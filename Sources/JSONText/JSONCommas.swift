/// Settles the commas of removed and inserted members and elements. It needs only the source's bytes around them:
/// commas, brackets and white space.
struct JSONCommas {
    let source: UnsafeRawBufferPointer
    let splices: [JSONSplice]

    /// Neighbouring removals with nothing that stays between them.
    private struct Run {
        var start: Int
        var end: Int
    }

    /// Where the comma stands in the scratch buffer.
    private static let comma = 0..<1

    func settle(into settled: inout [JSONSplice]) {
        settled.removeAll(keepingCapacity: true)
        let runs = removalRuns()
        var nextRun = 0
        for (index, splice) in splices.enumerated() {
            switch splice.role {
            case .splice: settled.append(splice)
            case .first: settleFirst(at: index, runs, into: &settled)
            case .last: settleLast(at: index, runs, into: &settled)
            case .removal:
                // A run goes where its first removal stands; the others are part of it.
                guard nextRun < runs.count, runs[nextRun].start == splice.start else { continue }
                settled.append(JSONSplice(.splice, extended(runs[nextRun]), 0..<0))
                nextRun += 1
            }
        }
    }

    private func removalRuns() -> [Run] {
        var runs: [Run] = []
        for splice in splices where splice.role == .removal {
            let start = Int(splice.start)
            if let last = runs.last, follows(start, last.end) {
                runs[runs.count - 1].end = Int(splice.end)
            } else {
                runs.append(Run(start: start, end: Int(splice.end)))
            }
        }
        return runs
    }

    /// Whether only a comma lies between an item's end and `start`.
    private func follows(_ start: Int, _ end: Int) -> Bool {
        let comma = skipSpace(from: end)
        return comma < start && source[comma] == UInt8(ascii: ",") && skipSpace(from: comma + 1) == start
    }

    /// The run with the comma behind it, or at the end of a container with the one before it.
    private func extended(_ run: Run) -> Range<Int> {
        let behind = skipSpace(from: run.end)
        if behind < source.count, source[behind] == UInt8(ascii: ",") { return run.start..<behind + 1 }
        let before = skipSpace(before: run.start)
        if before > 0, source[before - 1] == UInt8(ascii: ",") { return before - 1..<run.end }
        return run.start..<run.end
    }

    private func settleFirst(at index: Int, _ runs: [Run], into settled: inout [JSONSplice]) {
        let splice = splices[index]
        settled.append(splice)
        let position = Int(splice.start)
        let next = index + 1 < splices.count ? splices[index + 1] : nil
        let moreFirst = next.map { $0.role == .first && $0.start == splice.start } ?? false
        let hasLast = splices[(index + 1)...].contains { $0.role == .last && $0.start == splice.companion }
        if moreFirst || hasLast || survives(from: position, runs) {
            settled.append(JSONSplice(.splice, position..<position, Self.comma))
        }
    }

    private func settleLast(at index: Int, _ runs: [Run], into settled: inout [JSONSplice]) {
        let splice = splices[index]
        let position = Int(splice.start)
        let earlierLast = index > 0 && splices[index - 1].role == .last && splices[index - 1].start == splice.start
        if earlierLast || survives(before: position, runs) {
            settled.append(JSONSplice(.splice, position..<position, Self.comma))
        }
        settled.append(splice)
    }

    /// Whether an item of the container whose front is at `front` stays.
    private func survives(from front: Int, _ runs: [Run]) -> Bool {
        let first = skipSpace(from: front)
        guard let run = runs.first(where: { $0.start == first }) else { return !isClosing(first) }
        return !isClosing(skipSpace(from: run.end))
    }

    /// Whether an item of the container whose closing bracket is at `back` stays.
    private func survives(before back: Int, _ runs: [Run]) -> Bool {
        let last = skipSpace(before: back)
        guard let run = runs.first(where: { $0.end == last }) else { return !isOpening(last - 1) }
        return !isOpening(skipSpace(before: run.start) - 1)
    }

    private func isClosing(_ index: Int) -> Bool {
        index < source.count && (source[index] == UInt8(ascii: "}") || source[index] == UInt8(ascii: "]"))
    }

    private func isOpening(_ index: Int) -> Bool {
        index >= 0 && (source[index] == UInt8(ascii: "{") || source[index] == UInt8(ascii: "["))
    }

    private func skipSpace(from start: Int) -> Int {
        var index = start
        while index < source.count, Self.isSpace(source[index]) { index += 1 }
        return index
    }

    private func skipSpace(before end: Int) -> Int {
        var index = end
        while index > 0, Self.isSpace(source[index - 1]) { index -= 1 }
        return index
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
