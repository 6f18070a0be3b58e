import Buffers
import Cryptography
import Foundation
import Testing

@testable import WebPages

@Suite struct LandingPageTests {
    private func page(_ state: LandingState) -> String {
        var out = ByteBuffer()
        LandingPage.render(into: &out, state: state)
        return out.text
    }

    private let state = LandingState(
        ready: true, baseURL: "http://127.0.0.1:8080/api/v1",
        models: [
            LandingState.Model(
                id: "meta/llama-3.1-8b", name: "Llama 3.1 8B",
                endpoints: [
                    LandingState.Endpoint(
                        provider: "Groq", contextLength: 131_072, promptPicos: 50_000, completionPicos: 80_000),
                    LandingState.Endpoint(provider: "Local"),
                ]),
            LandingState.Model(id: "x/y", name: "Y", endpoints: []),
        ], version: "0.1.0")

    /// What no name, reason or URL may ever do: open a tag, close the attribute or the quotes, or add an entity.
    private static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "&lt;b&gt;",
        "</code></pre><h1>", "</style><style>", "]]>", "<!--", "${x}`id`$(id)", "a\u{0}b\u{1B}[31m",
    ]

    @Test func showsModelsWithProvidersAndPrices() {
        let html = page(state)
        #expect(html.hasPrefix("<!doctype html>") && html.hasSuffix("</html>\n"))
        #expect(html.contains("class=\"state ready\">Ready<"))
        #expect(html.contains("rowspan=\"2\">Llama 3.1 8B<code>meta/llama-3.1-8b</code>"))
        #expect(
            html.contains(
                "<td>Groq</td><td class=\"number\">131,072</td><td class=\"number\">$0.05</td>"
                    + "<td class=\"number\">$0.08</td>"))
        #expect(html.contains("<td>Local</td><td class=\"number\">–</td>"))
        #expect(html.contains("<td colspan=\"4\">no endpoint</td>"))
        #expect(html.contains("Martlet 0.1.0"))
    }

    @Test func saysWhyItIsNotReady() {
        var state = state
        state.ready = false
        state.reasons = ["The database cannot be written.", "No provider answers."]
        let html = page(state)
        #expect(html.contains("class=\"state waiting\">Not ready<"))
        #expect(html.contains("<li>The database cannot be written.</li>\n<li>No provider answers.</li>"))
    }

    @Test func tellsTheNextStepWhenThereAreNoModels() {
        let html = page(LandingState(ready: true, baseURL: "http://h/api/v1"))
        #expect(html.contains("martlet doctor") && html.contains("OPENAI_API_KEY"))
        #expect(!html.contains("<table") && !html.contains("curl"))
    }

    @Test func boundsTheTable() {
        var state = state
        let model = state.models[1]
        state.models = Array(repeating: model, count: LandingPage.modelsShownMax + 1_234)
        let html = page(state)
        #expect(html.components(separatedBy: "<tbody>").count == LandingPage.modelsShownMax + 1)
        #expect(html.contains("And 1,234 more"))
    }

    @Test(arguments: hostile)
    func keepsHostileTextAsText(_ text: String) {
        let plain = page(state)
        var state = state
        state.models[0].id = text
        state.models[0].name = text
        state.models[0].endpoints[0].provider = text
        state.reasons = [text]
        state.baseURL = text
        state.version = text
        state.defaultModel = text
        let html = page(state)
        // The tags are those of the harmless page, and a list of one reason.
        let tags = html.split(separator: "<").dropFirst().map { $0.prefix { $0 != ">" && $0 != " " } }
        let expected = plain.split(separator: "<").dropFirst().map { $0.prefix { $0 != ">" && $0 != " " } }
        #expect(tags.filter { !["ul", "/ul", "li", "/li"].contains($0) } == expected)
        #expect(!html.contains("onerror=alert(1)>") && !html.contains("' onmouseover"))
        #expect(!html.utf8.contains(0) && !html.utf8.contains(0x1B))
    }

    @Test func allowsOnlyItsOwnStyle() {
        let html = page(state)
        #expect(html.contains("<style>\(LandingStyle.text)</style>"))
        #expect(!html.contains("<script") && !html.contains("style=") && !html.contains(" onclick"))
        #expect(!html.contains("src=") && !html.contains("url("))
        let digest = SHA256Digest(hashing: Array(LandingStyle.text.description.utf8).span)
        let base64 = withUnsafeBytes(of: digest) { Data($0).base64EncodedString() }
        #expect(LandingPage.contentSecurityPolicy.description.contains("style-src 'sha256-\(base64)';"))
        #expect(LandingPage.contentSecurityPolicy.description.hasPrefix("default-src 'none'; "))
    }

    @Test func staysSmall() {
        #expect(page(state).utf8.count < 8_000)
    }

    @Test(
        arguments: [
            (0, "$0.00"), (1, "$0.000001"), (150_000, "$0.15"), (2_500_000, "$2.50"), (1_234_567, "$1.234567"),
            (75_000_000, "$75.00"), (125_000, "$0.125"),
        ] as [(Int64, String)])
    func showsDollarsPerMillionTokens(_ picos: Int64, _ text: String) {
        #expect(PriceText.perMillion(picosPerToken: picos) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (1_048_576, "1,048,576")])
    func groupsThousands(_ number: Int, _ text: String) {
        #expect(PriceText.grouped(number) == text)
    }
}
