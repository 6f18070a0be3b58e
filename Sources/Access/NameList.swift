/// Names of models or providers that a key may use.
///
/// An entry is a whole name, or the beginning of names and a `*`: `openai/*`. An entry without a variant also names the
/// variants of its model: `openai/gpt-oss-20b` includes `openai/gpt-oss-20b:free`.
package struct NameList: Hashable, Sendable {
    package let names: [String]
    private let exact: [String]
    /// Without their `*`.
    private let beginnings: [String]

    /// - Returns: nil for an empty list, which would allow nothing, for an empty name, and for a `*` that is not at the
    ///   end.
    package init?(_ names: [String]) {
        guard !names.isEmpty, names.count <= AccessLimits.listedNames else { return nil }
        var exact: [String] = []
        var beginnings: [String] = []
        for name in names {
            guard !name.isEmpty, name.utf8.count <= AccessLimits.listedNameBytes else { return nil }
            guard let star = name.firstIndex(of: "*") else {
                exact.append(name)
                continue
            }
            guard name.index(after: star) == name.endIndex else { return nil }
            beginnings.append(String(name.dropLast()))
        }
        self.names = names
        self.exact = exact
        self.beginnings = beginnings
    }

    package func contains(_ name: String) -> Bool {
        for entry in exact where entry == name { return true }
        for beginning in beginnings where name.utf8.starts(with: beginning.utf8) { return true }
        guard let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")) else { return false }
        let base = name[..<colon]
        for entry in exact where entry == base { return true }
        return false
    }
}
