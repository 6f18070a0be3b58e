package import Catalog
package import JSONText

extension ServiceAccount {
    /// Where tokens come from unless the file says otherwise.
    package static let usualTokenURI = "https://oauth2.googleapis.com/token"

    /// Reads the content of the JSON file that Google's console gives out.
    ///
    /// - Throws: An error that names the member at fault, and never shows the key.
    package init(_ file: JSONValue) throws(ServiceAccountKeyError) {
        guard file.isObject else { throw .notAnObject }
        if let type = file["type"]?.string, type != "service_account" { throw .otherType(type) }
        let email = try Self.text(file, "client_email")
        let key = try Self.text(file, "private_key")
        guard key.contains("-----BEGIN"), key.contains("PRIVATE KEY-----") else { throw .notPEM }
        let uri = file["token_uri"]?.string ?? Self.usualTokenURI
        let address: BaseURL
        do throws(BaseURL.Malformed) { address = try BaseURL(uri) } catch {
            throw .malformedTokenURI(uri, error.reason)
        }
        // The assertion is worth a token: it must not cross a network in clear text.
        guard address.isSecure || Self.isLoopback(address.host) else { throw .insecureTokenURI(uri) }
        self.init(
            email: email, keyID: file["private_key_id"]?.string, privateKey: Secret(key), tokenURI: uri,
            tokenAddress: address, project: file["project_id"]?.string)
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
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
    case malformedTokenURI(String, String)

    package var description: String {
        switch self {
        case .notAnObject: "a service account key must be a JSON object"
        case .otherType(let type):
            "\"type\" is \"\(type)\", but must be \"service_account\": make a key for a service account"
        case .missing(let name): "\"\(name)\" is missing; it must be a text that is not empty"
        case .notPEM: "\"private_key\" is no private key in PEM"
        case .insecureTokenURI(let uri): "\"token_uri\" is \(uri), but must begin with https://"
        case .malformedTokenURI(let uri, let reason): "\"token_uri\" is \(uri), but \(reason)"
        }
    }
}
