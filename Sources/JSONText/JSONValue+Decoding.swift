extension JSONValue {
    /// The member of that name; an error that names its path when there is none or this is no object.
    package func required(_ key: StaticString, _ expected: StaticString = "a value") throws(JSONDecodingError)
        -> JSONValue
    {
        if let value = self[key] { return value }
        throw missing(key, expected: expected)
    }

    /// The member of that name; nil when it is absent or `null`.
    package func optional(_ key: StaticString) -> JSONValue? {
        guard let value = self[key], !value.isNull else { return nil }
        return value
    }

    /// The string, unescaped.
    package func asString(_ expected: StaticString = "a string") throws(JSONDecodingError) -> String {
        if let string { return string }
        throw mismatch(expected)
    }

    /// The exact integer.
    package func asInteger(_ expected: StaticString = "an integer") throws(JSONDecodingError) -> Int64 {
        if let integer { return integer }
        throw mismatch(expected)
    }

    /// The exact integer, which must lie in `range`.
    package func asInteger(in range: ClosedRange<Int64>) throws(JSONDecodingError) -> Int64 {
        if let integer, range.contains(integer) { return integer }
        throw mismatch(
            range.upperBound == Int64.max
                ? "an integer of at least \(range.lowerBound)"
                : "an integer from \(range.lowerBound) to \(range.upperBound)")
    }

    package func asDouble(_ expected: StaticString = "a number") throws(JSONDecodingError) -> Double {
        if let double { return double }
        throw mismatch(expected)
    }

    /// The number, which must lie in `range`.
    package func asDouble(in range: ClosedRange<Double>) throws(JSONDecodingError) -> Double {
        if let double, range.contains(double) { return double }
        throw mismatch("a number from \(range.lowerBound) to \(range.upperBound)")
    }

    package func asBool(_ expected: StaticString = "true or false") throws(JSONDecodingError) -> Bool {
        if let bool { return bool }
        throw mismatch(expected)
    }

    /// Itself, when it is an object.
    package func asObject(_ expected: StaticString = "an object") throws(JSONDecodingError) -> JSONValue {
        if isObject { return self }
        throw mismatch(expected)
    }

    /// Itself, when it is an array.
    package func asArray(_ expected: StaticString = "an array") throws(JSONDecodingError) -> JSONValue {
        if isArray { return self }
        throw mismatch(expected)
    }

    /// The error to throw when this value is not what it should be.
    package func mismatch(_ expected: StaticString) -> JSONDecodingError { mismatch("\(expected)") }

    /// The error to throw when this value is not what it should be.
    package func mismatch(_ expected: String) -> JSONDecodingError {
        JSONDecodingError(path: path, expected: expected, found: summary, offset: range.lowerBound)
    }

    /// The error to throw when this object lacks a member.
    package func missing(_ key: StaticString, expected: StaticString) -> JSONDecodingError {
        guard isObject else { return mismatch("an object") }
        return JSONDecodingError(
            path: Self.path(path, adding: "\(key)"), expected: "\(expected)", found: "nothing",
            offset: range.lowerBound)
    }

    /// What kind of value this is, as a noun phrase; short scalars with their text, which is never a secret's place:
    /// strings are not shown.
    package var summary: String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string: isEmptyString ? "an empty string" : "a string"
        case .number: "the number \(rawBytes.count <= 32 ? rawText : "of \(rawBytes.count) digits")"
        case .true: "true"
        case .false: "false"
        case .null: "null"
        }
    }
}
