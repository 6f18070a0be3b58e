import Completions

/// Numbers the pieces of reasoning as they are written, so that clients can tell what belongs together.
struct ReasoningIndexes: Sendable {
    private struct Thread: Sendable {
        var choice: Int
        /// The piece that may go on, without its text.
        var open: ReasoningItem?
        var index = -1
    }

    private var threads: [Thread] = []

    /// The index and the format of a piece. Pieces that continue each other share them; a new one gets the next index,
    /// or its own where that is higher.
    mutating func place(of item: ReasoningItem, _ choice: Int) -> (index: Int, format: String) {
        var position = threads.firstIndex { $0.choice == choice } ?? -1
        if position < 0 {
            position = threads.count
            threads.append(Thread(choice: choice))
        }
        if var open = threads[position].open, open.isContinued(by: item) {
            open.signature = item.signature
            open.format = open.format ?? item.format
            threads[position].open = open
        } else {
            threads[position].index = max(
                threads[position].index + 1, min(item.index ?? 0, DialectLimits.providerIndexes.upperBound))
            var open = item
            open.text = ""
            open.data = nil
            threads[position].open = open
        }
        return (threads[position].index, threads[position].open?.format ?? "unknown")
    }

    /// Something else was said in between.
    mutating func interrupt(_ choice: Int) {
        for index in threads.indices where threads[index].choice == choice { threads[index].open = nil }
    }
}
