/// Which choices of a streamed answer have begun, and which of those have ended.
///
/// A host may send several choices side by side, or one after the other: an answer to several prompts often comes one
/// prompt at a time, so that the end of one says nothing about the rest.
package struct ChoiceProgress: Sendable {
    /// The choice of the last event, where it has not ended: nearly always the only one, and then nothing is allocated
    /// before its end.
    private var current: Int?
    /// The others that have begun and not ended.
    private var open: Set<Int> = []
    private var ended: Set<Int> = []

    package init() {}

    /// Whether every choice that has begun has ended, and at least one has.
    package var haveAllEnded: Bool { current == nil && open.isEmpty && !ended.isEmpty }

    /// How many choices have ended.
    package var endedCount: Int { ended.count }

    /// An event of a choice came. What comes behind its end does not begin it again.
    mutating func goesOn(_ choice: Int) {
        if choice == current { return }
        if ended.contains(choice) || open.count >= DialectLimits.trackedChoices { return }
        if let current { open.insert(current) }
        open.remove(choice)
        current = choice
    }

    mutating func ends(_ choice: Int) {
        if choice == current { current = nil } else { open.remove(choice) }
        if ended.count < DialectLimits.trackedChoices { ended.insert(choice) }
    }
}
