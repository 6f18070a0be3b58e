/// Names without their author, as in `gpt-4o`: they lead to a model where only one has them.
enum BareNames {
    static func insert(of models: [Model], into slugs: inout SlugTable) {
        var positions: [Substring: Int] = [:]
        for (position, model) in models.enumerated() {
            guard let slash = model.slug.firstIndex(of: "/") else { continue }
            let name = model.slug[model.slug.index(after: slash)...]
            // Two authors of one name cancel each other.
            positions[name] = positions[name] == nil ? position : -1
        }
        for (name, position) in positions where position >= 0 { _ = slugs.insert(String(name), value: position) }
    }
}
