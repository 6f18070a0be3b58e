import JSONText

extension JSONValue {
    /// What a provider numbers something with; nil for what is no such number.
    var providerIndex: Int? {
        integer.flatMap { Int(exactly: $0) }.flatMap { DialectLimits.providerIndexes.contains($0) ? $0 : nil }
    }
}
