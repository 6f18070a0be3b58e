import JSONText

/// Mends a text that was to be JSON and is not: the plugin `response-healing`. Source: openrouter spec 8.
///
/// What is mended: code fences and prose around the JSON, brackets that are missing at the end or in the wrong order,
/// commas too many or too few, keys without quotes, single quotes, comments, Python's `True`, `False` and `None`, line
/// breaks and unknown escapes in strings, numbers such as `+1` and `.5`. A text that stops in the middle of a value is
/// closed there; a key whose value never came is left out. Nothing is invented: a text that has other faults stays as
/// it is.
///
/// Where only what is around the JSON was wrong, the JSON keeps its bytes; else it comes without blanks.
package struct JSONHealer {
    /// The mended text; nil where there is nothing to mend, or no way to.
    package static func mended(_ text: String) -> String? {
        guard text.utf8.count <= HealingLimits.textBytes else { return nil }
        let source = Array(text.utf8)
        if isValid(source) { return nil }
        var healer = JSONHealer(source)
        for start in healer.starts() {
            if let mended = healer.mend(at: start), isValid(mended) { return String(decoding: mended, as: UTF8.self) }
            // What is inside an object that cannot be mended is not the answer.
            if healer.isJSON { return nil }
        }
        return nil
    }

    private static func isValid(_ bytes: [UInt8]) -> Bool {
        (try? JSONScanner().scan(copying: bytes.span)) != nil
    }

    /// What may come next.
    enum Expected {
        /// An element of an array, or its end.
        case element
        /// A key of an object, or its end.
        case key
        case colon
        /// The value of a key.
        case value
        /// What follows a value: a comma or the end of what it is in.
        case next
    }

    private struct Level {
        let closer: UInt8
        var isEmpty = true
    }

    let source: [UInt8]
    var position = 0
    var out: [UInt8] = []
    /// Whether what was read is JSON as it stands.
    var isIntact = true
    /// Whether enough was read to tell JSON from prose with brackets.
    private(set) var isJSON = false
    private var levels: [Level] = []
    private var hasBareKey = false
    private var isAfterComma = false
    /// Where the member that is being read began in `out`, and whether it was the first.
    private var member = (start: 0, isFirst: true)

    init(_ source: [UInt8]) {
        self.source = source
    }

    /// Reads one object or array.
    ///
    /// - Returns: nil where it has a fault that cannot be mended.
    mutating func mend(at start: Int) -> [UInt8]? {
        position = start
        out = []
        isIntact = true
        isJSON = false
        levels = []
        isAfterComma = false
        hasBareKey = false
        var expected = Expected.element
        repeat {
            skipBlanks()
            guard !isAtEnd else {
                // A word behind a bracket is prose.
                if !isJSON, hasBareKey { return nil }
                closeAll(expected)
                break
            }
            guard let next = step(expected) else { return nil }
            expected = next
        } while !levels.isEmpty
        return isIntact ? Array(source[start..<position]) : out
    }

    /// At the end of the text, or of the code block that it is in.
    private var isAtEnd: Bool { position >= source.count || source[position] == UInt8(ascii: "`") }

    private mutating func step(_ expected: Expected) -> Expected? {
        let byte = source[position]
        if expected == .colon, byte != UInt8(ascii: ":") { return nil }
        if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { return close(byte, expected) }
        if byte == UInt8(ascii: ",") { return comma(expected) }
        switch expected {
        case .element, .value: return value(byte, expected)
        case .key: return key(byte)
        case .colon:
            position += 1
            out.append(byte)
            isJSON = true
            return .value
        case .next:
            // A comma is missing.
            isIntact = false
            return inside
        }
    }

    /// What the innermost object or array holds.
    private var inside: Expected { levels.last?.closer == UInt8(ascii: "}") ? .key : .element }

    private mutating func comma(_ expected: Expected) -> Expected {
        position += 1
        if expected == .value { dropMember() }
        if expected != .next { isIntact = false }
        isAfterComma = true
        return inside
    }

    private mutating func value(_ byte: UInt8, _ expected: Expected) -> Expected? {
        let mark = out.count
        if expected == .element { beginItem() }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard levels.count < HealingLimits.depth else {
                isJSON = true
                return nil
            }
            position += 1
            out.append(byte)
            levels.append(Level(closer: byte + 2))
            return inside
        case UInt8(ascii: "\""), UInt8(ascii: "'"): string(byte)
        default:
            switch scalar() {
            case .whole: break
            case .unfinished:
                // The text ends before there was anything of it.
                out.removeSubrange(mark...)
                return expected
            case .unknown: return nil
            }
        }
        isJSON = true
        return .next
    }

    private mutating func key(_ byte: UInt8) -> Expected? {
        member = (out.count, levels[levels.count - 1].isEmpty)
        beginItem()
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            string(byte)
        } else {
            guard bareKey() else { return nil }
            hasBareKey = true
        }
        return .colon
    }

    /// Separates what comes from what there is.
    private mutating func beginItem() {
        isAfterComma = false
        guard let last = levels.indices.last else { return }
        if !levels[last].isEmpty { out.append(UInt8(ascii: ",")) }
        levels[last].isEmpty = false
    }

    private mutating func dropMember() {
        out.removeSubrange(member.start...)
        levels[levels.count - 1].isEmpty = member.isFirst
        isIntact = false
    }

    // MARK: Ends

    private mutating func close(_ byte: UInt8, _ expected: Expected) -> Expected {
        position += 1
        if expected == .value { dropMember() }
        if isAfterComma { isIntact = false }
        isAfterComma = false
        if levels.contains(where: { $0.closer == byte }) {
            while levels[levels.count - 1].closer != byte { closeInnermost() }
        }
        if levels[levels.count - 1].closer != byte { isIntact = false }
        out.append(levels.removeLast().closer)
        return .next
    }

    private mutating func closeInnermost() {
        isIntact = false
        out.append(levels.removeLast().closer)
    }

    private mutating func closeAll(_ expected: Expected) {
        if expected == .colon || expected == .value { dropMember() }
        while !levels.isEmpty { closeInnermost() }
    }
}
