package import Catalog

/// The signed statement that a service account changes for an access token: a JWT, RS256.
///
/// Only what is pure is here: who sends it signs `signingInput` with the account's key, RSASSA-PKCS1-v1_5 with SHA-256.
/// Source: RFC 7515, RFC 7518 section 3.3, RFC 7523.
package struct ServiceAccountAssertion: Sendable, Equatable {
    /// What is signed: header and claims in base64url with a point between them.
    package let signingInput: String

    /// What Vertex AI asks for.
    package static let scope = "https://www.googleapis.com/auth/cloud-platform"
    /// Seconds that an assertion and its token live; the longest Google allows.
    package static let lifetime: Int64 = 3_600

    /// - Parameter now: Unix time in seconds.
    package init(_ account: ServiceAccount, now: Int64, scope: String = Self.scope) {
        var header: [(StaticString, JWTMember)] = [("alg", .text("RS256")), ("typ", .text("JWT"))]
        if let id = account.keyID { header.append(("kid", .text(id))) }
        let claims: [(StaticString, JWTMember)] = [
            ("iss", .text(account.email)), ("scope", .text(scope)), ("aud", .text(account.tokenURI)),
            ("iat", .seconds(now)), ("exp", .seconds(now + Self.lifetime)),
        ]
        signingInput = "\(Base64URL.encode(JWTMember.object(header))).\(Base64URL.encode(JWTMember.object(claims)))"
    }

    /// The whole assertion.
    package func token(signature: [UInt8]) -> String { "\(signingInput).\(Base64URL.encode(signature))" }

    /// The body of the request to the key's token URI, of type `application/x-www-form-urlencoded`.
    package func requestBody(signature: [UInt8]) -> String {
        // Every byte of an assertion may stand in a form as it is.
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(token(signature: signature))"
    }
}
