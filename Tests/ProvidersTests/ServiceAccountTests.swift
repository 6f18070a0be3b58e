import Catalog
import Completions
import Foundation
import JSONText
import Testing

@testable import Providers

/// The pure part of Vertex AI's authentication.
@Suite struct ServiceAccountTests {
    private static let file = #"""
        {"type":"service_account","project_id":"p-1","private_key_id":"k1",
         "private_key":"-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n",
         "client_email":"martlet@p-1.iam.gserviceaccount.com","token_uri":"https://oauth2.googleapis.com/token"}
        """#

    private func key(_ text: String = file) throws -> ServiceAccount {
        let scanner = JSONScanner()
        return try ServiceAccount(try scanner.scan(copying: text))
    }

    @Test func readsAKeyAndNeverPrintsIt() throws {
        let key = try key()
        #expect(key.email == "martlet@p-1.iam.gserviceaccount.com")
        #expect(key.keyID == "k1")
        #expect(key.project == "p-1")
        #expect(key.tokenURI == ServiceAccount.usualTokenURI)
        #expect(key.privateKey.reveal().hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(!"\(key)".contains("QUJD"))
    }

    @Test(arguments: [
        ("[]", ServiceAccountKeyError.notAnObject),
        (#"{"type":"authorized_user"}"#, .otherType("authorized_user")),
        (#"{"private_key":"x"}"#, .missing("client_email")),
        (#"{"client_email":"a","private_key":""}"#, .missing("private_key")),
        (#"{"client_email":"a","private_key":"x"}"#, .notPEM),
        (
            #"{"client_email":"a","private_key":"-----BEGIN PRIVATE KEY-----","token_uri":"http://x"}"#,
            .insecureTokenURI("http://x")
        ),
        (
            #"{"client_email":"a","private_key":"-----BEGIN PRIVATE KEY-----","token_uri":"oauth2"}"#,
            .malformedTokenURI("oauth2", "must begin with http:// or https://")
        ),
    ])
    func wrongFilesAreRefusedByName(text: String, error: ServiceAccountKeyError) throws {
        let scanner = JSONScanner()
        let file = try scanner.scan(copying: text)
        #expect(throws: error) { try ServiceAccount(file) }
    }

    /// A token URI on this machine needs no TLS.
    @Test func takesATokenURIAsItIsSpelled() throws {
        let account = try key(
            #"{"client_email":"a","private_key":"-----BEGIN PRIVATE KEY-----","token_uri":"http://127.0.0.1:9/a/token"}"#
        )
        #expect(account.tokenURI == "http://127.0.0.1:9/a/token")
        #expect(account.tokenAddress.hostField == "127.0.0.1:9")
        #expect(account.tokenAddress.pathPrefix == "/a/token")
    }

    @Test func failuresOfTheAccountAreItsKeysAndOthersPass() {
        let refused = FailureClassifier.noToken(.refused("invalid_grant"), provider: "P")
        #expect(refused.failureClass == .authentication && refused.status == 401)
        #expect(refused.detail == "invalid_grant" && !refused.message.contains("invalid_grant"))
        let unreachable = FailureClassifier.noToken(.unreachable("no route"), provider: "P")
        #expect(unreachable.failureClass == .unreachable && unreachable.detail == "no route")
    }

    @Test func theAssertionSaysWhoWhatForWhomAndHowLong() throws {
        let assertion = ServiceAccountAssertion(try key(), now: 1_800_000_000)
        let parts = assertion.token(signature: [0xFB, 0xFF, 0x00]).split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        #expect(try decoded(parts[0]) == ["alg": "RS256", "typ": "JWT", "kid": "k1"])
        #expect(
            try decoded(parts[1]) == [
                "iss": "martlet@p-1.iam.gserviceaccount.com", "scope": "https://www.googleapis.com/auth/cloud-platform",
                "aud": "https://oauth2.googleapis.com/token", "iat": "1800000000", "exp": "1800003600",
            ])
        #expect(parts[2] == "-_8A")
        #expect(assertion.signingInput == "\(parts[0]).\(parts[1])")
        #expect(
            assertion.requestBody(signature: [0]).hasPrefix(
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(parts[0])."))
    }

    /// Foundation's reading of one part.
    private func decoded(_ part: String) throws -> [String: String] {
        var text = part.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        while text.utf8.count % 4 != 0 { text += "=" }
        let data = try #require(Data(base64Encoded: text))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return object.mapValues { "\($0)" }
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64URLIsThatOfTheRFC(text: String, encoded: String) {
        #expect(Base64URL.encode(Array(text.utf8)) == encoded)
    }

    @Test func aTokenIsRenewedBeforeItsEnd() throws {
        let scanner = JSONScanner()
        let answer = try scanner.scan(
            copying: #"{"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"}"#)
        let token = try AccessToken(answer, now: 1_000)
        #expect(token.secret.reveal() == "ya29.x")
        #expect(token.expiresAt == 4_599)
        #expect(!token.needsRenewal(now: 4_298))
        #expect(token.needsRenewal(now: 4_299))
    }

    @Test(arguments: [
        (
            #"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#,
            AccessTokenError.refused(code: "invalid_grant", why: "Invalid JWT Signature.")
        ),
        (#"{"token_type":"Bearer"}"#, .malformed), (#"{"access_token":"a b"}"#, .malformed),
        (#"{"access_token":"a","token_type":"mac"}"#, .malformed), ("[]", .malformed),
    ])
    func whatIsNoTokenSaysWhy(text: String, error: AccessTokenError) throws {
        let scanner = JSONScanner()
        let answer = try scanner.scan(copying: text)
        #expect(throws: error) { try AccessToken(answer, now: 0) }
    }
}
