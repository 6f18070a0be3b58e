import Testing

@testable import Configuration

@Suite("Check of the catalogue")
struct CatalogueCheckTests {
    static func check(providers: String? = nil, models: String? = nil, today: String = "2026-11-21") -> CatalogueCheck {
        let files = [
            "/facts/providers.json": providers ?? CatalogueDirectoryTests.providers,
            "/facts/models.json": models ?? CatalogueDirectoryTests.models,
        ]
        return CatalogueCheck(directory: "/facts", today: today) { files[$0] }
    }

    @Test("finds no error in what ships")
    func shipped() {
        let check = CatalogueCheck(directory: nil, today: "2026-11-21") { _ in nil }
        #expect(check.errorCount == 0, "\(check.findings.filter { $0.level == .error })")
        #expect(check.providerCount >= 45 && check.modelCount >= 400 && check.endpointCount >= 1500)
    }

    /// The smallest good catalogue with one thing changed, and what is said about it.
    @Test(
        "names file, line, entry and field",
        arguments: [
            (
                "\"0.000001\"", "\"0.02\"", CatalogueCheck.Level.error,
                "models.json:4: acme/one at acme: pricing.prompt is 20000 dollars"
            ),
            ("\"0.000001\"", "\"0.002\"", .warning, "pricing.prompt is 2000 dollars per million"),
            ("\"0.000001\"", "\"0.0000010000001\"", .warning, "more than 12 decimals"),
            (
                "\"0.000002\"}", "\"0.000002\", \"input_cache_read\": \"0.1\"}", .error,
                "pricing.input_cache_read is 100000 dollars"
            ),
            (
                "\"0.000002\"}", "\"0.000002\", \"input_cache_read\": \"0.000002\"}", .warning,
                "input_cache_read is above prompt"
            ),
            ("\"0.000002\"}", "\"0\"}", .warning, "pricing.completion is 0 and prompt is not"),
            ("\"context_length\": 1000", "\"context_length\": 10", .error, "context_length 10 cannot be"),
            (
                "\"context_length\": 1000", "\"context_length\": 1000, \"max_completion_tokens\": 2000", .error,
                "models.json:2: acme/one: max_completion_tokens 2000 is above context_length 1000"
            ),
            (
                "\"created\": 1", "\"created\": 1, \"expiration_date\": \"2026-01-01\"", .error,
                "~acme/one-latest leads here"
            ),
            (
                "\"created\": 1", "\"created\": 1, \"expiration_date\": \"soon\"", .error,
                "expiration_date must be YYYY-MM-DD"
            ),
            (
                "\"provider\": \"acme\"", "\"provider\": \"acne\"", .error,
                "provider acne is not in providers.json; did you mean acme?"
            ),
            (
                "\"model\": \"one-v1\"", "\"model\": \"one-v1\", \"deprecation_date\": \"2026-11-20\"", .warning,
                "has passed"
            ),
            ("\"created\": 1", "\"created\": 1, \"aliases\": [\"acme/two\"]", .error, nil),
            (
                "\"created\": 1", "\"created\": 1, \"license\": \"mit\"", .error,
                "acme/one: distillable is missing: the license mit answers it"
            ),
            (
                "\"created\": 1", "\"created\": 1, \"license\": \"llama3\", \"distillable\": true", .error,
                "distillable is wrong: the license llama3 forbids it"
            ),
            (
                "\"created\": 1", "\"created\": 1, \"license\": \"apache-2.0\", \"distillable\": false", .error,
                "distillable is wrong: the license apache-2.0 permits it"
            ),
            ("\"created\": 1", "\"created\": 1, \"distillable\": true", .warning, "and no license says so"),
            ("\"created\": 1", "\"created\": 1, \"distillable\": \"yes\"", .error, "distillable must be true or false"),
            ("\"created\": 1", "\"created\": 1, \"license\": \"wtfpl\"", .error, "license must be apache-2.0, mit"),
            (
                "\"created\": 1", "\"created\": 1, \"categories\": [\"cooking\"]", .error,
                "categories must be programming, roleplay"
            ),
            (
                "\"created\": 1", "\"created\": 1, \"default_parameters\": {\"top_p\": 2}", .error,
                "top_p must be a number from 0.0 to 1.0"
            ),
            (
                "\"created\": 1", "\"created\": 1, \"benchmarks\": {\"coding\": 2}", .error,
                "unknown key \"coding\" in benchmarks; did you mean coding_index?"
            ),
            ("acme/one", "acme/one:free", .error, "pricing must be 0 for a :free variant"),
            (
                "\"0.000002\"}", "\"0.000002\"}, \"tiers\": {\"flex\": {\"prompt\": \"1\", \"completion\": \"0\"}}",
                .error, "tiers.flex.prompt is 1000000 dollars"
            ),
        ] as [(String, String, CatalogueCheck.Level, String?)])
    func model(old: String, new: String, level: CatalogueCheck.Level, message: String?) {
        let other = """
            ,
            {"id": "acme/two", "name": "Two", "created": 2, "context_length": 1000, "supported_parameters": ["seed"],
             "endpoints": [
              {"provider": "acme", "model": "two", "pricing": {"prompt": "0.000001", "completion": "0.000002"}}
             ]}
            ]}
            """
        let text = CatalogueDirectoryTests.models.replacingFirst(old, with: new).dropLast(2) + other
        let findings = Self.check(models: String(text)).findings
        let expected = message ?? "the alias acme/two is also a name of acme/two"
        #expect(findings.contains { $0.level == level && $0.text.contains(expected) }, "\(findings)")
        #expect(findings.allSatisfy { $0.text.hasPrefix("/facts/models.json:") })
    }

