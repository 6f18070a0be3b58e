import Dialects
import Testing

@testable import Configuration

@Suite("presets")
struct PresetDecodingTests {
    private static let models = """
        catalog: none
        providers: [{slug: p, base_url: "http://127.0.0.1/v1"}]
        models:
          - {id: a/b, context_length: 9, endpoints: [{provider: p, model: b, pricing: {prompt: "0", completion: "0"}}]}

        """

    @Test func areNoneByThemselves() throws {
        #expect(try ConfigurationParsingTests.parse("").presets.isEmpty)
        #expect(try ConfigurationParsingTests.parse("presets: {}").presets.isEmpty)
    }

    @Test func areRead() throws {
        let configuration = try ConfigurationParsingTests.parse(
            Self.models + """
                presets:
                  support:
                    model: a/b
                    models: [openrouter/free]
                    system_prompt: |
                      Be ${TONE}.
                      Be brief.
                    temperature: 0.2
                    max_tokens: 500
                    parallel_tool_calls: false
                    stop: ["1", END]
                    user: ${NOBODY:-}
                    seed: ${SEED}
                    provider: {order: [p], allow_fallbacks: true, sort: ~}
                    tools:
                      - type: function
                        function: {name: look, parameters: {type: object, properties: {n: {const: "7"}}}}
                  bare: {}
                """, ["TONE": "kind", "SEED": "12"])
        let preset = try #require(configuration.presets["support"])
        #expect(preset.systemPrompt == "Be kind.\nBe brief.\n")
        #expect(preset.slug == "support" && configuration.presets["other"] == nil)
        #expect(configuration.notes.isEmpty, "\(configuration.notes)")
    }

    @Test(
        "name the line and say what to do",
        arguments: [
            ("presets: [a]\n", 1, "presets must be a mapping of names to fields of requests, not a list"),
            ("presets:\n  A b: {}\n", 2, "a preset's name is lower-case letters"),
            ("presets:\n  a: 7\n", 2, "a preset must be a mapping, not a single value"),
            ("presets:\n  a:\n", 2, "a preset must be a mapping, not nothing"),
            ("presets:\n  a:\n    temperatur: 1\n", 3, "did you mean temperature?"),
            ("presets:\n  a:\n    system: x\n", 3, "unknown key \"system\" in a preset"),
            ("presets:\n  a:\n    messages: []\n", 3, "messages does not belong in a preset: it comes with"),
            ("presets:\n  a:\n    stream: true\n", 3, "stream does not belong in a preset"),
            ("presets:\n  a:\n    cache_enabled: true\n", 3, "cache_enabled in a preset is not acted on"),
            ("presets:\n  a:\n    seed: 1\n    temperature: hot\n", 4, "the preset a: 'temperature' must be a number"),
            ("presets:\n  a:\n    temperature: '1'\n", 3, "'temperature' must be a number"),
            ("presets:\n  a:\n    max_tokens: 1.5\n", 3, "'max_tokens' must be an integer"),
            ("presets:\n  a:\n    model: [x]\n", 3, "'model' must be a string"),
            (
                "presets:\n  a:\n    provider:\n      order: [x]\n      sort: cheap\n", 5,
                "in the preset a: 'provider.sort' must be"
            ),
            (
                "presets:\n  a:\n    tools:\n      - type: function\n        function:\n          nam: x\n", 5,
                "'tools[0].function.name' is missing"
            ),
            ("presets:\n  a:\n    system_prompt: [x]\n", 3, "system_prompt must be a single value"),
            ("presets:\n  a:\n    system_prompt: ${NOWHERE}\n", 3, "needs the environment variable NOWHERE"),
            ("presets:\n  a:\n    model: \"@preset/b\"\n", 3, "@preset/b names a preset; a preset names models"),
            ("presets:\n  a:\n    models: [x/y@preset/b]\n", 3, "x/y@preset/b names a preset"),
        ])
    func faults(text: String, line: Int, message: String) {
        let problems = ConfigurationProblemTests.problems(text)
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.line == line, "\(problems)")
        #expect(problems.first?.message.contains(message) == true, "\(problems)")
    }

    @Test("tell the doctor of models that are not there")
    func notes() throws {
        let lines = try ConfigurationReportTests.report(
            Self.models + """
                presets:
                  a: {model: a/c, models: ["a/b:nitro", openrouter/free]}
                  b: {temperature: 1}
                """)
        let told = lines.filter { $0.contains("the preset") }
        #expect(
            told == [
                "warning: martlet.yaml:6: the preset a names a/c, which is not in the catalogue; did you mean a/b?"
            ])
        #expect(lines.contains("ok: 2 presets"))
    }
}
