import Completions
import JSONText

extension RequestField {
    /// The field with this key, if the router knows it.
    init?(_ key: JSONKey) {
        guard let field = Self.keys[key] else { return nil }
        self = field
    }

    private static let keys = KeyTable(allCases.map { ($0.wireName, $0) })
}
