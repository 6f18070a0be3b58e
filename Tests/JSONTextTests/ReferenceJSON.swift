import JSONText

/// A slow, plain reader of JSON written straight from RFC 8259: what the scanner is compared with.
indirect enum ReferenceJSON: Equatable {
    case object([Member])
    case array([ReferenceJSON])
    case string(String)
    case number(String)
    case bool(Bool)
    case null

    struct Member: Equatable {
        let key: String
        let value: ReferenceJSON
    }

    /// The value of a text, or nil when it is no JSON within the scanner's bounds.
    static func parse(_ bytes: [UInt8]) -> ReferenceJSON? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var reader = Reader(rest: Array(text.unicodeScalars)[...])
        reader.skipSpace()
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipSpace()
        return reader.rest.isEmpty ? value : nil
    }

    static func parse(_ text: String) -> ReferenceJSON? { parse(Array(text.utf8)) }

    /// The same tree read through the views of a scan.
    init(_ value: JSONValue) {
        switch value.kind {
        case .object:
            self = .object(value.members.map { Member(key: $0.key.string, value: ReferenceJSON($0.value)) })
        case .array: self = .array(value.elements.map { ReferenceJSON($0) })
        case .string: self = .string(value.string!)
        case .number: self = .number(value.numberText!)
        case .true, .false: self = .bool(value.bool!)
        case .null: self = .null
        }
    }
}

private struct Reader {
    var rest: ArraySlice<Unicode.Scalar>

    mutating func skipSpace() {
        while let first = rest.first, " \n\r\t".unicodeScalars.contains(first) { rest.removeFirst() }
    }

    mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest.removeFirst(text.unicodeScalars.count)
        return true
    }

    mutating func value(depth: Int) -> ReferenceJSON? {
        switch rest.first {
        case "{": depth < JSONLimits.depth ? object(depth: depth + 1) : nil
        case "[": depth < JSONLimits.depth ? array(depth: depth + 1) : nil
        case "\"": string().map { .string($0) }
        case "t": take("true") ? .bool(true) : nil
        case "f": take("false") ? .bool(false) : nil
        case "n": take("null") ? .null : nil
        default: number().map { .number($0) }
        }
    }

    mutating func object(depth: Int) -> ReferenceJSON? {
        rest.removeFirst()
        var members: [ReferenceJSON.Member] = []
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard rest.first == "\"", let key = string() else { return nil }
            skipSpace()
            guard take(":") else { return nil }
            skipSpace()
            guard let value = value(depth: depth) else { return nil }
            members.append(.init(key: key, value: value))
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { return nil }
        }
    }

    mutating func array(depth: Int) -> ReferenceJSON? {
        rest.removeFirst()
        var elements: [ReferenceJSON] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            skipSpace()
            guard let value = value(depth: depth) else { return nil }
            elements.append(value)
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { return nil }
        }
    }

    mutating func string() -> String? {
        rest.removeFirst()
        var units: [UInt16] = []
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return String(decoding: units, as: UTF16.self)
            case "\\":
                guard let unit = escape() else { return nil }
                units.append(unit)
            default:
                guard scalar.value >= 0x20 else { return nil }
                units.append(contentsOf: Array(String(scalar).utf16))
            }
        }
        return nil
    }

    mutating func escape() -> UInt16? {
        switch rest.popFirst() {
        case "\"": return 0x22
        case "\\": return 0x5C
        case "/": return 0x2F
        case "b": return 8
        case "f": return 12
        case "n": return 10
        case "r": return 13
        case "t": return 9
        case "u":
            let digits = rest.prefix(4)
            guard digits.count == 4, digits.allSatisfy({ $0.properties.isASCIIHexDigit }) else { return nil }
            rest.removeFirst(4)
            return UInt16(digits.map(String.init).joined(), radix: 16)
        default: return nil
        }
    }

    mutating func number() -> String? {
        var text = ""
        func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { ("0"..."9").contains($0) } ?? false }
        func digits() -> Bool {
            guard isDigit(rest.first) else { return false }
            while isDigit(rest.first) { text.unicodeScalars.append(rest.removeFirst()) }
            return true
        }
        if take("-") { text += "-" }
        if take("0") { text += "0" } else if !digits() { return nil }
        if take(".") {
            text += "."
            if !digits() { return nil }
        }
        if let exponent = rest.first, exponent == "e" || exponent == "E" {
            text.unicodeScalars.append(rest.removeFirst())
            if let sign = rest.first, sign == "+" || sign == "-" { text.unicodeScalars.append(rest.removeFirst()) }
            if !digits() { return nil }
        }
        return text.utf8.count <= JSONLimits.numberBytes ? text : nil
    }
}
