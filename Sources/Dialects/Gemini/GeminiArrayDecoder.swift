/// Finds the elements of the JSON array that Gemini streams without `alt=sse`, as they arrive; an object that stands
/// alone, as errors do, is the only element.
///
/// The caller keeps the bytes and drops what each item has consumed. Elements are found by their brackets and not
/// checked: whoever scans them does that. Each byte is looked at once, however the bytes arrive. Source: wire spec 9.5.
package struct GeminiArrayDecoder: Sendable {
    package enum Item: Equatable, Sendable {
        /// An element stands in this range; drop everything up to its end.
        case element(Range<Int>)
        /// Drop this many bytes, and call again with more.
        case needMore(consumed: Int)
    }

    /// Bytes behind the dropped ones that were looked at.
    private var position = 0
    /// Where the element began that is being read.
    private var start: Int?
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    package init() {}

    /// Finds the next element in the bytes that were not dropped yet.
    package mutating func next(_ bytes: Span<UInt8>) -> Item {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard let start else {
                // Between elements stand brackets of the array, commas and white space.
                if byte == UInt8(ascii: "{") {
                    self.start = position - 1
                    depth = 1
                }
                continue
            }
            guard ends(byte) else { continue }
            let element = start..<position
            self.start = nil
            position = 0
            return .element(element)
        }
        let consumed = start ?? position
        position -= consumed
        if start != nil { start = 0 }
        return .needMore(consumed: consumed)
    }

    /// Whether an element ends with this byte.
    private mutating func ends(_ byte: UInt8) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        return depth == 0
    }
}
