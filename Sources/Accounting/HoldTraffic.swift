import Synchronization

/// Counts the holds that are being decided, so that one that found no room can tell whether it merely met another's
/// reservation that is about to be undone.
///
/// The upper half counts holds that began, the lower half those of them that have not been decided. When a reader finds
/// the lower half zero, and later the word unchanged, no reservation was undecided in between, and what it read of the
/// windows is what was truly spent and held.
///
/// Orders: beginning comes before the hold's reservations, which release; a reader that saw one of them (acquiring) sees
/// the beginning too. The end releases the undoing to the reader that acquires this word.
struct HoldTraffic: ~Copyable, Sendable {
    private let word = Atomic<UInt64>(0)

    @inline(__always)
    func begin() {
        word.wrappingAdd((1 << 32) + 1, ordering: .relaxed)
    }

    @inline(__always)
    func end() {
        word.wrappingSubtract(1, ordering: .releasing)
    }

    /// A mark for `isUnchanged(since:)` while no hold is being decided, else nil.
    func quietMark() -> UInt64? {
        let mark = word.load(ordering: .acquiring)
        return mark & 0xFFFF_FFFF == 0 ? mark : nil
    }

    func isUnchanged(since mark: UInt64) -> Bool {
        word.load(ordering: .acquiring) == mark
    }
}
