/// One thing that a refresh found.
package struct CatalogueChange: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// An endpoint or a model that was not there.
        case added
        /// A field that was empty.
        case filled
        /// A field that took the source's value.
        case changed
        /// A field in which source and catalogue differ; the catalogue's value stands.
        case differs
        /// An endpoint that the source calls past its end.
        case ended
        case removed
    }

    package let kind: Kind
    package let model: String
    /// The provider's slug; empty where it is about the model.
    package let provider: String
    package let field: String
    package let old: String
    package let new: String

    /// `~ openai/gpt-5 at azure: pricing.prompt 0.000001 → 0.000002 (+100 %)`
    package var line: String {
        let place = provider.isEmpty ? model : "\(model) at \(provider)"
        switch kind {
        case .added: return "+ \(place): \(new)"
        case .filled: return "+ \(place): \(field) \(new)"
        case .changed: return "~ \(place): \(field) \(old) → \(new)\(difference)"
        case .differs: return "! \(place): \(field) \(old), source \(new)\(difference); kept"
        case .ended: return "! \(place): ended \(new); kept"
        case .removed: return "- \(place): \(old)"
        }
    }

    private var difference: String {
        guard let before = Double(old), let after = Double(new), before > 0 else { return "" }
        let percent = Int(((after / before - 1) * 100).rounded())
        return " (\(percent < 0 ? "" : "+")\(percent) %)"
    }
}
