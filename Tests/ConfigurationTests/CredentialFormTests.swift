import Accounting
import Catalog
import TestSupport
import Testing

@testable import Configuration

@Suite("Forms of callers' own keys")
struct CredentialFormTests {
    static func provider(
        _ dialect: ProviderDialect, _ url: String = "https://api.example.com/v1", _ absence: ProviderAbsence? = nil
    ) throws -> ProviderEntry {
        ProviderEntry(
            slug: "p", displayName: "P", dialect: dialect, baseURL: try BaseURL(url), absence: absence)
    }

    static func problem(_ text: String, _ provider: ProviderEntry) -> String? {
        do throws(CredentialForm.Problem) {
            _ = try CredentialForm.read(Secret(text), for: provider)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "a plain key is sent as it is",
        arguments: [ProviderDialect.openAI, .openAIResponses, .anthropic, .gemini, .cohere, .bedrock, .azure])
    func plain(dialect: ProviderDialect) throws {
        let form = try CredentialForm.read(Secret("sk-1"), for: try Self.provider(dialect))
        #expect(form.key == ProviderKey(secret: Secret("sk-1")) && form.baseURL == nil)
    }

    @Test(
        "what no field can carry is refused without being shown",
        arguments: ["a b", "schlüssel", "{\"api_key\":\"k\"}"])
    func notPlain(text: String) throws {
        let problem = try #require(Self.problem(text, try Self.provider(.openAI)))
        #expect(problem.contains("plain text") && !problem.contains(text))
    }

    @Test("a plain key does not say where an account is")
    func accounts() throws {
        let azure = try Self.provider(
            .azure, "https://azure-resource-name.openai.azure.com/openai/v1",
            .missing(variables: ["AZURE_API_KEY", "AZURE_RESOURCE_NAME"]))
        #expect(Self.problem("key", azure)?.contains("resource_name") == true)
        let cloudflare = try Self.provider(
            .openAI, "https://api.test/accounts/cloudflare-account-id/v1",
            .missing(variables: ["CLOUDFLARE_API_KEY", "CLOUDFLARE_ACCOUNT_ID"]))
        #expect(Self.problem("key", cloudflare)?.contains("CLOUDFLARE_ACCOUNT_ID") == true)
        let keyless = try Self.provider(.openAI, "https://api.test/v1", .missing(variables: ["TEST_API_KEY"]))
        #expect(Self.problem("key", keyless) == nil)
    }

    @Test(
        "a key of Azure's names its resource, alone or as the one entry of a list",
        arguments: [
            (#"{"api_key":"k","resource_name":"mine"}"#, "https://mine.openai.azure.com"),
            (#"[{"api_key":"k","resource_name":"mine"}]"#, "https://mine.openai.azure.com"),
            (
                #"{"api_key":"k","resource_name":"mine","resource_type":"ai_foundry"}"#,
                "https://mine.services.ai.azure.com"
            ),
        ])
    func azure(text: String, origin: String) throws {
        let provider = try Self.provider(.azure, "https://azure-resource-name.openai.azure.com/openai/v1")
        let form = try CredentialForm.read(Secret(text), for: provider)
        #expect(form.key.secret.reveal() == "k")
        #expect(form.baseURL?.origin == origin && form.baseURL?.pathPrefix == "/openai/v1")
    }

    @Test(
        "other keys of Azure's are refused",
        arguments: [
            #"{"endpoint_url":"https://x","api_key":"k","model_id":"m","model_slug":"s"}"#, #"{"api_key":"k"}"#,
            #"{"api_key":"k","resource_name":"evil.example/"}"#, #"{"api_key":7,"resource_name":"mine"}"#,
            #"{"api_key":"k","resource_name":"mine","resource_type":"x"}"#, "[]", "{", #"[{"api_key":"k"},{}]"#,
        ])
    func notAzure(text: String) throws {
        #expect(Self.problem(text, try Self.provider(.azure, "https://a.openai.azure.com/openai/v1")) != nil)
    }

    @Test("a pair of access keys signs in its region, at Amazon's host or at the operator's")
    func bedrock() throws {
        let text = #"{"accessKeyId":"AKIAX","secretAccessKey":"hush","region":"eu-west-1"}"#
        let amazons = try Self.provider(.bedrock, "https://bedrock-runtime.us-east-1.amazonaws.com")
        let form = try CredentialForm.read(Secret(text), for: amazons)
        #expect(AmazonAccessTests.access(form.key) == AmazonAccess(accessKeyID: "AKIAX", region: "eu-west-1"))
        #expect(form.baseURL?.host == "bedrock-runtime.eu-west-1.amazonaws.com" && form.region == "eu-west-1")
        let own = try CredentialForm.read(Secret(text), for: try Self.provider(.bedrock, "http://127.0.0.1:1"))
        #expect(own.baseURL == nil)
        #expect(Self.problem(#"{"accessKeyId":"A","secretAccessKey":"h"}"#, amazons) != nil)
        #expect(Self.problem(#"{"accessKeyId":"A","secretAccessKey":"h","region":"x/y"}"#, amazons) != nil)
    }

    @Test("a service account opens the address of its project, and gets its tokens from Google")
    func vertex() throws {
        let provider = try Self.provider(.vertex, "https://aiplatform.googleapis.com")
        let form = try CredentialForm.read(
            Secret(ServiceAccountFileTests.file(project: "p-1", #","region":"europe-west4""#)), for: provider)
        #expect(form.baseURL?.host == "europe-west4-aiplatform.googleapis.com")
        #expect(form.baseURL?.pathPrefix == "/v1/projects/p-1/locations/europe-west4")
        #expect(ServiceAccountFileTests.account(form.key)?.email == "m@p.iam")
        let operators = try Self.provider(.vertex, "https://proxy.test/x/v1/projects/theirs/locations/global")
        let own = try CredentialForm.read(Secret(ServiceAccountFileTests.file(project: "p-1")), for: operators)
        #expect(own.baseURL?.origin == "https://proxy.test")
        #expect(own.baseURL?.pathPrefix == "/x/v1/projects/p-1/locations/global")
        for text in [
            "plain", "{}", ServiceAccountFileTests.file(project: nil),
            ServiceAccountFileTests.file(project: "p-1", #","token_uri":"https://elsewhere.test/token""#),
            ServiceAccountFileTests.file(project: "p-1", #","region":"a/b""#),
        ] {
            #expect(Self.problem(text, provider) != nil)
        }
    }

    @Test("the fee and the secret key are read, and checked")
    func settings() throws {
        let secret = String(repeating: "s", count: 32)
        let configuration = try ConfigurationParsingTests.parse(
            "catalog: none\nbyok: {fee_percent: 2.5, secret_key: \(secret)}\n")
        #expect(configuration.ownKeys.fee.millionths == 25_000 && configuration.ownKeys.secretKey == Secret(secret))
        #expect(try ConfigurationParsingTests.parse("catalog: none\n").ownKeys == .init())
        for wrong in ["fee_percent: 101", "fee_percent: x", "secret_key: short", "fee: 5"] {
            #expect(!ConfigurationProblemTests.problems("catalog: none\nbyok: {\(wrong)}\n", [:]).isEmpty)
        }
    }
}
