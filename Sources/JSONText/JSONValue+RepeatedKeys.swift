extension JSONValue {
    /// The first member whose unescaped name an earlier member of this object has too; nil when all names differ.
    ///
    /// Names that differ only in lone surrogates count as equal, for both decode to U+FFFD.
    package var firstRepeatedKey: JSONMember? {
        guard isObject, count > 1 else { return nil }
        return count <= JSONLimits.pairwiseKeys ? repeatedKeyPairwise : repeatedKeyHashed
    }

    private var repeatedKeyPairwise: JSONMember? {
        for (index, member) in members.enumerated() {
            let contents = StringContents(text, member.key.node)
            for earlier in members.prefix(index) where StringContents(text, earlier.key.node).equals(contents) {
                return member
            }
        }
        return nil
    }

    /// Open addressing in a table at most half full. The hash is seeded per process, so a caller cannot aim at it.
    private var repeatedKeyHashed: JSONMember? {
        var slotCount = 64
        while slotCount < count * 2 { slotCount *= 2 }
        var slots = [Int32](repeating: -1, count: slotCount)
        for member in members {
            let contents = StringContents(text, member.key.node)
            var slot = contents.hash & (slotCount - 1)
            while slots[slot] >= 0 {
                if StringContents(text, node + Int(slots[slot])).equals(contents) { return member }
                slot = (slot + 1) & (slotCount - 1)
            }
            slots[slot] = Int32(member.key.node - node)
        }
        return nil
    }
}

extension StringContents {
    /// A non-negative hash of the unescaped contents.
    fileprivate var hash: Int {
        withUnescaped {
            var hasher = Hasher()
            hasher.combine(bytes: $0)
            return hasher.finalize() & Int.max
        }
    }
}
