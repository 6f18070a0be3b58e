package import Catalog
package import JSONText

/// A Google service account's key: what the JSON file holds that Google's console gives out.
///
/// Source: Google's AIP-4112 (service account keys), RFC 7523.
package struct ServiceAccountKey: Sendable, Equatable {
    /// `client_email`: who asks for tokens.
    package var account: String
    /// `private_key_id`: which of the account's keys signs; nil where the file does not say.
    package var keyID: String?
    /// `private_key`: an RSA key in PEM (PKCS #8).
    package var privateKey: Secret
    /// `token_uri`: where assertions are changed for tokens; always https.
    package var tokenURI: String
    /// `project_id`, for paths that name a project.
    package var project: String?

    /// Where tokens come from unless the file says otherwise.
    package static let usualTokenURI = "https://oauth2.googleapis.com/token"

    /// Reads the file's content.
    ///
    /// - Throws: An error that names the member at fault, and never shows the key.
    package init(_ file: JSONValue) throws(ServiceAccountKeyError) {
        guard file.isObject else { throw .notAnObject }
        if let type = file["type"]?.string, type != "service_account" { throw .otherType(type) }
        account = try Self.text(file, "client_email")
        let key = try Self.text(file, "private_key")
        guard key.contains("-----BEGIN"), key.contains("PRIVATE KEY-----") else { throw .notPEM }
        privateKey = Secret(key)
        keyID = file["private_key_id"]?.string
        project = file["project_id"]?.string
        tokenURI = file["token_uri"]?.string ?? Self.usualTokenURI
        // The assertion is worth a token: it must not leave in clear text.
        guard tokenURI.hasPrefix("https://") else { throw .insecureTokenURI(tokenURI) }
    }

    private static func text(_ file: JSONValue, _ name: StaticString) throws(ServiceAccountKeyError) -> String {
        guard let text = file[name]?.string, !text.isEmpty else { throw .missing("\(name)") }
        return text
    }
}

/// Why a file is no service account's key.
package enum ServiceAccountKeyError: Error, Sendable, Equatable, CustomStringConvertible {
    case notAnObject
    /// `type` names another kind of credentials.
    case otherType(String)
    case missing(String)
    case notPEM
    case insecureTokenURI(String)

    package var description: String {
        switch self {
        case .notAnObject: "a service account key must be a JSON object"
        case .otherType(let type):
            "\"type\" is \"\(type)\", but must be \"service_account\": make a key for a service account"
        case .missing(let name): "\"\(name)\" is missing; it must be a text that is not empty"
        case .notPEM: "\"private_key\" is no private key in PEM"
        case .insecureTokenURI(let uri): "\"token_uri\" is \(uri), but must begin with https://"
        }
    }
}
