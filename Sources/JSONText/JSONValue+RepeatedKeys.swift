import CSimdJSON

extension JSONValue {
    /// The first member whose unescaped name an earlier member of this object has too; nil when all names differ.
    ///
    /// Names that differ only in lone surrogates count as equal, for both decode to U+FFFD.
    package var firstRepeatedKey: JSONMember? {
        guard isObject, count > 1 else { return nil }
        return count <= JSONLimits.pairwiseKeys ? repeatedKeyPairwise : repeatedKeyHashed
    }

    /// Every request passes here several times, so names are only read where their lengths leave a doubt.
    private var repeatedKeyPairwise: JSONMember? {
        let first = node + 1
        let end = node + Int(node.pointee.span)
        var key = first
        while key < end {
            let length = key.pointee.end &- key.pointee.start
            let hasEscapes = key.pointee.info & UInt32(martlet_json_escapes_bit) != 0
            var earlier = first
            while earlier < key {
                let isSameLength = earlier.pointee.end &- earlier.pointee.start == length
                let isDoubtful = hasEscapes || earlier.pointee.info & UInt32(martlet_json_escapes_bit) != 0
                if isSameLength || isDoubtful, StringContents(text, earlier).equals(StringContents(text, key)) {
                    return JSONMember(
                        key: JSONKey(text: text, node: key), value: JSONValue(text: text, node: key + 1))
                }
                earlier += 1
                earlier += Int(earlier.pointee.span)
            }
            key += 1
            key += Int(key.pointee.span)
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
