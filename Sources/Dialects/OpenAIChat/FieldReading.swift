import Completions
import JSONText

/// Reading one field of a request: its type, its range, and the sentence a caller gets when either is wrong.
///
/// `path` is spelled out only on failure.
extension JSONValue {
    /// The kind in the words of a message.
    var kindName: String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .true, .false: "a boolean"
        case .null: "null"
        }
    }

    func wrongType(_ path: String, _ expected: String) -> APIError {
        .invalid(path, "'\(path)' must be \(expected), but it is \(kindName).")
    }

    func requireBool(_ path: @autoclosure () -> String) throws(APIError) -> Bool {
        switch kind {
        case .true: return true
        case .false: return false
        default: throw wrongType(path(), "true or false")
        }
    }

    func requireInteger(
        _ bounds: ClosedRange<Int>, _ path: @autoclosure () -> String
    ) throws(APIError) -> Int {
        guard kind == .number else { throw wrongType(path(), "an integer from \(bounds.text)") }
        guard let wide = integer, let value = Int(exactly: wide), bounds.contains(value) else {
            throw .invalid(path(), "'\(path())' must be an integer from \(bounds.text).")
        }
        return value
    }

    @discardableResult
    func requireNumber(
        _ bounds: ClosedRange<Double>, openBelow: Bool = false, _ path: @autoclosure () -> String
    ) throws(APIError) -> Double {
        guard kind == .number else { throw wrongType(path(), "a number") }
        guard let value = double, bounds.contains(value), !openBelow || value > bounds.lowerBound else {
            let lower = openBelow ? "above \(bounds.lowerBound.short)" : "from \(bounds.lowerBound.short)"
            throw .invalid(path(), "'\(path())' must be a number \(lower) up to \(bounds.upperBound.short).")
        }
        return value
    }

    /// A string of at most `limit` characters (Unicode scalars).
    func requireString(
        atMost limit: Int = .max, _ path: @autoclosure () -> String
    ) throws(APIError) -> String {
        guard kind == .string, let text = string else { throw wrongType(path(), "a string") }
        if text.utf8.count <= limit || text.unicodeScalars.count <= limit { return text }
        throw .invalid(path(), "'\(path())' must be at most \(limit) characters long; shorten it.")
    }

    func checkString(_ path: @autoclosure () -> String) throws(APIError) {
        guard kind == .string else { throw wrongType(path(), "a string") }
    }

    func requireStrings(
        atMost limit: Int, _ path: @autoclosure () -> String
    ) throws(APIError) -> [String] {
        guard kind == .array else { throw wrongType(path(), "an array of strings") }
        var texts: [String] = []
        for element in elements {
            guard texts.count < limit else {
                throw .invalid(path(), "'\(path())' may have at most \(limit) entries.")
            }
            texts.append(try element.requireString("\(path())[\(texts.count)]"))
        }
        return texts
    }

    /// An object in which no key is repeated.
    func requireObject(_ path: @autoclosure () -> String) throws(APIError) {
        guard kind == .object else { throw wrongType(path(), "an object") }
        try rejectRepeatedKeys(path())
    }

    /// A repeated key means one thing to us and another to the provider, so it is refused.
    func rejectRepeatedKeys(_ path: @autoclosure () -> String) throws(APIError) {
        guard let repeated = firstRepeatedKey else { return }
        let parent = path()
        let param = parent.isEmpty ? repeated.key.string : "\(parent).\(repeated.key.string)"
        throw .invalid(param, "'\(param)' appears more than once; send each key once.")
    }

    /// That this is the body of a request: an object with at most `DialectLimits.requestMembers`, each there once.
    func requireRequest() throws(APIError) {
        guard isObject else {
            throw APIError(.invalidRequest, "The request body must be a JSON object, but it is \(kindName).")
        }
        guard count <= DialectLimits.requestMembers else {
            throw APIError(
                .invalidRequest,
                "The request has \(count) members; at most \(DialectLimits.requestMembers) are taken. Leave out what no "
                    + "provider reads.")
        }
        try rejectRepeatedKeys("")
    }

    func requireArray(_ path: @autoclosure () -> String) throws(APIError) {
        guard kind == .array else { throw wrongType(path(), "an array") }
    }

    /// That an array has no more entries than that.
    func requireCount(atMost limit: Int, _ path: @autoclosure () -> String) throws(APIError) {
        if count <= limit { return }
        throw .invalid(path(), "'\(path())' may have at most \(limit) entries.")
    }

    /// One of a closed set of words.
    func requireWord<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type, _ path: @autoclosure () -> String
    ) throws(APIError) -> Word where Word.RawValue == String {
        if kind == .string, let text = string, let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        guard kind == .string else { throw wrongType(path(), "one of \(words)") }
        throw .invalid(path(), "'\(path())' must be one of \(words).")
    }
}

extension ClosedRange<Int> {
    fileprivate var text: String { "\(lowerBound) to \(upperBound)" }
}

extension Double {
    /// Without a fraction where there is none.
    fileprivate var short: String {
        self == rounded() ? "\(Int(self))" : "\(self)"
    }
}
