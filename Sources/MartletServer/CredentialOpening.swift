import Access
import Catalog
import Configuration
import Cryptography

extension ModelCatalog {
    /// The same catalogue with the endpoints of stored credentials, disabled ones left out.
    ///
    /// - Parameter trouble: told of each that cannot be used, by its id, and why. What such a one forbids, holds.
    func opening(
        _ stored: [ProviderCredential], with key: SealingKey, trouble: (_ id: String, _ reason: String) -> Void
    ) -> ModelCatalog {
        let enabled = stored.filter { !$0.isDisabled }
            .sorted { ($0.isFallback ? 1 : 0, $0.sortOrder, $0.id) < ($1.isFallback ? 1 : 0, $1.sortOrder, $1.id) }
        return adding(
            enabled.map { credential in
                let form = form(of: credential, key, trouble)
                var keyed = KeyedCredential(credential: Credential(credential), key: form?.key)
                keyed.baseURL = form?.baseURL
                keyed.region = credential.declaredRegion?.place ?? form?.region
                keyed.retainsNothing = credential.declaredZDR
                return keyed
            })
    }

    private func form(
        of credential: ProviderCredential, _ key: SealingKey, _ trouble: (String, String) -> Void
    ) -> CredentialForm? {
        guard let provider = knownProvider(credential.provider) else {
            trouble(credential.id, "its provider, \(credential.provider), is not in the catalogue")
            return nil
        }
        guard let secret = key.open(credential.sealed, for: credential.id) else {
            trouble(credential.id, "it was sealed under another secret key")
            return nil
        }
        do throws(CredentialForm.Problem) {
            return try CredentialForm.read(Secret(secret), for: provider)
        } catch {
            trouble(credential.id, "\(error)")
            return nil
        }
    }
}

extension Credential {
    fileprivate convenience init(_ stored: ProviderCredential) {
        var models: (@Sendable (String) -> Bool)?
        if let allowed = stored.allowedModels { models = { allowed.contains($0) } }
        self.init(
            id: stored.id, provider: stored.provider, sortOrder: stored.sortOrder, isFallback: stored.isFallback,
            isRequired: stored.isRequired, isOnly: stored.isOnly,
            models: models, keyHashes: stored.allowedKeys.map { hashes in Set(hashes.map(\.description)) },
            userIDs: stored.allowedUserIDs.map { Set($0) })
    }
}

extension ProviderCredential.DeclaredRegion {
    /// As endpoints name it.
    fileprivate var place: String {
        switch self {
        case .global: "global"
        case .europe: "eu"
        case .us: "us"
        }
    }
}
