/// A key of a caller's own at a provider ("bring your own key"), as routing knows it: whose requests it may serve, for
/// which models, and when. The secret is in the heads of the endpoints that are pinned to it, and nowhere else.
///
/// Told apart by identity: the endpoints of one credential share one object. Source: openrouter spec 10.
package final class Credential: Sendable {
    /// What the credential is called in public.
    package let id: String
    /// The provider's slug.
    package let provider: String
    /// Its place among the keys of the provider; the smaller is tried first.
    package let sortOrder: Int
    /// Whether it is tried behind the operator's endpoints instead of before them.
    package let isFallback: Bool
    /// Whether the operator's endpoints of the provider are left out for the models it covers.
    package let isRequired: Bool
    /// Whether they are left out for every model.
    package let isOnly: Bool
    private let models: (@Sendable (String) -> Bool)?
    private let keyHashes: Set<String>?
    private let userIDs: Set<String>?

    /// - Parameters:
    ///   - models: whether it may serve the model of a slug; nil for all of them.
    ///   - keyHashes: the API keys that may use it, each by its public hash; nil for all.
    ///   - userIDs: the members whose keys may use it; nil for all.
    package init(
        id: String, provider: String, sortOrder: Int = 0, isFallback: Bool = false, isRequired: Bool = false,
        isOnly: Bool = false, models: (@Sendable (String) -> Bool)? = nil, keyHashes: Set<String>? = nil,
        userIDs: Set<String>? = nil
    ) {
        self.id = id
        self.provider = provider
        self.sortOrder = sortOrder
        self.isFallback = isFallback
        self.isRequired = isRequired
        self.isOnly = isOnly
        self.models = models
        self.keyHashes = keyHashes
        self.userIDs = userIDs
    }

    /// Whether it may serve a model.
    package func covers(_ model: Model) -> Bool {
        models.map { $0(model.slug) || $0(model.canonicalSlug) } ?? true
    }

    /// Whether a caller may use it.
    ///
    /// - Parameters:
    ///   - keyHash: the public hash of the API key that the request came with.
    ///   - userID: the member who made that key; nil where nobody said so.
    package func admits(keyHash: String, userID: String?) -> Bool {
        if let keyHashes, !keyHashes.contains(keyHash) { return false }
        guard let userIDs else { return true }
        return userID.map(userIDs.contains) ?? false
    }

    /// Whether it takes the place of the operator's endpoints of its provider for a model.
    package func replacesShared(for model: Model) -> Bool { isOnly || isRequired && covers(model) }
}
