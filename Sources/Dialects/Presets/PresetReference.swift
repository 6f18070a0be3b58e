package import Completions
package import JSONText

/// Which preset a request names: `preset: "x"`, `model: "@preset/x"` or `model: "author/name@preset/x"`, in any dialect.
/// Source: openrouter spec 4.1, 19.
package struct PresetReference: Sendable, Equatable {
    package let slug: String
    /// The field that names it.
    package let param: String
    /// Whether `model` does.
    let isInModel: Bool
    /// What `model` says in front of it; nil for nothing.
    let model: String?

    private static let marker = "@preset/"

    /// Looks at two members of the body. What else may be wrong with it is for its decoder to say.
    ///
    /// - Returns: nil for a request that names none.
    /// - Throws: a 400 where `preset` is no string, or is another one than `model` names.
    package init?(_ root: JSONValue) throws(APIError) {
        var field: String?
        var name: (model: Substring, slug: Substring)?
        for member in root.members {
            switch member.name {
            case "preset": if !member.value.isNull { field = try member.value.requireString("preset") }
            case "model": if let text = Self.suspicious(member.value) { name = Self.split(text) }
            default: break
            }
        }
        if let field, let name, field != name.slug {
            throw .invalid(
                "preset",
                "'preset' is \"\(field.prefix(64))\" but 'model' names the preset \"\(name.slug.prefix(64))\"; send one of "
                    + "them.")
        }
        guard let slug = field ?? name.map({ String($0.slug) }) else { return nil }
        self.slug = slug
        param = field == nil ? "model" : "preset"
        isInModel = name != nil
        model = name.flatMap { $0.model.isEmpty ? nil : String($0.model) }
    }

    /// Whether a model's name names a preset.
    package static func isIn(model name: String) -> Bool { split(name) != nil }

    /// The text of a model's name that may hold the marker.
    private static func suspicious(_ value: JSONValue) -> String? {
        guard value.isString, value.range.count <= DialectLimits.presetModelBytes else { return nil }
        return value.hasEscapes || value.withRawSpan(hasSign) ? value.string : nil
    }

    private static func hasSign(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index] == UInt8(ascii: "@") { return true }
        return false
    }

    private static func split(_ name: String) -> (model: Substring, slug: Substring)? {
        let bytes = name.utf8
        guard bytes.count <= DialectLimits.presetModelBytes else { return nil }
        for sign in bytes.indices where bytes[sign...].starts(with: marker.utf8) {
            return (name[..<sign], name[bytes.index(sign, offsetBy: marker.utf8.count)...])
        }
        return nil
    }
}
