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

    /// The eight bytes from `index` on, with ASCII letters in lower case.
    @inline(__always)
    func lowercaseWord(at index: Int) -> UInt64 {
        word(at: index) | repeated(0x20)
    }

    /// The last eight bytes of `start..<end` with ASCII letters in lower case; all of fewer, zero-padded.
    @inline(__always)
    func lastLowercaseWord(_ start: Int, _ end: Int) -> UInt64 {
        let length = end &- start
        if length >= 8 { return lowercaseWord(at: end &- 8) }
        // Eight bytes that end at `end` may be there even if fewer are wanted.
        if end >= 8 { return lowercaseWord(at: end &- 8) &>> UInt64((8 &- length) &* 8) }
        var value: UInt64 = 0
        for offset in 0..<length {
            value |= UInt64(self[start + offset] | 0x20) &<< UInt64(offset &* 8)
        }
        return value
    }

    /// The first index from `start` on, below `end`, of a byte that is a colon, not visible or not ASCII; `end` when
    /// there is none.
    @inline(__always)
    func firstNameEnd(from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = word(at: index)
            let colon = word ^ repeated(UInt8(ascii: ":"))
            let delete = word ^ repeated(0x7F)
            let below = (word &- repeated(0x21)) & ~word
            let zeros = ((colon &- repeated(0x01)) & ~colon) | ((delete &- repeated(0x01)) & ~delete)
            let found = (below | zeros | word) & repeated(0x80)
            if found != 0 { return index &+ (found.trailingZeroBitCount &>> 3) }
            index &+= 8
        }
        while index < end {
            let byte = self[index]
            if byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: ":") { return index }
            index &+= 1
        }
        return end
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

    /// `start..<end` without the spaces and tabs at its end.
    @inline(__always)
    func trimmed(_ start: Int, _ end: Int) -> Range<Int> {
        var end = end
        while end > start, self[end &- 1] == 0x20 || self[end &- 1] == 0x09 { end &-= 1 }
        return start..<end
    }

    /// Whether the bytes at `range` are `text`, byte for byte.
    package func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let start = unsafe text.utf8Start
        for offset in 0..<range.count {
            // The offset is below the text's length.
            guard unsafe self[range.lowerBound &+ offset] == start[offset] else { return false }
        }
        return true
    }

    /// Whether the bytes at `range` are `text`, which is in lower case, whatever the case of their ASCII letters.
    @inline(__always)
    package func matchesIgnoringCase(_ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount && matchesFolded(range, text)
    }

    private func matchesFolded(_ range: Range<Int>, _ text: StaticString) -> Bool {
        let start = unsafe text.utf8Start
        for offset in 0..<range.count {
            var byte = self[range.lowerBound &+ offset]
            if byte &- UInt8(ascii: "A") < 26 { byte |= 0x20 }
            // The offset is below the text's length.
            guard unsafe byte == start[offset] else { return false }
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
