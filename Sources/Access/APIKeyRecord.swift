/// What is kept of an API key.
package struct APIKeyRecord: Hashable, Sendable {
    package let hash: APIKeyHash
    package var name: String
    /// The key with its middle left out.
    package let label: String
    package let keyClass: APIKeyClass
    package var isDisabled: Bool
    /// Milliseconds since 1970.
    package let createdAtMs: Int64
    /// Whether the key stands in the configuration and not in the store.
    package let isFixed: Bool

    package init(
        hash: APIKeyHash, name: String, label: String, keyClass: APIKeyClass, isDisabled: Bool = false,
        createdAtMs: Int64, isFixed: Bool = false
    ) {
        self.hash = hash
        self.name = name
        self.label = label
        self.keyClass = keyClass
        self.isDisabled = isDisabled
        self.createdAtMs = createdAtMs
        self.isFixed = isFixed
    }

    /// The record of a key in plain text.
    package init(
        _ key: APIKeyText, name: String, keyClass: APIKeyClass, createdAtMs: Int64, isFixed: Bool = false
    ) {
        self.init(
            hash: key.hash, name: name, label: key.label, keyClass: keyClass, createdAtMs: createdAtMs, isFixed: isFixed
        )
    }
}
