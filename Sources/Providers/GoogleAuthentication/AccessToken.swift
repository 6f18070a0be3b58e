package import Catalog
package import JSONText

/// A token that Google gave for an assertion.
package struct AccessToken: Sendable, Equatable {
    /// Goes into `Authorization: Bearer`.
    package var secret: Secret
    /// Unix time in seconds at which it is no longer taken.
    package var expiresAt: Int64

    /// Seconds before its end at which a new one is fetched: a request that leaves just before must still arrive.
    package static let margin: Int64 = 300

    /// Whether it is time for another.
    package func needsRenewal(now: Int64) -> Bool { now >= expiresAt - Self.margin }

    /// Reads the answer of the token URI.
    ///
    /// - Parameter now: Unix time in seconds at which the answer came.
    /// - Throws: What Google refused and why, or that the answer is no token.
    package init(_ answer: JSONValue, now: Int64) throws(AccessTokenError) {
        if let code = answer["error"]?.string {
            throw .refused(code: code, why: answer["error_description"]?.string ?? "Google gave no reason.")
        }
        guard let text = answer["access_token"]?.string, !text.isEmpty else { throw .malformed }
        if let type = answer["token_type"]?.string, type.lowercased() != "bearer" { throw .malformed }
        // Visible ASCII alone may stand in a header.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .malformed }
        secret = Secret(text)
        let seconds = answer["expires_in"]?.integer ?? ServiceAccountAssertion.lifetime
        expiresAt = now + min(max(seconds, 0), 86_400)
    }
}

/// Why there is no token.
package enum AccessTokenError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Google's error code (`invalid_grant`, `invalid_client`, …) and its sentence.
    case refused(code: String, why: String)
    case malformed

    package var description: String {
        switch self {
        case .refused(let code, let why):
            "Google refused the service account (\(Self.shown(code))): \(Self.shown(why))"
        case .malformed: "the token answer holds no bearer token"
        }
    }

    private static func shown(_ text: String) -> String {
        FailureSentence.printable(String(text.prefix(ProvidersLimits.tokenReasonCharacters)))
    }
}
