/// Strings, keys, numbers and names, and what stands between them.
extension JSONHealer {
    enum Scalar {
        case whole
        /// The text ended before its value could be told.
        case unfinished
        /// No JSON, and nothing that is meant for it.
        case unknown
    }

    /// Copies a string, which ends at the quote that it began with or at the end of the text.
    mutating func string(_ quote: UInt8) {
        if quote != UInt8(ascii: "\"") { isIntact = false }
        out.append(UInt8(ascii: "\""))
        position += 1
        while position < source.count {
            let byte = source[position]
            if byte == quote {
                position += 1
                out.append(UInt8(ascii: "\""))
                return
            }
            switch byte {
            case UInt8(ascii: "\\"): escape()
            case UInt8(ascii: "\""):
                out += [UInt8(ascii: "\\"), byte]
                position += 1
            case 0..<0x20: control(byte)
            default:
                out.append(byte)
                position += 1
            }
        }
        isIntact = false
        out.append(UInt8(ascii: "\""))
    }

    private mutating func escape() {
        let next = position + 1 < source.count ? source[position + 1] : nil
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            out += [UInt8(ascii: "\\"), next!]
            position += 2
        case UInt8(ascii: "u"):
            let digits = source[(position + 2)...].prefix(4)
            if digits.count == 4, digits.allSatisfy(Self.isHexDigit) {
                out += source[position..<position + 6]
                position += 6
            } else {
                isIntact = false
                // The text stops in the middle of a character.
                if digits.count < 4, digits.allSatisfy(Self.isHexDigit) { return position = source.count }
                out += Array("\\\\u".utf8)
                position += 2
            }
        case UInt8(ascii: "'"):
            isIntact = false
            out.append(UInt8(ascii: "'"))
            position += 2
        case nil:
            isIntact = false
            position += 1
        default:
            // A backslash that means itself, as in a path or a pattern.
            isIntact = false
            out += Array("\\\\".utf8)
            position += 1
        }
    }

    private mutating func control(_ byte: UInt8) {
        isIntact = false
        position += 1
        switch byte {
        case 0x0A: out += Array("\\n".utf8)
        case 0x0D: out += Array("\\r".utf8)
        case 0x09: out += Array("\\t".utf8)
        default:
            let digits = Array("0123456789abcdef".utf8)
            out += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    /// Copies a key without quotes. Returns whether there was one.
    mutating func bareKey() -> Bool {
        let start = position
        while position < source.count, Self.isNameByte(source[position]) { position += 1 }
        guard position > start else { return false }
        isIntact = false
        out += [UInt8(ascii: "\"")] + source[start..<position] + [UInt8(ascii: "\"")]
        return true
    }

    mutating func scalar() -> Scalar {
        let start = position
        while position < source.count, Self.isNameByte(source[position]) || source[position] == UInt8(ascii: "+") {
            position += 1
        }
        let token = String(decoding: source[start..<position], as: UTF8.self)
        if token.isEmpty { return .unknown }
        let isLast = position == source.count
        if let name = Self.literal(token, isLast: isLast) {
            if name != token { isIntact = false }
            out += Array(name.utf8)
            return .whole
        }
        guard let number = Self.number(token[...], isLast: isLast) else { return .unknown }
        if number.isEmpty { return .unfinished }
        if number != token { isIntact = false }
        out += Array(number.utf8)
        return .whole
    }

    private static func literal(_ token: String, isLast: Bool) -> String? {
        switch token {
        case "true", "True": return "true"
        case "false", "False": return "false"
        case "null", "None": return "null"
        default: return isLast ? ["true", "false", "null"].first { $0.hasPrefix(token) } : nil
        }
    }

    /// The number as JSON spells it: no plus sign, a digit on each side of the point, no exponent that is empty. What is
    /// cut off after a sign is an empty text; what is no number, nil.
    private static func number(_ token: Substring, isLast: Bool) -> String? {
        var rest = token
        var result = ""
        func digits() -> Substring {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return digits
        }
        if rest.hasPrefix("-") { result = "-" }
        if rest.hasPrefix("-") || rest.hasPrefix("+") { rest = rest.dropFirst() }
        let whole = digits()
        if whole.count > 1, whole.hasPrefix("0") { return nil }
        var fraction: Substring = ""
        if rest.hasPrefix(".") {
            rest = rest.dropFirst()
            fraction = digits()
        }
        if whole.isEmpty, fraction.isEmpty { return isLast && rest.isEmpty ? "" : nil }
        result += (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
        guard let sign = rest.first else { return result }
        guard sign == "e" || sign == "E" else { return nil }
        var exponent = "e"
        rest = rest.dropFirst()
        if rest.hasPrefix("-") || rest.hasPrefix("+") { exponent.append(rest.removeFirst()) }
        let power = digits()
        if power.isEmpty { return isLast && rest.isEmpty ? result : nil }
        return rest.isEmpty ? result + exponent + power : nil
    }

    // MARK: Between

    mutating func skipBlanks() {
        while position < source.count {
            switch source[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "/") where source[position...].starts(with: "//".utf8): skipComment(endingAfter: "\n")
            case UInt8(ascii: "/") where source[position...].starts(with: "/*".utf8): skipComment(endingAfter: "*/")
            default: return
            }
        }
    }

    private mutating func skipComment(endingAfter end: StaticString) {
        isIntact = false
        let count = end.utf8CodeUnitCount
        position += count
        while position < source.count {
            let isEnd = source[(position - count)..<position].elementsEqual("\(end)".utf8)
            if isEnd { return }
            position += 1
        }
    }

    // MARK: Beginnings

    /// Where the JSON may begin, the likeliest first: in a code block, at the beginning, at the first brackets.
    func starts() -> [Int] {
        var starts: [Int] = []
        func add(_ index: Int) {
            if index < source.count, isOpening(index), !starts.contains(index) { starts.append(index) }
        }
        for fence in source.indices where source[fence] == UInt8(ascii: "`") {
            guard source[fence...].starts(with: "```".utf8) else { continue }
            var index = fence + 3
            while index < source.count, Self.isNameByte(source[index]) { index += 1 }
            while index < source.count, Self.isBlank(source[index]) { index += 1 }
            add(index)
            if !starts.isEmpty { break }
        }
        let first = source.firstIndex { !Self.isBlank($0) } ?? 0
        if beginsJSON(first) { add(first) }
        var left = HealingLimits.starts
        for index in source.indices where left > 0 && isOpening(index) && beginsJSON(index) {
            add(index)
            left -= 1
        }
        add(first)
        return starts
    }

    /// Whether a bracket begins JSON, as far as what is behind it tells. Numbers in brackets are marks of sources as
    /// often, and empty brackets are mentioned as often as meant.
    private func beginsJSON(_ index: Int) -> Bool {
        guard index + 1 < source.count, let next = source[(index + 1)...].first(where: { !Self.isBlank($0) }) else {
            return true
        }
        return source[index] == UInt8(ascii: "[") ? "{[\"'".utf8.contains(next) : next != UInt8(ascii: "}")
    }

    private func isOpening(_ index: Int) -> Bool {
        source[index] == UInt8(ascii: "{") || source[index] == UInt8(ascii: "[")
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Of keys without quotes, of names and of numbers.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...: true
        default: false
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
