/// A caller's own key at a provider as it is stored: with its secret sealed, and what may be done with it.
///
/// Source: openrouter spec 10.
package struct ProviderCredential: Hashable, Sendable {
    /// A random UUID; it names the credential in public.
    package let id: String
    /// The provider's slug.
    package let provider: String
    package var name: String?
    /// The key with its middle left out.
    package var label: String
    /// The key as `SealingKey` seals it for `id`.
    package var sealed: [UInt8]
    package var workspaceID = APIKeyRecord.defaultWorkspace
    /// Its place among the keys of the provider; the smaller is tried first.
    package var sortOrder: Int
    package var isDisabled = false
    /// Whether it is tried behind the operator's endpoints instead of before them.
    package var isFallback = false
    /// Whether the operator's endpoints of the provider are left out for the models it may serve.
    package var isRequired = false
    /// Whether they are left out for every model. Never together with `isFallback`.
    package var isOnly = false
    /// Models that it may serve; nil for all.
    package var allowedModels: NameList?
    /// API keys that may use it; nil for all.
    package var allowedKeys: [APIKeyHash]?
    /// Members whose API keys may use it; nil for all.
    package var allowedUserIDs: [String]?
    /// Whether its owner declares that the provider retains nothing; nil where nothing is declared.
    package var declaredZDR: Bool?
    /// Where its owner declares that the provider keeps its data; nil where nothing is declared.
    package var declaredRegion: DeclaredRegion?
    /// Milliseconds since 1970.
    package let createdAtMs: Int64
    /// Milliseconds since 1970; nil for one that was never changed.
    package var updatedAtMs: Int64?

    package enum DeclaredRegion: String, Sendable, CaseIterable {
        case global, europe, us
    }

    package init(
        id: String, provider: String, label: String, sealed: [UInt8], sortOrder: Int = 0, createdAtMs: Int64
    ) {
        self.id = id
        self.provider = provider
        self.label = label
        self.sealed = sealed
        self.sortOrder = sortOrder
        self.createdAtMs = createdAtMs
    }

    /// A provider's key with its middle left out, for people to tell keys apart. A short one shows less.
    package static func label(of key: String) -> String {
        let shown = String(key.unicodeScalars.map { $0.value > 0x20 && $0.value < 0x7F ? Character($0) : "." })
        // Of a structured key the beginning says nothing, and the end closes a brace.
        if shown.first == "{" || shown.first == "[" { return "{...}" }
        return shown.utf8.count >= 24 ? "\(shown.prefix(5))...\(shown.suffix(4))" : "\(shown.prefix(2))..."
    }

    /// A new id.
    package static func makeID(using generator: inout some RandomNumberGenerator) -> String {
        func digits(_ bits: UInt64, _ count: Int) -> String {
            let text = String(bits, radix: 16)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let (left, right) = (Array(digits(high, 16)), Array(digits(low, 16)))
        return [left[0..<8], left[8..<12], left[12..<16], right[0..<4], right[4..<16]].map { String($0) }
            .joined(separator: "-")
    }
}
