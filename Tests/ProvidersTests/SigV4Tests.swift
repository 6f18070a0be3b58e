import Catalog
import Cryptography
import Testing

@testable import Providers

/// The expected signatures were computed by another implementation, which agrees with botocore's.
@Suite struct SigV4Tests {
    struct Case: Sendable {
        var host: String
        var path: String
        var canonicalPath: String
        var body: String
        var token: String?
        var region: String
        var unixSeconds: Int64
        var date: String
        var signature: String
    }

    static let cases = [
        Case(
            host: "bedrock-runtime.us-west-2.amazonaws.com", path: "/model/us.amazon.nova-lite-v1%3A0/converse",
            canonicalPath: "/model/us.amazon.nova-lite-v1%253A0/converse", body: #"{"messages":[]}"#,
            region: "us-west-2", unixSeconds: 1_767_323_045, date: "20260102T030405Z",
            signature: "d5f8fc7588178eac52963b86425fcf868dcf73e6b9c994226a9d163883a7596f"),
        // A colon that was not encoded, and a session.
        Case(
            host: "bedrock-runtime.us-west-2.amazonaws.com", path: "/model/us.amazon.nova-lite-v1:0/converse-stream",
            canonicalPath: "/model/us.amazon.nova-lite-v1%3A0/converse-stream", body: #"{"messages":[]}"#,
            token: "FwoGZXIvYXdzE/token==", region: "us-west-2", unixSeconds: 1_767_323_045, date: "20260102T030405Z",
            signature: "66424972f51cf1b368de7f45e7c84d79e16450ec75b2127c7b723eb015f00363"),
        // An ARN, and an empty body.
        Case(
            host: "bedrock-runtime.eu-west-1.amazonaws.com",
            path: "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A111122223333%3Ainference-profile%2Feu.x/converse",
            canonicalPath:
                "/model/arn%253Aaws%253Abedrock%253Aeu-west-1%253A111122223333%253Ainference-profile%252Feu.x/converse",
            body: "", region: "eu-west-1", unixSeconds: 1_709_164_799, date: "20240228T235959Z",
            signature: "89869a903e0dc87d384eae6ed8de1bb83b25a39bea358cf7375ed26a5b8c7c8c"),
        Case(
            host: "localhost:8443", path: "/model/a~b_c-d.e/converse", canonicalPath: "/model/a~b_c-d.e/converse",
            body: "héllo", region: "local", unixSeconds: 0, date: "19700101T000000Z",
            signature: "74dac75477b0a7d44591ebe04134777edcadb5eca94d647bb189ca52c754967d"),
    ]

    @Test(arguments: cases)
    func signs(_ wanted: Case) {
        let signer = SigV4(
            accessKeyID: "AKIAMARTLETEXAMPLE", secretAccessKey: Secret("q0/vUc8Wd+exampleKEYexampleKEY1234567890"),
            sessionToken: wanted.token.map(Secret.init), region: wanted.region)
        let request = SigV4.Request(
            host: wanted.host, path: wanted.path, bodyDigest: SHA256Digest(hashing: wanted.body))
        let lines = signer.canonicalRequest(request, date: wanted.date).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "POST")
        #expect(lines[1] == wanted.canonicalPath)
        #expect(lines[2].isEmpty)
        let names =
            wanted.token == nil
            ? "content-type;host;x-amz-date" : "content-type;host;x-amz-date;x-amz-security-token"
        let signature = signer.sign(request, unixSeconds: wanted.unixSeconds)
        #expect(signature.date == wanted.date)
        #expect(signature.securityToken == wanted.token)
        #expect(
            signature.authorization == """
                AWS4-HMAC-SHA256 \
                Credential=AKIAMARTLETEXAMPLE/\(wanted.date.prefix(8))/\(wanted.region)/bedrock/aws4_request, \
                SignedHeaders=\(names), Signature=\(wanted.signature)
                """)
    }

    /// Everything that is signed changes the signature.
    @Test func coversWhatIsSent() {
        let signer = SigV4(accessKeyID: "A", secretAccessKey: Secret("s"), region: "r")
        let request = SigV4.Request(host: "h", path: "/p", bodyDigest: SHA256Digest(hashing: "b"))
        var changed = [request, request, request, request, request]
        changed[0].host = "i"
        changed[1].path = "/q"
        changed[2].bodyDigest = SHA256Digest(hashing: "c")
        changed[3].contentType = "text/plain"
        changed[4].method = "PUT"
        var seen = Set(changed.map { signer.sign($0, unixSeconds: 1).authorization })
        seen.insert(signer.sign(request, unixSeconds: 1).authorization)
        seen.insert(signer.sign(request, unixSeconds: 2).authorization)
        #expect(seen.count == 7)
    }

    @Test(arguments: [
        (Int64(951_782_400), "20000229T000000Z"), (951_868_799, "20000229T235959Z"),
        (4_107_542_399, "21000228T235959Z"), (4_107_542_400, "21000301T000000Z"),
        (253_402_300_799, "99991231T235959Z"), (1_582_934_400, "20200229T000000Z"), (1, "19700101T000001Z"),
    ])
    func writesTheDate(unixSeconds: Int64, text: String) {
        #expect(SigV4.timestamp(unixSeconds) == text)
    }

    @Test func printsNoSecret() {
        let signer = SigV4(
            accessKeyID: "A", secretAccessKey: Secret("hush-hush"), sessionToken: Secret("whisper"), region: "r")
        let text = "\(signer) \(String(reflecting: signer))"
        #expect(!text.contains("hush"))
        #expect(!text.contains("whisper"))
    }
}

@Suite struct PercentEncodingTests {
    @Test(arguments: [
        ("", "", ""), ("aZ09-._~", "aZ09-._~", "aZ09-._~"), ("a/b", "a%2Fb", "a/b"), ("v1:0", "v1%3A0", "v1%3A0"),
        ("%3A", "%253A", "%253A"), ("ü +", "%C3%BC%20%2B", "%C3%BC%20%2B"),
    ])
    func encodes(text: String, segment: String, path: String) {
        #expect(PercentEncoding.encode(text) == segment)
        #expect(PercentEncoding.encode(text, keepsSlashes: true) == path)
    }
}
