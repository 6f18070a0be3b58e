import Catalog
import Testing

@testable import Configuration

@Suite("Access keys of Amazon's")
struct AmazonAccessTests {
    static let keys = "access_key_id: AKIAX, secret_access_key: hush"
    static let own = "base_url: \"http://127.0.0.1:1\""
    static let environment = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "hush-env"]

    static func providers(_ entry: String, _ environment: [String: String] = [:]) throws -> [ProviderEntry] {
        try ConfigurationParsingTests.parse("catalog: none\nproviders: [{\(entry)}]\n", environment).catalog.providers
    }

    static func problems(_ entry: String, _ environment: [String: String] = [:]) -> [String] {
        ConfigurationProblemTests.problems("catalog: none\nproviders:\n  - {\(entry)}\n", environment).map {
            "\($0.line ?? 0): \($0.message)"
        }
    }

    static func access(_ key: ProviderKey) -> AmazonAccess? {
        if case .signing(let access) = key.use { access } else { nil }
    }

    @Test("of the configuration, with the address of their region")
    func configured() throws {
        let provider = try #require(
            try Self.providers("slug: b, dialect: bedrock, region: eu-central-1, session_token: tok, \(Self.keys)")
                .first)
        #expect(provider.baseURL.origin == "https://bedrock-runtime.eu-central-1.amazonaws.com")
        #expect(provider.region == "eu-central-1")
        #expect(provider.keys.map { $0.secret.reveal() } == ["hush"])
        #expect(
            Self.access(provider.keys[0])
                == AmazonAccess(accessKeyID: "AKIAX", sessionToken: Secret("tok"), region: "eu-central-1"))
    }

    @Test("several, by weight, beside bearer tokens")
    func several() throws {
        let provider = try #require(
            try Self.providers(
                "slug: b, dialect: bedrock, region: us-east-1, api_keys: [{\(Self.keys), weight: 3}, {key: bearer}]"
            ).first)
        #expect(provider.keys.map(\.weight) == [3, 1])
        #expect(provider.keys.map { Self.access($0)?.accessKeyID } == ["AKIAX", nil])
    }

    @Test(
        "are of the region that is said, else the address's, else the environment's",
        arguments: [
            ("region: eu-west-1", [:], "eu-west-1", "bedrock-runtime.eu-west-1.amazonaws.com"),
            ("region: eu-west-1", ["AWS_REGION": "us-west-2"], "eu-west-1", "bedrock-runtime.eu-west-1.amazonaws.com"),
            ("name: B", ["AWS_REGION": "us-west-2"], "us-west-2", "bedrock-runtime.us-west-2.amazonaws.com"),
            (
                "name: B", ["AWS_DEFAULT_REGION": "cn-north-1"], "cn-north-1",
                "bedrock-runtime.cn-north-1.amazonaws.com.cn"
            ),
            (
                "base_url: \"https://x.bedrock-runtime.ap-south-1.vpce.amazonaws.com\"", ["AWS_REGION": "us-west-2"],
                "ap-south-1", "x.bedrock-runtime.ap-south-1.vpce.amazonaws.com"
            ),
            (own, ["AWS_REGION": "us-west-2"], "us-west-2", "127.0.0.1"),
            ("\(own), region: local", [:], "local", "127.0.0.1"),
        ])
    func regions(entry: String, environment: [String: String], region: String, host: String) throws {
        let provider = try #require(
            try Self.providers("slug: b, dialect: bedrock, \(Self.keys), \(entry)", environment).first)
        #expect(Self.access(provider.keys[0])?.region == region)
        #expect(provider.region == region)
        #expect(provider.baseURL.host == host)
    }

    @Test("of the environment, for Amazon's own address once it is listed")
    func ambient() throws {
        func keys(_ text: String, _ environment: [String: String]) throws -> [ProviderKey]? {
            try ConfigurationParsingTests.parse(text, environment).catalog.providers.first { $0.dialect == .bedrock }?
                .keys
        }
        let listed = "providers: [{slug: amazon-bedrock}]\n"
        let found = try #require(try keys(listed, Self.environment))
        #expect(found.map { $0.secret.reveal() } == ["hush-env"])
        #expect(Self.access(found[0]) == AmazonAccess(accessKeyID: "AKIAENV", region: "us-east-1"))
        #expect(try keys("providers: []\n", Self.environment) == nil)
        // The bearer token says what it is for.
        let bearer = Self.environment.merging(["AWS_BEARER_TOKEN_BEDROCK": "bearer"]) { $1 }
        #expect(try keys(listed, bearer) == [ProviderKey(secret: Secret("bearer"))])
        let session = Self.environment.merging(["AWS_SESSION_TOKEN": "tok", "AWS_REGION": "eu-west-3"]) { $1 }
        let signing = try #require(try keys("providers: [{slug: mine, dialect: bedrock}]\n", session))
        #expect(
            Self.access(signing[0])
                == AmazonAccess(accessKeyID: "AKIAENV", sessionToken: Secret("tok"), region: "eu-west-3"))
        // Elsewhere nothing of the environment is wanted.
        #expect(try keys("providers: [{slug: amazon-bedrock, \(Self.own)}]\n", session) == [])
    }

    @Test(
        "that are not whole are reported, and never shown",
        arguments: [
            ("dialect: bedrock, region: us-east-1, secret_access_key: hush", "secret_access_key needs access_key_id"),
            ("dialect: bedrock, region: us-east-1, access_key_id: AKIAX", "access_key_id needs secret_access_key"),
            (
                "dialect: bedrock, access_key_id: AKIAX, secret_access_key: \"${EMPTY}\"",
                "access_key_id needs secret_access_key beside it, and it is empty"
            ),
            ("dialect: bedrock, session_token: tok, region: us-east-1", "session_token needs access_key_id and"),
            ("dialect: bedrock, region: us-east-1, api_key: k, \(keys)", "takes api_key or access_key_id"),
            (
                "dialect: bedrock, region: us-east-1, api_keys: [{key: k}], \(keys)",
                "takes access_key_id or api_keys, not both"
            ),
            (
                "dialect: bedrock, region: us-east-1, api_keys: [{secret_access_key: hush}]",
                "needs access_key_id beside it"
            ),
            ("dialect: bedrock, region: us-east-1, api_keys: [{weight: 1}]", "a key of a provider needs a key"),
            ("dialect: bedrock, region: US East, \(keys)", "region must be a name such as us-east-1"),
            ("dialect: bedrock, \(own), \(keys)", "needs a region, such as us-east-1: set region, or the variable"),
            ("dialect: bedrock, \(keys)", "needs a region"),
            (
                "dialect: bedrock, region: us-east-1, base_url: \"https://bedrock-runtime.us-east-2.amazonaws.com\", \(keys)",
                "the region of b is us-east-1, and its base_url is in us-east-2"
            ),
            ("\(own), \(keys)", "access_key_id is for providers of the dialect bedrock, and b speaks openai"),
            (
                "dialect: bedrock, region: us-east-1, access_key_id: \"a/b\", secret_access_key: hush",
                "must be an id such as"
            ),
        ])
    func incomplete(entry: String, problem: String) {
        let found = Self.problems("slug: b, \(entry)", ["EMPTY": ""])
        #expect(found.contains { $0.hasPrefix("3: ") && $0.contains(problem) }, "\(found)")
        #expect(!found.contains { $0.contains("hush") })
    }

    @Test("of the environment that are not whole are reported")
    func half() {
        let entry = "slug: b, dialect: bedrock, region: us-east-1"
        #expect(
            Self.problems(entry, ["AWS_SECRET_ACCESS_KEY": "hush"]) == [
                "3: the provider b finds AWS_SECRET_ACCESS_KEY and no AWS_ACCESS_KEY_ID; set both"
            ])
        #expect(
            Self.problems(entry, ["AWS_ACCESS_KEY_ID": "AKIAX"]) == [
                "3: the provider b finds AWS_ACCESS_KEY_ID and no AWS_SECRET_ACCESS_KEY; set both"
            ])
        #expect(
            Self.problems(entry, ["AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "hu sh"])[0]
                .contains("AWS_SECRET_ACCESS_KEY holds characters that no key has"))
    }
}
