import Testing

@testable import Configuration

@Suite("Report for the doctor")
struct ConfigurationReportTests {
    static func report(
        _ text: String?, _ environment: [String: String] = [:], canRead: (String) -> Bool = { _ in true }
    ) throws -> [String] {
        ConfigurationReport(try ConfigurationParsingTests.parse(text, environment), canRead: canRead).lines
            .map { "\($0.level.rawValue): \($0.text)" }
    }

    @Test("says what there is")
    func good() throws {
        let lines = try Self.report(
            ConfigurationParsingTests.example, ["MARTLET_API_KEY": "sk-mt-v1-0123456789"])
        #expect(lines.contains("ok: martlet.yaml is valid"))
        #expect(lines.contains("ok: provider local: http://127.0.0.1:8081/v1, no key, serves 1 model"))
        #expect(lines.contains("ok: 1 model"))
        #expect(lines.contains("ok: 1 fixed key"))
        #expect(!lines.contains { $0.hasPrefix("warning") || $0.hasPrefix("error") || $0.contains("0123456789") })
    }

    @Test("warns of what may be meant otherwise")
    func warnings() throws {
        let lines = try Self.report(
            """
            listen: 0.0.0.0:8080
            providers:
              - {slug: p, base_url: "http://far.example/v1", api_key: sk-1}
              - {slug: idle, base_url: "https://idle.example/v1"}
            models:
              - {id: a/b, endpoints: [{provider: p, model: b}]}
              - {id: a/c, context_length: 9, endpoints: [{provider: p, model: c, pricing: {prompt: "2.5", completion: "10"}}]}
            """)
        for text in [
            "without TLS", "may read /metrics, /ready, /health and / without a key",
            "its key crosses the network in the clear",
            "provider idle: https://idle.example/v1, no key, serves 0",
            "the endpoint p of a/b has no pricing and counts as free", "a/b: its context_length is unknown",
            "prices are per token", "no fixed keys",
        ] {
            #expect(lines.contains { $0.contains(text) }, "\(text)")
        }
    }

    @Test("warns of the open pages wherever others can reach them, behind TLS too")
    func openPages() throws {
        let tls = "tls: {certificate: /c, key: /k}\n"
        func warnings(_ listen: String) throws -> [String] {
            try Self.report("listen: \(listen)\n" + tls).filter { $0.hasPrefix("warning") && $0.contains("/metrics") }
        }
        #expect(try warnings("0.0.0.0:8443").count == 1)
        #expect(try warnings("127.0.0.1:8443").isEmpty)
        #expect(try warnings("'[::1]:8443'").isEmpty)
    }

    @Test("fails where a file cannot be read")
    func files() throws {
        let configuration = try ConfigurationParsingTests.parse("tls: {certificate: /c, key: /k}\n")
        let report = ConfigurationReport(configuration, canRead: { $0 == "/c" })
        #expect(report.hasErrors)
        #expect(report.lines.contains { $0.level == .error && $0.text == "the TLS file /k cannot be read" })
    }

    @Test("lists the problems of a file that cannot be used, and says when nothing is set up")
    func broken() throws {
        let errors = #expect(throws: ConfigurationErrors.self) { try ConfigurationParsingTests.parse("x: 1\n") }
        let report = ConfigurationReport(try #require(errors))
        #expect(report.hasErrors)
        #expect(report.lines[0].text.hasPrefix("martlet.yaml:1: unknown key"))
        #expect(
            try Self.report(nil).contains {
                $0.contains("no model can be called: set a provider's variable, such as OPENAI_API_KEY")
            })
    }
}
