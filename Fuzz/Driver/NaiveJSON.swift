import JSONText

/// A JSON text as a parser sees it that was written for being read (RFC 8259), with the scanner's two bounds.
struct NaiveJSON {
    enum Content {
        case object([(key: [UInt8], value: NaiveJSON)])
        case array([NaiveJSON])
        case string([UInt8])
        case number(String)
        case literal(String)
    }

    var content: Content
    var range: Range<Int>

    static func parse(_ bytes: [UInt8]) -> NaiveJSON? {
        // The standard library knows which bytes are UTF-8.
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var parser = Parser(bytes: bytes)
        parser.skipSpace()
        guard let value = parser.value(depth: 0) else { return nil }
        parser.skipSpace()
        return parser.index == bytes.count ? value : nil
    }

    /// Whether both have the same contents, wherever they stand.
    func hasContent(of other: NaiveJSON) -> Bool {
        switch (content, other.content) {
        case (.object(let left), .object(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy { $0.key == $1.key && $0.value.hasContent(of: $1.value) }
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.hasContent(of: $1) }
        case (.string(let left), .string(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.literal(let left), .literal(let right)): left == right
        default: false
        }
    }

    /// The values of all members of that name; none when this is no object.
    func members(_ name: String) -> [NaiveJSON] {
        guard case .object(let members) = content else { return [] }
        return members.filter { $0.key == Array(name.utf8) }.map(\.value)
    }

    /// Whether this is an object with two members of one name.
    var repeatsKeys: Bool {
        guard case .object(let members) = content else { return false }
        return Set(members.map(\.key)).count < members.count
    }

    var text: String? {
        guard case .string(let text) = content else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    var elements: [NaiveJSON]? {
        guard case .array(let elements) = content else { return nil }
        return elements
    }

    /// The number when it is a whole one of 64 bits, by moving its point in the text.
    static func integer(_ text: String) -> Int64? {
        let parts = text.lowercased().split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let sign = mantissa[0].hasPrefix("-") ? "-" : ""
        let whole = mantissa[0].drop { $0 == "-" }
        var fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        while fraction.hasSuffix("0") { fraction.removeLast() }
        var digits = String((whole + fraction).drop { $0 == "0" })
        if digits.isEmpty { return 0 }
        // An exponent beyond these moves the point out of any number that fits the text's bound.
        guard var shift = parts.count > 1 ? Int(parts[1]) : 0, (-10_000...10_000).contains(shift) else { return nil }
        shift -= fraction.count
        while shift < 0, digits.hasSuffix("0") {
            digits.removeLast()
            shift += 1
        }
        guard shift >= 0, digits.count + shift <= 19 else { return nil }
        return Int64(sign + digits + String(repeating: "0", count: shift))
    }
}

private struct Parser {
    let bytes: [UInt8]
    var index = 0

    private static let depthMax = JSONLimits.depth
    private static let numberBytesMax = JSONLimits.numberBytes

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skipSpace() {
        while let byte = next, [32, 9, 10, 13].contains(byte) { index += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    mutating func value(depth: Int) -> NaiveJSON? {
        let start = index
        guard let byte = next else { return nil }
        let content: NaiveJSON.Content?
        switch byte {
        case 123: content = depth < Self.depthMax ? object(depth: depth + 1) : nil
        case 91: content = depth < Self.depthMax ? array(depth: depth + 1) : nil
        case 34: content = string().map { .string($0) }
        case 116: content = take("true") ? .literal("true") : nil
        case 102: content = take("false") ? .literal("false") : nil
        case 110: content = take("null") ? .literal("null") : nil
        default: content = number().map { .number($0) }
        }
        return content.map { NaiveJSON(content: $0, range: start..<index) }
    }

    private mutating func object(depth: Int) -> NaiveJSON.Content? {
        var members: [(key: [UInt8], value: NaiveJSON)] = []
        index += 1
        skipSpace()
        if take("}") { return .object([]) }
        while true {
            skipSpace()
            guard next == 34, let key = string() else { return nil }
            skipSpace()
            guard take(":") else { return nil }
            skipSpace()
            guard let value = value(depth: depth) else { return nil }
            members.append((key, value))
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { return nil }
        }
    }

    private mutating func array(depth: Int) -> NaiveJSON.Content? {
        var elements: [NaiveJSON] = []
        index += 1
        skipSpace()
        if take("]") { return .array([]) }
        while true {
            skipSpace()
            guard let element = value(depth: depth) else { return nil }
            elements.append(element)
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { return nil }
        }
    }

    /// The unescaped bytes; a lone surrogate decodes to U+FFFD.
    private mutating func string() -> [UInt8]? {
        var units: [UInt8] = []
        index += 1
        while let byte = next {
            index += 1
            if byte == 34 { return units }
            if byte < 32 { return nil }
            if byte != 92 {
                units.append(byte)
                continue
            }
            guard let escape = next else { return nil }
            index += 1
            let simple: [UInt8: UInt8] = [34: 34, 92: 92, 47: 47, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9]
            if let plain = simple[escape] {
                units.append(plain)
            } else {
                guard escape == 117, let scalar = scalar() else { return nil }
                units += Array(String(Character(scalar)).utf8)
            }
        }
        return nil
    }

    /// Behind `\u`.
    private mutating func scalar() -> Unicode.Scalar? {
        guard let first = hex() else { return nil }
        if let scalar = Unicode.Scalar(first) { return scalar }
        let before = index
        if first < 0xDC00, take("\\u"), let second = hex(), (0xDC00...0xDFFF).contains(second) {
            return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        }
        index = before
        return "\u{FFFD}"
    }

    private mutating func hex() -> UInt32? {
        let digits = bytes[index...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }) else { return nil }
        index += 4
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private mutating func number() -> String? {
        let start = index
        _ = take("-")
        if !take("0") { guard digits() else { return nil } }
        if take(".") { guard digits() else { return nil } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() else { return nil }
        }
        guard index - start <= Self.numberBytesMax else { return nil }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func digits() -> Bool {
        let start = index
        while let byte = next, (48...57).contains(byte) { index += 1 }
        return index > start
    }
}
