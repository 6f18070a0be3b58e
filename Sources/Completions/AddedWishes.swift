/// What the name of a model asks for beside the request itself, as in `author/name:thinking`. It belongs to the model: a
/// request that names several has its wishes for each of them. Source: spec 4.2.
package struct AddedWishes: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Reasoning of medium effort.
    package static let reasoning = AddedWishes(rawValue: 1)
    /// A search of the web.
    package static let webSearch = AddedWishes(rawValue: 2)
}

extension CompletionRequest {
    /// The wishes about which the request says nothing itself: its own word holds.
    package func unsaid(_ wishes: AddedWishes) -> AddedWishes {
        if wishes.isEmpty { return wishes }
        var unsaid = wishes
        if !fields.isDisjoint(with: .reasoningControls) { unsaid.remove(.reasoning) }
        if wantsWebSearch { unsaid.remove(.webSearch) }
        return unsaid
    }
}
