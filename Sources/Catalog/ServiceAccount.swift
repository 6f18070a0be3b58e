/// A service account of Google Cloud with one of its keys: what the JSON file holds that Google's console gives out.
///
/// Source: Google's AIP-4112 (service account keys), RFC 7523.
package struct ServiceAccount: Sendable {
    /// `client_email`: who asks for tokens.
    package let email: String
    /// `private_key_id`: which of the account's keys signs; nil where the file does not say.
    package let keyID: String?
    /// `private_key`: an RSA key in PEM (PKCS #8).
    package let privateKey: Secret
    /// `token_uri`: where assertions are changed for tokens, as the file spells it.
    package let tokenURI: String
    /// The same, taken apart; its `pathPrefix` is the whole path.
    package let tokenAddress: BaseURL
    /// `project_id`, for addresses that name a project.
    package let project: String?

    package init(
        email: String, keyID: String?, privateKey: Secret, tokenURI: String, tokenAddress: BaseURL, project: String?
    ) {
        self.email = email
        self.keyID = keyID
        self.privateKey = privateKey
        self.tokenURI = tokenURI
        self.tokenAddress = tokenAddress
        self.project = project
    }
}

extension ServiceAccount: Hashable {
    package func hash(into hasher: inout Hasher) {
        hasher.combine(email)
        hasher.combine(keyID)
    }
}