    @Test(
        "looks at providers",
        arguments: [
            ("https://api.acme.example/v1", "http://api.acme.example/v1", "acme: base_url must begin with https://"),
            (", \"key_variable\": \"ACME_API_KEY\"", "", "acme: key_variable is missing"),
            ("ACME_API_KEY", "acme key", "key_variable must be capital letters"),
            (
                "\"slug\": \"acme\"", "\"slug\": \"acme\", \"datacenters\": [\"Utah\"]",
                "datacenters must be countries as two capital letters, such as US, not \"Utah\""
            ),
            (
                "\"slug\": \"acme\"", "\"slug\": \"acme\", \"quirks\": {\"chat_onlie\": true}",
                "acme: unknown key \"chat_onlie\" in quirks; did you mean chat_only?"
            ),
            ("\"base_url\": \"https://api.acme.example/v1\", ", "", "acme: base_url is missing"),
        ])
    func provider(old: String, new: String, message: String) {
        let findings = Self.check(providers: CatalogueDirectoryTests.providers.replacingFirst(old, with: new)).findings
        #expect(
            findings.contains {
                $0.level == .error && $0.text.contains("/facts/providers.json:2: \(message)")
                    || $0.text.contains(message)
            }, "\(findings)")
    }

    @Test("asks of a family only that one of its models still runs")
    func ended() {
        func texts(older: String) -> [String] {
            let line = """
                {"id": "acme/zero", "name": "X", "created": 1, "family": "one", \(older)"context_length": 1000,
                 "endpoints": [{"provider": "acme", "model": "x", "pricing": {"prompt": "0.000001", "completion": "0.000002"}}]}
                """
            let models = CatalogueDirectoryTests.models.replacingFirst(
                "\"created\": 1", with: "\"created\": 2, \"expiration_date\": \"2026-01-01\"")
            return Self.check(models: models.dropLast(2) + ",\n" + line + "]}").findings.map(\.text)
        }
        let one = texts(older: "")
        #expect(!one.contains { $0.contains("~acme/one-latest") }, "\(one)")
        let none = texts(older: "\"expiration_date\": \"2026-01-02\", ")
        #expect(none.contains { $0.contains("~acme/one-latest leads here, and expiration_date 2026-01-01") }, "\(none)")
    }

    @Test("sees names that differ only in case, and families without a newest")
    func names() {
        let line = """
            {"id": "acme/ONE", "name": "X", "created": 1, "family": "one", "context_length": 1000, "endpoints": [
              {"provider": "acme", "model": "x", "pricing": {"prompt": "0.000001", "completion": "0.000002"}}]}
            """
        let texts = Self.check(models: CatalogueDirectoryTests.models.dropLast(2) + ",\n" + line + "]}").findings.map(
            \.text)
        #expect(texts.contains { $0.contains("acme/ONE: id differs from another only in case") }, "\(texts)")
        #expect(texts.contains { $0.contains("could be any of acme/one, acme/ONE") }, "\(texts)")
    }
}
