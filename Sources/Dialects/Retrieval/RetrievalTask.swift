package import Catalog

/// What a request that completes nothing asks for, which is the route that it came in by.
package enum RetrievalTask: UInt8, Sendable, CaseIterable {
    /// `/embeddings`
    case embeddings
    /// `/rerank`
    case rerank

    /// The provider's API for it.
    package var path: UpstreamPath {
        switch self {
        case .embeddings: .embeddings
        case .rerank: .rerank
        }
    }
}
