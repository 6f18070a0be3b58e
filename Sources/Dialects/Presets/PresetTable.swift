import Catalog
package import Completions

/// The presets of a server.
package struct PresetTable: Sendable {
    private var presets: [String: Preset] = [:]
    /// How many names an error lists.
    private static let shownNames = 8
    /// Characters of a name that an error repeats.
    private static let shownCharacters = 64

    /// - Parameter presets: no two of one slug.
    package init(_ presets: [Preset] = []) {
        for preset in presets { self.presets[preset.slug] = preset }
    }

    package var isEmpty: Bool { presets.isEmpty }
    package var count: Int { presets.count }

    package subscript(slug: String) -> Preset? { presets[slug] }

    /// The preset that a request names.
    ///
    /// - Throws: a 404 with the field that names it and the nearest names.
    package func preset(_ reference: PresetReference) throws(APIError) -> Preset {
        if let preset = presets[reference.slug] { return preset }
        let names = presets.keys.sorted()
        let nearest = NearestNames.nearest(to: reference.slug, among: names)
        var hint = "Did you mean \(nearest.joined(separator: " or "))?"
        if nearest.isEmpty {
            let rest = names.count - Self.shownNames
            hint = "There are: " + names.prefix(Self.shownNames).joined(separator: ", ")
            hint += rest > 0 ? " and \(rest) more." : "."
        }
        let shown = reference.slug.prefix(Self.shownCharacters)
        throw APIError(
            .notFound, "There is no preset \"\(shown)\" on this server. \(hint)", param: reference.param)
    }
}
