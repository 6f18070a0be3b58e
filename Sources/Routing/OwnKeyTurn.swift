import Catalog

/// When endpoints are tried where the caller has keys of its own: each turn is ranked by itself, and comes whole before
/// the next one.
///
/// Prioritized keys in ascending `sort_order`, then the operator's endpoints, then the fallback keys. Where the caller
/// names providers in `order`, all keys come first, in that order. Source: openrouter spec 10.
enum OwnKeyTurn: Hashable {
    case shared
    case allOwn
    case own(isFallback: Bool, sortOrder: Int)

    /// - Parameter keys: those that the caller may use.
    static func all(_ keys: [Credential], hasOrder: Bool) -> [OwnKeyTurn] {
        if hasOrder { return [.allOwn, .shared] }
        func turns(isFallback: Bool) -> [OwnKeyTurn] {
            Set(keys.filter { $0.isFallback == isFallback }.map(\.sortOrder)).sorted()
                .map { .own(isFallback: isFallback, sortOrder: $0) }
        }
        return turns(isFallback: false) + [.shared] + turns(isFallback: true)
    }

    func includes(_ endpoint: Endpoint) -> Bool {
        guard let credential = endpoint.credential else { return self == .shared }
        switch self {
        case .shared: return false
        case .allOwn: return true
        case .own(let isFallback, let sortOrder):
            return credential.isFallback == isFallback && credential.sortOrder == sortOrder
        }
    }
}

extension Model {
    /// The endpoints that these keys of the caller's open.
    func endpoints(of keys: [Credential]) -> [Endpoint] {
        ownKeyEndpoints.filter { endpoint in keys.contains { $0 === endpoint.credential } }
    }

    /// Whether anything can answer a caller with these keys.
    func isServable(with keys: [Credential]) -> Bool {
        if isCallable { return true }
        return !keys.isEmpty && !endpoints(of: keys).isEmpty
    }
}
