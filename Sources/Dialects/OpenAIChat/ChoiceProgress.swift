/// Which choices of a streamed answer have begun, and which of those have ended.
///
/// A host may send several choices side by side, or one after the other: an answer to several prompts often comes one
/// prompt at a time, so that the end of one says nothing about the rest.
package struct ChoiceProgress: Sendable {
    private var open = ChoiceSet()
    private var ended = ChoiceSet()

    package init() {}

    /// Whether every choice that has begun has ended, and at least one has.
    package var haveAllEnded: Bool { open.isEmpty && !ended.isEmpty }

    /// How many choices have ended.
    package var endedCount: Int { ended.count }

    /// An event of a choice came. What comes behind its end does not begin it again.
    mutating func goesOn(_ choice: Int) {
        if !ended.contains(choice) { open.insert(choice) }
    }

    mutating func ends(_ choice: Int) {
        open.remove(choice)
        ended.insert(choice)
    }
}

/// Numbers of choices, the first 64 of them without an allocation.
private struct ChoiceSet: Sendable {
    private var first: UInt64 = 0
    private var others: Set<Int> = []

    var isEmpty: Bool { first == 0 && others.isEmpty }
    var count: Int { first.nonzeroBitCount + others.count }

    func contains(_ choice: Int) -> Bool {
        if let bit = Self.bit(choice) { first & bit != 0 } else { others.contains(choice) }
    }

    mutating func insert(_ choice: Int) {
        if let bit = Self.bit(choice) {
            first |= bit
        } else if others.count < DialectLimits.trackedChoices {
            others.insert(choice)
        }
    }

    mutating func remove(_ choice: Int) {
        if let bit = Self.bit(choice) { first &= ~bit } else { others.remove(choice) }
    }

    private static func bit(_ choice: Int) -> UInt64? {
        0..<64 ~= choice ? 1 << UInt64(choice) : nil
    }
}
