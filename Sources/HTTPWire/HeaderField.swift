/// One field line of a head, as ranges into the head's bytes.
package struct HeaderField: Sendable, Equatable {
    // Heads are bounded far below 4 GiB, and small fields keep a head in few cache lines.
    private let nameStart: UInt32
    private let nameEnd: UInt32
    private let valueStart: UInt32
    private let valueEnd: UInt32
    /// The field's name where it is one that somebody here acts on.
    package let known: FieldName?

    package init(name: Range<Int>, value: Range<Int>, known: FieldName?) {
        nameStart = UInt32(truncatingIfNeeded: name.lowerBound)
        nameEnd = UInt32(truncatingIfNeeded: name.upperBound)
        valueStart = UInt32(truncatingIfNeeded: value.lowerBound)
        valueEnd = UInt32(truncatingIfNeeded: value.upperBound)
        self.known = known
    }

    package var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
    /// The value without the white space around it; may be empty.
    package var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
}
