import JSONText

extension JSONName {
    /// Whether the name is `text`, so that a `switch` can tell members apart: one to three comparisons with constants,
    /// which the compiler computes from the literal. Exact for literals of up to 24 bytes; longer ones would never match, which debug builds trap.
    @inline(__always)
    static func ~= (text: StaticString, name: JSONName) -> Bool {
        let count = text.utf8CodeUnitCount
        assert(count <= 24, "a longer name would never match")
        guard name.length == count, name.head == head(text) else { return false }
        if count <= 8 { return true }
        // Sound: there are more than eight bytes, and the loads end at the last one and at the sixteenth.
        let bytes = unsafe UnsafeRawPointer(text.utf8Start)
        guard unsafe name.tail == bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self) else { return false }
        if count <= 16 { return true }
        return unsafe count <= 24 && name.middle == bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    }

    /// The first eight bytes of the literal as one word, in few branches, so that the compiler still inlines a long
    /// `switch` whole.
    @inline(__always)
    private static func head(_ text: StaticString) -> UInt64 {
        let count = text.utf8CodeUnitCount
        // Sound: each branch reads only bytes below `count`; literals are not empty.
        let bytes = unsafe UnsafeRawPointer(text.utf8Start)
        if count >= 8 { return unsafe bytes.loadUnaligned(as: UInt64.self) }
        if count >= 4 {
            let last = unsafe UInt64(bytes.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            return unsafe UInt64(bytes.loadUnaligned(as: UInt32.self)) | last << UInt64(8 &* (count &- 4))
        }
        let middle = count >> 1
        let ends =
            unsafe UInt64(bytes.load(as: UInt8.self))
            | UInt64(bytes.load(fromByteOffset: count &- 1, as: UInt8.self)) << UInt64(8 &* (count &- 1))
        return unsafe ends | UInt64(bytes.load(fromByteOffset: middle, as: UInt8.self)) << UInt64(8 &* middle)
    }
}
