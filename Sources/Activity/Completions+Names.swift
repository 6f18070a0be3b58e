package import Completions

extension FailureClass {
    /// The class with this name in metrics, logs and the store.
    package init?(label: some StringProtocol) {
        guard let found = Self.allCases.first(where: { label == $0.label.description }) else { return nil }
        self = found
    }
}

extension ErrorType {
    /// The type with this name on the wire.
    package init?(wireName: some StringProtocol) {
        guard let found = Self.allCases.first(where: { wireName == $0.wireName.description }) else { return nil }
        self = found
    }
}

extension FinishReason {
    /// The reason with this name on the wire.
    package init?(wireName: some StringProtocol) {
        guard let found = Self.allCases.first(where: { wireName == $0.wireName.description }) else { return nil }
        self = found
    }
}
