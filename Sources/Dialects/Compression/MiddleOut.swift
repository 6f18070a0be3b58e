import Completions
package import JSONText

/// Makes a conversation fit a context by leaving out its middle.
///
/// Whole messages go first, from the middle outwards: the beginning says what it is about, the end what is wanted now.
/// What was said by the system, the first and the last message of the user, and the very first and last message always
/// stay; a call of tools and its results go together. When that is not enough, the longest texts lose their middles.
/// Sources: wire.md 15, spec 8.
package struct MiddleOut: Sendable, Equatable {
    /// Positions of the messages that go, in order.
    package private(set) var removed: [Int] = []
    /// Bytes inside of texts that go.
    package private(set) var cuts: [Range<Int>] = []
    /// What is left, by estimate.
    package private(set) var tokens: Int
    package private(set) var messageCount: Int

    package var changesNothing: Bool { removed.isEmpty && cuts.isEmpty }

    /// - Parameters:
    ///   - source: the bytes that the conversation was read from.
    ///   - tokensMax: what the prompt may have.
    ///   - messagesMax: how many messages the provider takes; nil for any number.
    /// - Returns: nil where even that is too much which has to stay.
    package init?(_ conversation: Conversation, in source: Span<UInt8>, tokensMax: Int, messagesMax: Int? = nil) {
        tokens = conversation.tokens
        messageCount = conversation.messages.count
        var dropping = Dropping(conversation.messages)
        while tokens > tokensMax || messageCount > messagesMax ?? .max, let unit = dropping.next() {
            remove(unit, conversation.messages)
        }
        if let unit = dropping.toAlternate() { remove(unit, conversation.messages) }
        removed.sort()
        if messageCount > messagesMax ?? .max { return nil }
        if tokens > tokensMax, !shorten(conversation, source, tokensMax) { return nil }
    }

    private mutating func remove(_ unit: [Int], _ messages: [Conversation.Message]) {
        removed += unit
        messageCount -= unit.count
        tokens -= unit.reduce(0) { $0 + messages[$1].tokens }
    }

    /// Adds the edits that carry it out.
    package func write(_ conversation: Conversation, into edits: inout JSONEdits) {
        // The first message stays, so that each run of removed ones takes the commas before them.
        var index = 0
        while index < removed.count {
            var end = index + 1
            while end < removed.count, removed[end] == removed[end - 1] + 1 { end += 1 }
            let start = conversation.messages[removed[index] - 1].range.upperBound
            edits.replace(start..<conversation.messages[removed[end - 1]].range.upperBound, raw: "")
            index = end
        }
        for cut in cuts { edits.replace(cut, raw: Self.mark) }
    }

    /// Stands where a text was cut.
    private static let mark: StaticString = " … "
    private static let markTokens = 2

    // MARK: Texts

    /// Cuts the longest texts down to one length, as long as it may be.
    private mutating func shorten(_ conversation: Conversation, _ source: Span<UInt8>, _ tokensMax: Int) -> Bool {
        let gone = Set(removed)
        let texts = conversation.messages.indices.filter { !gone.contains($0) }
            .flatMap { conversation.messages[$0].texts }
        let rest = tokens - texts.reduce(0) { $0 + $1.tokens }
        var room = tokensMax - rest
        for _ in 0..<CompressionLimits.cuts {
            guard let level = Self.level(texts.map(\.tokens), room) else { return false }
            var cuts: [Range<Int>] = []
            var left = rest
            for text in texts {
                if text.tokens <= level {
                    left += text.tokens
                } else {
                    let cut = JSONTextCut.middle(of: text.range, keeping: level, of: text.tokens, in: source)
                    left += JSONTextCut.tokens(of: text.range, without: cut, in: source) + Self.markTokens
                    cuts.append(cut)
                }
            }
            if left <= tokensMax {
                (self.cuts, tokens) = (cuts, left)
                return true
            }
            room -= max(1, room / 10)
        }
        return false
    }

    /// The length that all longer texts have to be cut to, so that all together fit.
    private static func level(_ lengths: [Int], _ room: Int) -> Int? {
        var (low, high) = (CompressionLimits.textTokensMin, max(CompressionLimits.textTokensMin, lengths.max() ?? 0))
        func fits(_ level: Int) -> Bool {
            lengths.reduce(0) { $0 + ($1 <= level ? $1 : level + markTokens) } <= room
        }
        guard fits(low) else { return nil }
        while low < high {
            let middle = (low + high + 1) / 2
            if fits(middle) { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

/// Which messages go, and in which order: those that belong together as one.
private struct Dropping {
    private let messages: [Conversation.Message]
    /// What may go, in the order of the conversation.
    private var units: [[Int]] = []
    private var isKept: [Bool]
    /// The units that have gone are those from `low` up to `high`.
    private var low = 0
    private var high = 0

    init(_ messages: [Conversation.Message]) {
        self.messages = messages
        isKept = Array(repeating: true, count: messages.count)
        var unitOf = Self.units(messages)
        var members: [Int: [Int]] = [:]
        for (index, unit) in unitOf.enumerated() { members[unit, default: []].append(index) }
        for index in Self.pinned(messages) { unitOf[index] = -1 - unitOf[index] }
        let pinnedUnits = Set(unitOf.filter { $0 < 0 }.map { -1 - $0 })
        units = members.keys.sorted().filter { !pinnedUnits.contains($0) }.map { members[$0]! }
        low = units.count / 2
        high = low
    }

    /// Each message's unit: the position of the first message of it.
    private static func units(_ messages: [Conversation.Message]) -> [Int] {
        var unitOf = Array(messages.indices)
        var callers: [String: Int] = [:]
        var lastCaller: Int?
        for (index, message) in messages.enumerated() {
            if message.hasCalls {
                lastCaller = index
                for id in message.callIDs { callers[id] = index }
            } else if message.role == .tool {
                unitOf[index] = message.answeredID.flatMap { callers[$0] } ?? lastCaller ?? index
            }
        }
        return unitOf
    }

    private static func pinned(_ messages: [Conversation.Message]) -> Set<Int> {
        var pinned = Set(messages.indices.filter { messages[$0].role == .system })
        let users = messages.indices.filter { messages[$0].role == .user }
        pinned.formUnion([users.first, users.last].compactMap(\.self))
        if !messages.isEmpty { pinned.formUnion([0, messages.count - 1]) }
        return pinned
    }

    /// The next unit to go: those around the middle first, from either side in turn.
    mutating func next() -> [Int]? {
        let takesHigher = high - units.count / 2 <= units.count / 2 - low
        if high < units.count, takesHigher || low == 0 {
            high += 1
            return drop(units[high - 1])
        }
        guard low > 0 else { return nil }
        low -= 1
        return drop(units[low])
    }

    private mutating func drop(_ unit: [Int]) -> [Int] {
        for index in unit { isKept[index] = false }
        return unit
    }

    /// One more unit where without it two turns of the same side would follow each other across the gap.
    mutating func toAlternate() -> [Int]? {
        guard low < high, let clash = seam(), clash else { return nil }
        if high < units.count, alternates(without: units[high]) {
            high += 1
            return drop(units[high - 1])
        }
        if low > 0, alternates(without: units[low - 1]) {
            low -= 1
            return drop(units[low])
        }
        return nil
    }

    private func alternates(without unit: [Int]) -> Bool {
        var trial = self
        _ = trial.drop(unit)
        return trial.seam() == false
    }

    /// Whether the turns before and behind the gap are of the same side; nil where there are none.
    private func seam() -> Bool? {
        guard let gap = isKept.firstIndex(of: false), let end = isKept.lastIndex(of: false) else { return nil }
        let before = messages[..<gap].indices.last { isKept[$0] && messages[$0].role != .system }
        let behind = messages[(end + 1)...].indices.first { isKept[$0] && messages[$0].role != .system }
        guard let before, let behind else { return nil }
        let (left, right) = (messages[before].role, messages[behind].role)
        return left == right && left != .tool
    }
}
