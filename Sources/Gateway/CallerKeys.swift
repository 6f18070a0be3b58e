import Access
import Catalog
import Routing

extension GatewayState {
    /// The provider keys of its own that a caller may use; empty, and without a look at the caller, where nobody stored
    /// any.
    func ownKeys(of principal: Principal) -> [Credential] {
        if catalog.credentials.isEmpty { return [] }
        let keyHash = principal.hash.description
        return catalog.credentials.filter { $0.admits(keyHash: keyHash, userID: principal.key.creatorUserID) }
    }
}
