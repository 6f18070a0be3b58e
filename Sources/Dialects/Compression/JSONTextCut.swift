import Completions

/// Cuts inside of a JSON string as written: never within a character or an escape.
enum JSONTextCut {
    /// The middle that has to go so that about `keeping` of its tokens stay, half of them at either end.
    ///
    /// - Parameter range: the string with its quotes.
    static func middle(of range: Range<Int>, keeping: Int, of tokens: Int, in source: Span<UInt8>) -> Range<Int> {
        let inside = range.lowerBound + 1..<range.upperBound - 1
        let half = inside.count * keeping / max(1, tokens) / 2
        let head = boundary(at: inside.lowerBound + half, from: inside, in: source)
        let tail = boundary(at: inside.upperBound - half, from: inside, in: source)
        return head..<max(head, tail)
    }

    /// What is left of a string without the cut.
    static func tokens(of range: Range<Int>, without cut: Range<Int>, in source: Span<UInt8>) -> Int {
        var estimator = TokenEstimator()
        // Quotes are passed over, as the estimator wants them around a string.
        estimator.add(escaped: source.extracting(range.lowerBound..<min(cut.lowerBound + 1, range.upperBound)))
        estimator.add(escaped: source.extracting(max(cut.upperBound - 1, range.lowerBound)..<range.upperBound))
        return estimator.tokens
    }

    /// The last place between two characters that is not behind `limit`.
    private static func boundary(at limit: Int, from inside: Range<Int>, in source: Span<UInt8>) -> Int {
        var place = inside.lowerBound
        while place < inside.upperBound {
            let next = place + length(at: place, source)
            if next > limit { return place }
            place = next
        }
        return place
    }

    private static func length(at place: Int, _ source: Span<UInt8>) -> Int {
        switch source[place] {
        case UInt8(ascii: "\\"):
            guard source[place + 1] == UInt8(ascii: "u") else { return 2 }
            // The halves of a character beyond the first plane belong together.
            return isHighSurrogate(place, source) && source[place + 6] == UInt8(ascii: "\\") ? 12 : 6
        case 0xF0...: return 4
        case 0xE0...: return 3
        case 0xC0...: return 2
        default: return 1
        }
    }

    private static func isHighSurrogate(_ place: Int, _ source: Span<UInt8>) -> Bool {
        (source[place + 2] | 0x20) == UInt8(ascii: "d")
            && (UInt8(ascii: "8")...UInt8(ascii: "b")).contains(source[place + 3] | 0x20)
    }
}
