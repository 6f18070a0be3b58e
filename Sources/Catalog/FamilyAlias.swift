/// `~author/family-latest`: a name for the newest model of a family.
package struct FamilyAlias: Sendable {
    /// The name itself.
    package let slug: String
    /// The name for people, as in `OpenAI: GPT Latest`.
    package let name: String
    package let model: Model
    /// Of the model in the catalogue.
    let position: Int

    /// The aliases of all families, sorted. A family whose models all lack a key still has its name: it leads to the
    /// newest model, which says what to set. Otherwise only models that can be called count, and of these, as long as there
    /// are others, none whose last day has passed.
    /// - Parameter today: `YYYY-MM-DD`; nil where no day has passed.
    package static func all(of models: [Model], today: String? = nil) -> [FamilyAlias] {
        var newest: [String: Int] = [:]
        for (position, model) in models.enumerated() where !model.slug.contains(":") {
            guard let family = model.facts.family else { continue }
            let slug = "~\(model.author)/\(family)-latest"
            if let other = newest[slug], !isNewer(model, than: models[other], today) { continue }
            newest[slug] = position
        }
        return newest.sorted { $0.key < $1.key }.map { slug, position in
            FamilyAlias(slug: slug, name: name(models[position]), model: models[position], position: position)
        }
    }

    private static func isNewer(_ model: Model, than other: Model, _ today: String?) -> Bool {
        if model.isCallable != other.isCallable { return model.isCallable }
        let (hasEnded, otherHasEnded) = (model.facts.hasEnded(by: today), other.facts.hasEnded(by: today))
        if hasEnded != otherHasEnded { return otherHasEnded }
        return model.facts.created > other.facts.created
    }

    private static func name(_ model: Model) -> String {
        let words = (model.facts.family ?? "").split(separator: "-").map { word in
            ["gpt", "glm"].contains(word) ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst()
        }
        let author = model.name.firstIndex(of: ":").map { model.name[..<$0] } ?? model.author
        return "\(author): \(words.joined(separator: " ")) Latest"
    }
}
