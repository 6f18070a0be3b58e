import Catalog
import Testing

@testable import Configuration

@Suite("Problems of a configuration")
struct ConfigurationProblemTests {
    static func problems(_ text: String, _ environment: [String: String] = [:]) -> [ConfigurationProblem] {
        do throws(ConfigurationErrors) {
            _ = try ConfigurationParsingTests.parse(text, environment)
            return []
        } catch {
            return error.problems
        }
    }

    static let provider = "providers: [{slug: p, base_url: \"http://h/v1\"}]\n"

    static func model(_ endpoint: String, _ more: String = "") -> String {
        provider + "models:\n  - id: a/b\n    endpoints: [{\(endpoint)}]\n\(more)"
    }

    @Test(
        "name the line and say what to do",
        arguments: [
            ("a: 1\n", 1, "unknown key \"a\" in the configuration"),
            ("listn: x\n", 1, "did you mean listen?"),
            ("providers:\n  - slug: p\n    base_ur: http://h\n", 3, "did you mean base_url?"),
            ("- x\n", 1, "the configuration must be a mapping, not a list"),
            ("listen: nowhere\n", 1, "listen must be an IP address and a port"),
            ("listen: [x]\n", 1, "listen must be a single value, not a list"),
            ("workers: 0\n", 1, "workers must be a whole number from 1 to 256, not \"0\""),
            ("workers: many\n", 1, "workers must be a whole number"),
            ("billing: free\n", 1, "billing must be metered or prepaid"),
            ("records: {keep: 3s}\n", 1, "keep must be from"),
            ("records: {keep: always}\n", 1, "keep must be a duration"),
            ("records: {max_size: 5}\n", 1, "max_size must be from"),
            ("records: {size: 5GB}\n", 1, "unknown key \"size\" in records"),
            ("admin_listen: 127.0.0.1:1\n", 1, "admin_listen in the configuration is not acted on"),
            ("routing: {algorithm: x}\n", 1, "algorithm must be default, adaptive or configured"),
            ("timeouts: {first_byte: 10}\n", 1, "first_byte must be a duration such as 300ms, 10s or 5m, not \"10\""),
            ("timeouts: {first: 10s}\n", 1, "unknown key \"first\" in timeouts"),
            ("timeouts: {idle: 0s}\n", 1, "idle must be from 1 ms"),
            ("limits: {body: lots}\n", 1, "body must be a size such as 32KiB, 64MiB or 25%"),
            ("limits:\n  body: 2MiB\n  memory: 1MiB\n", 2, "body is larger than memory"),
            ("limits:\n  body: 65MiB\n", 2, "body must be from 1024 to 67108864 bytes, not \"65MiB\""),
            ("limits: {connections: -1}\n", 1, "connections must be a whole number"),
            ("durability: none\n", 1, "durability must be process or fsync"),
            ("tls: {certificate: /c}\n", 1, "tls needs the paths of both"),
            ("log: {level: loud}\n", 1, "level must be debug, info, warning or error"),
            ("drain: 1s\ndrain_delay: 2s\n", 2, "drain_delay is a part of drain"),
            ("keys: [{name: x}]\n", 1, "a key needs its key"),
            ("keys: [{key: short}]\n", 1, "key must be 16 to 256 visible ASCII characters"),
            ("keys: [{key: \"with space in the middle\"}]\n", 1, "visible ASCII"),
            ("keys:\n  - {key: 0123456789abcdef}\n  - {key: 0123456789abcdef}\n", 3, "in the list twice"),
            ("keys: [{key: \"${NOPE}\"}]\n", 1, "needs the environment variable NOPE, which is not set"),
            ("providers: {}\n", 1, "providers must be a list, not a mapping"),
            ("providers: [x]\n", 1, "a provider must be a mapping, not a single value"),
            ("providers: [{name: x}]\n", 1, "a provider needs a slug"),
            ("providers: [{slug: Open AI}]\n", 1, "slug must be lower-case letters"),
            ("providers: [{slug: p}]\n", 1, "the provider p needs a base_url"),
            ("providers: [{slug: p, base_url: host}]\n", 1, "base_url must begin with http:// or https://"),
            ("providers: [{slug: p, base_url: \"http://h\", dialect: latin}]\n", 1, "dialect must be openai,"),
            (
                "providers: [{slug: p, base_url: \"http://h\", dialect: vertex}]\n", 1,
                "the provider p needs the id of a project of Google Cloud"
            ),
            (
                "providers: [{slug: p, base_url: \"http://h\", api_keys: [x]}]\n", 1,
                "a key of a provider must be a mapping"
            ),
            (
                "providers: [{slug: p, base_url: \"http://h\", limits: {rpm: 0}}]\n", 1,
                "rpm must be a whole number from 1"
            ),
            (
                "providers: [{slug: p, base_url: \"http://h\", api_key: k, api_keys: [{key: x}]}]\n", 1,
                "api_key or api_keys, not both"
            ),
            (
                "providers: [{slug: p, base_url: \"http://h\", api_keys: [{key: x}, {key: x}]}]\n", 1,
                "this key is already in the list"
            ),
            (
                "providers: [{slug: p, base_url: \"http://h\", api_keys: [{key: x, weight: -1}]}]\n", 1,
                "weight must be from 0.001"
            ),
            (
                "providers: [{slug: p, base_url: \"http://h\", api_keys: []}]\n", 1,
                "api_keys must hold 1 to 16 keys"
            ),
            (
                "providers: [{slug: p, base_url: \"http://h\", limits: {rps: 1}}]\n", 1,
                "unknown key \"rps\" in limits"
            ),
            ("providers: [{slug: p, base_url: \"http://h\", region: eu}]\n", 1, "region is for providers of the"),
            ("providers: [{slug: p, base_url: \"http://h\", cancel: maybe}]\n", 1, "cancel must be stops or bills"),
            ("providers: [{slug: p, base_url: \"http://h\", zdr: yes}]\n", 1, "zdr must be true or false, not \"yes\""),
            ("providers: [{slug: p, base_url: \"http://h\", headers: {Host: x}}]\n", 1, "written by the router"),
            ("providers: [{slug: p, base_url: \"http://h\", headers: {\"a b\": x}}]\n", 1, "no name of a header field"),
            ("providers: [{slug: p, base_url: \"http://h\", headers: {X: \"a\\r\\nb\"}}]\n", 1, "cannot carry"),
            ("providers: [{slug: p, base_url: \"http://h\", headers: [x]}]\n", 1, "headers must be a mapping"),
            (provider + "models: [{name: x}]\n", 2, "a model needs an id"),
            (provider + "models: [{id: nameless}]\n", 2, "id must be author/name"),
            (provider + "models: [{id: a/b}]\n", 2, "the model a/b needs endpoints"),
            (provider + "models: [{id: a/b, endpoints: []}]\n", 2, "needs 1 to"),
            (model("model: b"), 4, "an endpoint needs a provider"),
            (model("provider: p"), 4, "an endpoint needs a model"),
            (model("provider: q, model: b"), 4, "unknown provider \"q\""),
            (model("provider: p, model: b, dialect: antropic"), 4, "not \"antropic\"; did you mean anthropic?"),
            (model("provider: p, model: b, dialect: latin"), 4, "cohere or azure, not \"latin\""),
            (model("provider: p, model: b, dialect: bedrock"), 4, "p speaks openai, whose address and keys are of"),
            (model("provider: p, model: b, dialect: vertex"), 4, "list a provider of that dialect for it"),
            (
                "providers: [{slug: p, base_url: \"http://h\", dialect: anthropic}]\n"
                    + "models: [{id: a/b, endpoints: [{provider: p, model: b, dialect: openai}]}]\n", 2,
                "the dialect of p of a/b: base_url of p is that of anthropic, without the path that openai needs"
            ),
            (
                "providers: [{slug: p, base_url: \"http://h/openai/v1\"}]\n"
                    + "models: [{id: a/b, endpoints: [{provider: p, model: b, dialect: gemini}]}]\n", 2,
                "base_url of p ends in /openai/v1, where it is not spoken"
            ),
            (model("provider: p, model: b, weight: 0"), 4, "weight must be a whole number from 1 to 1000"),
            (model("provider: p, model: b, tag: q/x"), 4, "tag must be p or begin with p/"),
            (model("provider: p, model: b, quantization: fp7"), 4, "quantization must be int4"),
            (model("provider: p, model: b, pricing: {prompt: x, completion: \"0\"}"), 4, "prompt: \"x\" is no decimal"),
            (model("provider: p, model: b, pricing: {prompt: \"-1\", completion: \"0\"}"), 4, "is negative"),
            (model("provider: p, model: b, pricing: {prompt: \"1\"}"), 4, "pricing needs completion"),
            (model("provider: p, model: b, pricing: {promt: \"1\", completion: \"1\"}"), 4, "did you mean prompt?"),
            (
                model("provider: p, model: b, pricing: {prompt: \"1\", completion: \"1\", web_search_per: request}"), 4,
                "web_search_per says nothing without web_search"
            ),
            (
                model(
                    "provider: p, model: b, "
                        + "pricing: {prompt: \"1\", completion: \"1\", web_search: \"1\", web_search_per: prompt}"), 4,
                "web_search_per must be request or search"
            ),
            (
                model(
                    "provider: p, model: b, pricing: {prompt: \"1\", completion: \"1\", overrides: [{prompt: \"2\"}]}"),
                4, "an override needs"
            ),
            (model("provider: p, model: b", "    context_length: 0\n"), 5, "context_length must be a whole number"),
            (model("provider: p, model: b", "    input_modalities: [smell]\n"), 5, "input_modalities must be text,"),
            (model("provider: p, model: b", "    aliases: [\"a b\"]\n"), 5, "visible ASCII without spaces"),
            (
                model("provider: p, model: b", "    fallbacks: [a/x]\n"), 3,
                "fallbacks of a/b names a/x, which is not in"
            ),
            (model("provider: p, model: b", "    fallbacks: [a/b]\n"), 3, "fallbacks of a/b names the model itself"),
            (model("provider: p, model: b", "    fallbacks: a/b\n"), 5, "fallbacks must be a list"),
            (model("provider: p, model: b", "    distillable: maybe\n"), 5, "distillable must be true or false"),
            (model("provider: p, model: b, order: 0"), 4, "order must be a whole number from 1 to 16"),
            (model("provider: p, model: b", "default_model: a/x\n"), 5, "default_model a/x is not in the catalogue"),
            (model("provider: p, model: b}, {provider: p, model: c"), 4, "two endpoints tagged p"),
            (
                model("provider: p, model: b", "  - id: a/b\n    endpoints: [{provider: p, model: c}]\n"), 5,
                "already on line 3"
            ),
            (
                "providers:\n  - {slug: p, base_url: \"http://h\"}\n  - {slug: p, base_url: \"http://h\"}\n", 3,
                "already on"
            ),
            (model("provider: openai, model: b"), 4, "the provider openai has no key: set OPENAI_API_KEY"),
        ])
    func named(text: String, line: Int, message: String) {
        let problems = Self.problems(text)
        #expect(
            problems.contains { $0.line == line && $0.message.contains(message) },
            "\(problems.map { "\($0.line ?? 0): \($0.message)" })")
    }

    @Test("are all reported together, in order, with the file's name")
    func together() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationParsingTests.parse("workers: x\nbilling: y\nnope: 1\nlisten: z\n")
        }
        let lines = error?.description.split(separator: "\n").map(String.init) ?? []
        #expect(lines.count == 4)
        #expect(lines.first?.hasPrefix("martlet.yaml:1: workers must be") == true)
        #expect(lines.last?.hasPrefix("martlet.yaml:4: listen must be") == true)
    }

    @Test("do not run on without end")
    func bounded() {
        let text = (0..<500).map { "k\($0): 1" }.joined(separator: "\n")
        let error = #expect(throws: ConfigurationErrors.self) { try ConfigurationParsingTests.parse(text) }
        #expect(error?.problems.count == 500)
        #expect(error?.description.split(separator: "\n").count == ConfigurationLimits.problems + 1)
    }

    @Test("never show a secret")
    func secrets() {
        let text = """
            keys: [{key: "${KEY}"}]
            listen: ${KEY}
            providers:
              - {slug: p, base_url: "http://h/v1", api_key: "${KEY}"}
            """
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationParsingTests.parse(text, ["KEY": "sk-secret value\u{7}"])
        }
        #expect(error?.problems.count == 3)
        #expect(error?.description.contains("secret") == false)
    }
}
