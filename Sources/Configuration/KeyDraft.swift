import Catalog

/// A key of a provider as a file gives it, before it is known where the provider is.
struct KeyDraft {
    /// What the file says of one credential.
    enum Credential: Equatable {
        /// Sent as it is. An empty one says that there is no key.
        case key(Secret)
        /// Access keys of Amazon's.
        case access(id: String, secret: Secret, token: Secret?)
        /// A service account of Google Cloud.
        case account(ServiceAccount)
    }

    let credential: Credential
    var weight: Double = 1
    var limits = UsageLimits()

    var secret: Secret {
        switch credential {
        case .key(let secret): secret
        case .access(_, let secret, _): secret
        case .account(let account): account.privateKey
        }
    }

    /// How the file calls it.
    var name: String {
        switch credential {
        case .key: "api_key"
        case .access: "access_key_id"
        case .account: "credentials"
        }
    }

    var isSigning: Bool {
        if case .access = credential { true } else { false }
    }

    var account: ServiceAccount? {
        if case .account(let account) = credential { account } else { nil }
    }

    /// - Parameter region: where keys that sign are used; they need one.
    func key(in region: String?) -> ProviderKey? {
        switch credential {
        case .key(let secret): return ProviderKey(secret: secret, weight: weight, limits: limits)
        case .account(let account):
            return ProviderKey(
                secret: account.privateKey, use: .exchanged(account), weight: weight, limits: limits)
        case .access(let id, let secret, let token):
            guard let region else { return nil }
            let access = AmazonAccess(accessKeyID: id, sessionToken: token, region: region)
            return ProviderKey(secret: secret, use: .signing(access), weight: weight, limits: limits)
        }
    }
}
