import Accounting
import Buffers
import Catalog
import Cryptography
import JSONText
import Testing

@testable import Providers

@Suite struct RequestProofTests {
    static func endpoint(_ keys: [ProviderKey]) throws -> Endpoint {
        let provider = ProviderEntry(
            slug: "p", displayName: "P", dialect: .bedrock, baseURL: try BaseURL("http://localhost:8080/pre%20fix"),
            keys: keys)
        return Endpoint(
            index: 0, provider: provider, modelSlug: "a/b", upstreamModel: "us.x-v1:0", pricing: .free)
    }

    static func signing(_ id: String, token: String? = nil) -> ProviderKey {
        let access = AmazonAccess(accessKeyID: id, sessionToken: token.map(Secret.init), region: "eu-west-1")
        return ProviderKey(secret: Secret("hush"), use: .signing(access))
    }

    static func head(_ endpoint: Endpoint, key: Int, path: UpstreamPath = .streamedAnswer) -> [Substring] {
        var body = ByteBuffer()
        body.append("{}")
        var head = ByteBuffer()
        ProviderAdapter.appendHead(
            of: endpoint, path: path, key: key, isStream: true, contentLength: 2,
            fields: ProviderAdapter.proof(
                of: endpoint, path: path, key: key, body: body.span, unixSeconds: 1_767_323_045),
            into: &head)
        return head.text.split(separator: "\r\n")
    }

    @Test func signsWhatIsSent() throws {
        let endpoint = try Self.endpoint([Self.signing("AKIA1", token: "tok/en")])
        let head = Self.head(endpoint, key: 0)
        #expect(head[0] == "POST /pre%20fix/model/us.x-v1%3A0/converse-stream HTTP/1.1")
        let wanted = SigV4(
            accessKeyID: "AKIA1", secretAccessKey: Secret("hush"), sessionToken: Secret("tok/en"), region: "eu-west-1"
        ).sign(
            SigV4.Request(
                host: "localhost:8080", path: "/pre%20fix/model/us.x-v1%3A0/converse-stream",
                bodyDigest: SHA256Digest(hashing: "{}")), unixSeconds: 1_767_323_045)
        #expect(head.contains("Host: localhost:8080"))
        #expect(head.contains("Content-Type: application/json"))
        #expect(head.contains("X-Amz-Date: 20260102T030405Z"))
        #expect(head.contains("X-Amz-Security-Token: tok/en"))
        #expect(head.filter { $0.hasPrefix("Authorization: ") } == ["Authorization: \(wanted.authorization)"])
        #expect(!head.joined().contains("hush"))
    }

    @Test(arguments: [
        (ProviderDialect.vertex, "google", "generateContent", "streamGenerateContent?alt=sse"),
        (.vertexAnthropic, "anthropic", "rawPredict", "streamRawPredict"),
    ])
    func sendsTheTokenOfAnAccount(dialect: ProviderDialect, publisher: String, whole: String, stream: String) throws {
        let account = ServiceAccount(
            email: "a@b", keyID: nil, privateKey: Secret("hush"), tokenURI: "https://t",
            tokenAddress: try BaseURL("https://t"), project: nil)
        let provider = ProviderEntry(
            slug: "p", displayName: "P", dialect: dialect,
            baseURL: try BaseURL("https://aiplatform.googleapis.com/v1/projects/x/locations/global"),
            keys: [ProviderKey(secret: account.privateKey, use: .exchanged(account))])
        let endpoint = Endpoint(index: 0, provider: provider, modelSlug: "a/b", upstreamModel: "m@1", pricing: .free)
        let scanner = JSONScanner()
        let token = try AccessToken(try scanner.scan(copying: #"{"access_token":"ya29.x"}"#), now: 0)
        for (path, method) in [(UpstreamPath.answer, whole), (.streamedAnswer, stream)] {
            var head = ByteBuffer()
            let body = ByteBuffer()
            ProviderAdapter.appendHead(
                of: endpoint, path: path, isStream: false, contentLength: 2,
                fields: ProviderAdapter.proof(
                    of: endpoint, path: path, key: 0, body: body.span, token: token, unixSeconds: 0), into: &head)
            let lines = head.text.split(separator: "\r\n")
            #expect(
                lines[0] == "POST /v1/projects/x/locations/global/publishers/\(publisher)/models/m%401:\(method) "
                    + "HTTP/1.1")
            #expect(lines.filter { $0.hasPrefix("Authorization") } == ["Authorization: Bearer ya29.x"])
            #expect(!head.text.contains("hush"))
        }
    }

    @Test func usesTheKeyThatWasChosen() throws {
        let endpoint = try Self.endpoint([Self.signing("AKIA1"), ProviderKey(secret: Secret("bearer"))])
        #expect(Self.head(endpoint, key: 0).contains { $0.contains("Credential=AKIA1/20260102/eu-west-1/bedrock/") })
        let sent = Self.head(endpoint, key: 1)
        #expect(sent.filter { $0.hasPrefix("Authorization") } == ["Authorization: Bearer bearer"])
        #expect(!sent.contains { $0.hasPrefix("X-Amz") })
        let bare = try Self.endpoint([])
        #expect(!Self.head(bare, key: 0).contains { $0.hasPrefix("Authorization") || $0.hasPrefix("X-Amz") })
    }
}
