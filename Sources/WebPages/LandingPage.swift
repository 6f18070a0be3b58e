package import Buffers

/// `GET /`: whether the router is ready, what it serves and at which prices, and a first request to paste.
///
/// One response without anything from elsewhere, and without JavaScript.
package enum LandingPage {
    package static let contentType: StaticString = "text/html; charset=utf-8"

    /// The policy to send with the page: nothing may run, nothing may be loaded, only the page's own style applies.
    package static let contentSecurityPolicy: StaticString = """
        default-src 'none'; style-src 'sha256-ZZ/n7mO0aNPsOpD52+MSihwIpEuJPgx0QRrp/tej9SA='; img-src data:; form-action 'none'; base-uri 'none'; \
        frame-ancestors 'none'
        """

    /// Rows on the page; `/api/v1/models` has them all.
    static let modelsShownMax = 200

    /// Appends the whole page.
    package static func render(into out: inout ByteBuffer, state: LandingState) {
        PageHead.append("Martlet", to: &out)
        appendHeader(state, to: &out)
        appendFirstRequest(state, to: &out)
        appendModels(state, to: &out)
        out.append("</main>\n")
        appendFooter(state, to: &out)
        out.append("</body>\n</html>\n")
    }

    private static func appendHeader(_ state: LandingState, to out: inout ByteBuffer) {
        out.append("<header>\n")
        out.append("<svg viewBox=\"0 0 32 32\" aria-hidden=\"true\"><path d=\"")
        out.append("M1 9c6 0 10 2 13 6 3-6 9-11 17-12-5 4-8 9-9 14l-3 4 2 9-5-5-5 5 1-9C6 18 3 14 1 9z\"/></svg>\n")
        out.append("<h1>Martlet</h1>\n<span role=\"status\" class=\"state ")
        out.append(state.ready ? "ready\">Ready" : "waiting\">Not ready")
        out.append("</span>\n</header>\n")
        out.append("<p class=\"lead\">One API in front of every model provider. Use it with any OpenAI or OpenRouter ")
        out.append("client: set the base URL and a key.</p>\n")
        if state.reasons.isEmpty { return }
        out.append("<ul class=\"reasons\">\n")
        for reason in state.reasons {
            out.append("<li>")
            HTMLEscaping.append(reason, to: &out)
            out.append("</li>\n")
        }
        out.append("</ul>\n")
    }

    private static func appendFirstRequest(_ state: LandingState, to out: inout ByteBuffer) {
        out.append("<h2>Base URL</h2>\n<pre><code>")
        HTMLEscaping.append(state.baseURL, to: &out)
        out.append("</code></pre>\n")
        guard let model = state.defaultModel ?? state.models.first?.id else { return }
        out.append("<h2>First request</h2>\n<pre tabindex=\"0\"><code>")
        var command = ByteBuffer()
        SampleRequest.append(baseURL: state.baseURL, model: model, to: &command)
        HTMLEscaping.append(command.span, to: &out)
        out.append("</code></pre>\n<p>The key is the one printed when the server was started.</p>\n")
    }

    private static func appendModels(_ state: LandingState, to out: inout ByteBuffer) {
        out.append("<h2 id=\"models\">Models</h2>\n")
        if state.models.isEmpty {
            out.append("<p>There are none yet. Set a provider’s variable, such as <code>OPENAI_API_KEY</code> or ")
            out.append("<code>GROQ_API_KEY</code>, or name providers and models in <code>martlet.yaml</code>, and ")
            out.append("start again; <code>martlet doctor</code> says what is missing.</p>\n")
            return
        }
        out.append(
            "<div class=\"scroll\" role=\"region\" aria-labelledby=\"models\" tabindex=\"0\">\n<table>\n<thead>\n")
        out.append("<tr><th scope=\"col\">Model</th><th scope=\"col\">Provider</th>")
        out.append("<th scope=\"col\" class=\"number\">Context</th><th scope=\"col\" class=\"number\">Prompt $/M</th>")
        out.append("<th scope=\"col\" class=\"number\">Completion $/M</th></tr>\n</thead>\n")
        for model in state.models.prefix(modelsShownMax) { appendModel(model, to: &out) }
        out.append("</table>\n</div>\n")
        if state.models.count > modelsShownMax {
            out.append("<p>And ")
            out.append(text: PriceText.grouped(state.models.count - modelsShownMax))
            out.append(" more: see <a href=\"/api/v1/models\">/api/v1/models</a>.</p>\n")
        }
    }

    private static func appendModel(_ model: LandingState.Model, to out: inout ByteBuffer) {
        out.append("<tbody>\n<tr><th scope=\"rowgroup\" rowspan=\"")
        out.append(decimal: max(1, model.endpoints.count))
        out.append("\">")
        HTMLEscaping.append(model.name, to: &out)
        out.append("<code>")
        HTMLEscaping.append(model.id, to: &out)
        out.append("</code></th>")
        if model.endpoints.isEmpty { out.append("<td colspan=\"4\">no endpoint</td></tr>\n") }
        for (index, endpoint) in model.endpoints.enumerated() {
            if index > 0 { out.append("<tr>") }
            out.append("<td>")
            HTMLEscaping.append(endpoint.provider, to: &out)
            out.append("</td>")
            appendNumber(endpoint.contextLength.map(PriceText.grouped), to: &out)
            appendNumber(endpoint.promptPicos.map(PriceText.perMillion), to: &out)
            appendNumber(endpoint.completionPicos.map(PriceText.perMillion), to: &out)
            out.append("</tr>\n")
        }
        out.append("</tbody>\n")
    }

    private static func appendNumber(_ text: String?, to out: inout ByteBuffer) {
        out.append("<td class=\"number\">")
        out.append(text: text ?? "–")
        out.append("</td>")
    }

    private static func appendFooter(_ state: LandingState, to out: inout ByteBuffer) {
        out.append(
            "<footer>\n<p><a href=\"/api/v1/models\">Models as JSON</a><a href=\"/api/v1/providers\">Providers</a>")
        out.append("<a href=\"/health\">Health</a><a href=\"/ready\">Readiness</a></p>\n")
        if !state.version.isEmpty {
            out.append("<p>Martlet ")
            HTMLEscaping.append(state.version, to: &out)
            out.append("</p>\n")
        }
        out.append("</footer>\n")
    }
}
