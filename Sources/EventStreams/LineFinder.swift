/// Finds the lines of a stream that end with LF, CRLF or CR, whatever pieces they arrive in.
///
/// A CR ends its line at once, and a LF that follows it later is skipped: an event is not held back for a byte that
/// may never come.
struct LineFinder {
    /// Where the next line begins.
    private(set) var position = 0
    /// The first LF at or behind `position`, when it is known.
    private var lineFeed = -1
    /// No LF stands before this, apart from `lineFeed`.
    private var lineFeedSearched = 0
    /// The first CR at or behind `position`, when it is known.
    private var carriageReturn = -1
    /// No CR stands before this, apart from `carriageReturn`.
    private var carriageReturnSearched = 0
    /// Whether a LF at `position` belongs to the line before.
    private var skipsLineFeed = false

    /// The next line without its end, or nil while it is incomplete. At the end of the input the rest is a line.
    mutating func next(_ bytes: Span<UInt8>, _ atEnd: Bool) -> Range<Int>? {
        if skipsLineFeed, position < bytes.count {
            if bytes[position] == ByteSearch.lineFeed { position += 1 }
            skipsLineFeed = false
        }
        let start = position
        // Most blank lines are one LF; they need no search.
        if start < bytes.count, bytes[start] == ByteSearch.lineFeed {
            position = start + 1
            return start..<start
        }
        if lineFeed < start {
            let from = max(start, lineFeedSearched)
            lineFeed = ByteSearch.first(ByteSearch.lineFeed, in: bytes, from..<bytes.count) ?? -1
            lineFeedSearched = lineFeed < 0 ? bytes.count : lineFeed + 1
        }
        let limit = lineFeed < 0 ? bytes.count : lineFeed
        if carriageReturn < start {
            let from = max(start, carriageReturnSearched)
            carriageReturn =
                from < limit ? ByteSearch.first(ByteSearch.carriageReturn, in: bytes, from..<limit) ?? -1 : -1
            carriageReturnSearched = carriageReturn < 0 ? max(from, limit) : carriageReturn + 1
        }
        if carriageReturn >= 0 {
            endLine(bytes)
            return start..<carriageReturn
        }
        if lineFeed >= 0 {
            position = lineFeed + 1
            return start..<lineFeed
        }
        guard atEnd, start < bytes.count else { return nil }
        position = bytes.count
        return start..<bytes.count
    }

    private mutating func endLine(_ bytes: Span<UInt8>) {
        position = carriageReturn + 1
        if position == bytes.count {
            skipsLineFeed = true
        } else if bytes[position] == ByteSearch.lineFeed {
            position += 1
        }
    }

    /// Goes on at the start of the line last returned, or anywhere behind it.
    mutating func move(to start: Int) {
        position = start
        skipsLineFeed = false
    }

    /// Moves every position when bytes were dropped from the front.
    mutating func rebase(_ consumed: Int) {
        position = max(0, position - consumed)
        lineFeed = max(-1, lineFeed - consumed)
        lineFeedSearched = max(0, lineFeedSearched - consumed)
        carriageReturn = max(-1, carriageReturn - consumed)
        carriageReturnSearched = max(0, carriageReturnSearched - consumed)
    }
}
