/// Eight copies of a byte.
@inline(__always)
private func repeated(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

extension Span where Element == UInt8 {
    /// The eight bytes from `index` on, the first one lowest. All of them must be there.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        // Bounds are checked by the call; any eight bytes are an integer.
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// At most eight bytes from `index` on with ASCII letters in lower case, zero-padded. Tells token characters apart
    /// from names of letters, digits and hyphens; other bytes may collide.
    func lowercaseWord(at index: Int, count length: Int) -> UInt64 {
        if length >= 8 { return word(at: index) | repeated(0x20) }
        let mask: UInt64 = (1 &<< UInt64(length &* 8)) &- 1
        if index &+ 8 <= count { return (word(at: index) | repeated(0x20)) & mask }
        var value: UInt64 = 0
        for offset in 0..<length {
            value |= UInt64(self[index + offset] | 0x20) &<< UInt64(offset &* 8)
        }
        return value
    }

    /// The first index from `start` on, below `end`, of a byte that is neither visible, space, tab nor obs-text; `end`
    /// when there is none.
    @inline(__always)
    func firstControl(from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = word(at: index)
            let delete = word ^ repeated(0x7F)
            // The classic "has a byte less than" and "has a zero byte" tests: the lowest flag is exact.
            let below = (word &- repeated(0x20)) & ~word
            let found = (below | ((delete &- repeated(0x01)) & ~delete)) & repeated(0x80)
            if found == 0 {
                index &+= 8
                continue
            }
            index &+= found.trailingZeroBitCount &>> 3
            if self[index] != 0x09 { return index }
            index &+= 1
        }
        while index < end {
            let byte = self[index]
            if (byte < 0x20 && byte != 0x09) || byte == 0x7F { return index }
            index &+= 1
        }
        return end
    }

    /// Whether the bytes at `range` are `text`, byte for byte.
    package func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            // The offset is below the text's length.
            guard unsafe self[range.lowerBound + offset] == text.utf8Start[offset] else { return false }
        }
        return true
    }

    /// Whether the bytes at `range` are `text`, which is in lower case, whatever the case of their ASCII letters.
    package func matchesIgnoringCase(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            var byte = self[range.lowerBound + offset]
            if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") { byte |= 0x20 }
            // The offset is below the text's length.
            guard unsafe byte == text.utf8Start[offset] else { return false }
        }
        return true
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes at `range` start with `text`, which is in lower case, whatever the case of their letters.
    package func startsIgnoringCase(_ range: Range<Int>, _ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard range.count >= length else { return false }
        return matchesIgnoringCase(range.lowerBound..<range.lowerBound + length, text)
    }
}
