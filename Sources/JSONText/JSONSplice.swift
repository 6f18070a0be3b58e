/// One edit: bytes `start..<end` of the source give way to bytes `textStart..<textEnd` of the scratch buffer.
struct JSONSplice {
    /// What the edit is; the order is that of edits at the same place.
    enum Role: UInt8 {
        /// A member or element put at the front of its container.
        case first
        /// Bytes as they are.
        case splice
        /// A member or element that goes, with its comma.
        case removal
        /// A member or element put at the end of its container.
        case last
    }

    var start: UInt32
    var end: UInt32
    var textStart: UInt32
    var textEnd: UInt32
    var role: Role
    /// Position of the closing bracket of the container, for `first`.
    var companion: UInt32 = 0

    init(_ role: Role, _ range: Range<Int>, _ text: Range<Int>) {
        start = UInt32(range.lowerBound)
        end = UInt32(range.upperBound)
        textStart = UInt32(text.lowerBound)
        textEnd = UInt32(text.upperBound)
        self.role = role
    }

    var isEmpty: Bool { start == end }

    /// Whether this edit belongs before a later added one. Edits at the same place keep the order in which they were
    /// added, unless one belongs to the front or the end of its container.
    func precedes(_ other: JSONSplice) -> Bool {
        if start != other.start { return start < other.start && end <= other.start }
        if isEmpty != other.isEmpty { return isEmpty }
        return isEmpty && role.rawValue <= other.role.rawValue
    }

    /// Whether the other edit lies within the range that this one takes away.
    func covers(_ other: JSONSplice) -> Bool {
        if other.isEmpty { return start < other.start && other.start < end }
        return start <= other.start && other.end <= end && !isSameRange(other)
    }

    func isSameRange(_ other: JSONSplice) -> Bool {
        start == other.start && end == other.end && !isEmpty
    }
}
