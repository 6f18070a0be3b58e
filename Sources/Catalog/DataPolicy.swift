/// What a provider does with prompts and answers, as its operator declares it.
package struct DataPolicy: Sendable, Equatable {
    /// Whether the provider may store prompts or train on them (`data_collection: allow`).
    package var allowsCollection: Bool
    /// Whether the provider retains nothing (`zdr: true`).
    package var retainsNothing: Bool

    package init(allowsCollection: Bool = true, retainsNothing: Bool = false) {
        self.allowsCollection = allowsCollection
        self.retainsNothing = retainsNothing
    }
}
