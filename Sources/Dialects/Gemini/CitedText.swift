import JSONText

/// An answer's text, in which many segments are looked up. Google counts in bytes of UTF-8, callers in code points.
struct CitedText {
    private static let markBytes = 1024

    private let bytes: [UInt8]
    /// Code points that begin before each multiple of `markBytes`.
    private let marks: [Int]
    private var searches = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var marks: [Int] = []
        var count = 0
        for index in bytes.indices {
            if index.isMultiple(of: Self.markBytes) { marks.append(count) }
            if Self.beginsCodePoint(bytes[index]) { count += 1 }
        }
        if bytes.count.isMultiple(of: Self.markBytes) { marks.append(count) }
        self.marks = marks
    }

    /// Where a segment stands, in code points. The bytes that its offsets name must be the text it quotes; where they
    /// are not (offsets of one part among several), the quotation is searched for, some times at most.
    mutating func place(_ segment: JSONValue) -> Range<Int>? {
        let start = segment["startIndex"]?.integer ?? 0
        let end = segment["endIndex"]?.integer ?? 0
        let quoted = segment["text"]?.string.map { Array($0.utf8) }
        if 0 <= start, start < end, end <= bytes.count {
            let range = Int(start)..<Int(end)
            if quoted.map({ $0.elementsEqual(bytes[range]) }) ?? true { return codePoints(range) }
        }
        guard let quoted, !quoted.isEmpty, searches < DialectLimits.quotationSearches else { return nil }
        searches += 1
        return find(quoted).map { codePoints($0..<$0 + quoted.count) }
    }

    private func find(_ needle: [UInt8]) -> Int? {
        guard needle.count <= bytes.count else { return nil }
        for start in 0...(bytes.count - needle.count) where bytes[start] == needle[0] {
            if bytes[start..<start + needle.count].elementsEqual(needle) { return start }
        }
        return nil
    }

    private func codePoints(_ range: Range<Int>) -> Range<Int> {
        codePoints(before: range.lowerBound)..<codePoints(before: range.upperBound)
    }

    private func codePoints(before index: Int) -> Int {
        let mark = index / Self.markBytes
        return bytes[mark * Self.markBytes..<index].reduce(marks[mark]) { $0 + (Self.beginsCodePoint($1) ? 1 : 0) }
    }

    private static func beginsCodePoint(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }
}
