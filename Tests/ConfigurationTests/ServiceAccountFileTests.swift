import Catalog
import TestSupport
import Testing

@testable import Configuration

@Suite("Service accounts of Google's")
struct ServiceAccountFileTests {
    static func file(_ key: String = RSAKeys.usual, project: String? = "p-file", _ more: String = "") -> String {
        let pem = key.split(separator: "\n").joined(separator: "\\n") + "\\n"
        let named = project.map { #""project_id":"\#($0)","# } ?? ""
        return #"{"type":"service_account",\#(named)"client_email":"m@p.iam","private_key":"\#(pem)"\#(more)}"#
    }

    static func providers(
        _ entry: String, _ environment: [String: String] = [:], files: [String: String] = ["/k": file()]
    ) throws -> [ProviderEntry] {
        try ConfigurationParsingTests.parse(
            "catalog: none\nproviders: [{slug: v, dialect: vertex, \(entry)}]\n", environment, files: files
        ).catalog.providers
    }

    static func account(_ key: ProviderKey?) -> ServiceAccount? {
        if case .exchanged(let account) = key?.use { account } else { nil }
    }

    @Test(
        "open the address of their project and location",
        arguments: [
            ("credentials: /k", [:], "aiplatform.googleapis.com", "p-file", "global"),
            ("credentials: /k, project: p-1, location: eu", [:], "aiplatform.eu.rep.googleapis.com", "p-1", "eu"),
            (
                "credentials: /k, location: europe-west4", ["GOOGLE_CLOUD_PROJECT": "p-env"],
                "europe-west4-aiplatform.googleapis.com", "p-env", "europe-west4"
            ),
            (
                "name: V", ["GOOGLE_APPLICATION_CREDENTIALS": "/k", "GOOGLE_CLOUD_LOCATION": "us-central1"],
                "us-central1-aiplatform.googleapis.com", "p-file", "us-central1"
            ),
            ("credentials: /k, base_url: \"https://proxy.test/x\"", [:], "proxy.test", "p-file", "global"),
        ])
    func addresses(
        entry: String, environment: [String: String], host: String, project: String, location: String
    ) throws {
        let provider = try #require(try Self.providers(entry, environment).first)
        #expect(provider.baseURL.host == host)
        let prefix = host == "proxy.test" ? "/x" : ""
        #expect(provider.baseURL.pathPrefix == "\(prefix)/v1/projects/\(project)/locations/\(location)")
        #expect(provider.region == location)
        #expect(Self.account(provider.keys.first)?.email == "m@p.iam")
    }

    @Test("several share the traffic, beside tokens from elsewhere")
    func several() throws {
        let provider = try #require(
            try Self.providers("project: p, api_keys: [{credentials: /k, weight: 3}, {key: ya29.x}]").first)
        #expect(provider.keys.map(\.weight) == [3, 1])
        #expect(provider.keys.map { Self.account($0)?.email } == ["m@p.iam", nil])
    }

    @Test("switch the shipped provider on, for the models of Google's and Anthropic's")
    func shipped() throws {
        let environment = ["GOOGLE_APPLICATION_CREDENTIALS": "/k"]
        let catalog = try ConfigurationParsingTests.parse(nil, environment, files: ["/k": Self.file()]).catalog
        #expect(catalog.providers.map(\.slug) == ["google-vertex"])
        #expect(Set(catalog.endpoints.map(\.dialect)) == [.vertex, .vertexAnthropic])
        #expect(catalog.endpoints.allSatisfy { $0.dialect == .vertex || $0.upstreamModel.hasPrefix("claude-") })
        #expect(!catalog.endpoints.contains { $0.upstreamModel.contains("/") })
    }

    @Test("of other programs leave the shipped provider off, with a note")
    func foreign() throws {
        let environment = ["GOOGLE_APPLICATION_CREDENTIALS": "/k", "OPENAI_API_KEY": "sk-1"]
        let configuration = try ConfigurationParsingTests.parse(
            nil, environment, files: ["/k": #"{"type":"authorized_user"}"#])
        #expect(configuration.catalog.providers.map(\.slug) == ["openai"])
        #expect(configuration.notes.count == 1)
        #expect(
            configuration.notes[0].message
                == "the provider google-vertex stays off: GOOGLE_APPLICATION_CREDENTIALS /k: \"type\" is "
                + "\"authorized_user\", but must be \"service_account\": make a key for a service account")
    }

    @Test(
        "that are wrong are reported by what is wrong",
        arguments: [
            ("credentials: /none", "credentials cannot be read: /none"),
            ("credentials: k.json", "credentials must be the absolute path"),
            ("credentials: /text", "credentials /text holds no JSON"),
            ("credentials: /user", "credentials /user: \"type\" is \"authorized_user\""),
            ("credentials: /half", "credentials /half: \"client_email\" is missing"),
            ("credentials: /torn", "credentials /torn: \"private_key\" is no private key in PEM that can be read"),
            ("credentials: /short", "credentials /short: \"private_key\" is an RSA key of less than 2048 bits"),
            ("credentials: /plain", "credentials /plain: \"token_uri\" is http://tokens.test, but must"),
            ("credentials: /bare", "needs the id of a project of Google Cloud: set project, or the variable"),
            ("credentials: /k, api_key: x", "takes credentials or api_key, not both"),
            ("credentials: /k, project: a/b", "project must be the id of a project"),
            ("credentials: /k, location: EU", "location must be a name such as global"),
            ("api_keys: [{credentials: /none}]", "credentials cannot be read: /none"),
            ("api_keys: [{credentials: /k}], credentials: /k", "takes credentials or api_keys, not both"),
            ("access_key_id: A, secret_access_key: b, project: p", "access_key_id is for providers of"),
        ])
    func wrong(entry: String, problem: String) {
        let files = [
            "/k": Self.file(), "/text": "hello", "/user": #"{"type":"authorized_user"}"#, "/half": "{}",
            "/torn": Self.file("-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----"),
            "/short": Self.file(RSAKeys.short), "/bare": Self.file(project: nil),
            "/plain": Self.file(RSAKeys.usual, #","token_uri":"http://tokens.test""#),
        ]
        var found: [String] = []
        do throws(ConfigurationErrors) {
            _ = try ConfigurationParsingTests.parse(
                "catalog: none\nproviders:\n  - {slug: v, dialect: vertex, \(entry)}\n", files: files)
        } catch {
            found = error.problems.map { "\($0.line ?? 0): \($0.message)" }
        }
        #expect(found.contains { $0.hasPrefix("3: ") && $0.contains(problem) }, "\(found)")
        #expect(!found.contains { $0.contains("BEGIN") })
    }

    @Test("are of no use to providers of other dialects, and say so")
    func elsewhere() {
        for field in ["credentials: /k", "project: p", "location: global"] {
            #expect(throws: ConfigurationErrors.self) {
                try ConfigurationParsingTests.parse(
                    "providers: [{slug: o, base_url: \"http://h/v1\", \(field)}]\n", files: ["/k": Self.file()])
            }
        }
    }
}
