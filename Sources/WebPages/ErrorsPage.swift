package import Buffers
import Completions

/// The page that `availability.docs_url` of an error names: what each of its codes means, and what to do about it.
///
/// One response without anything from elsewhere, under `LandingPage.contentSecurityPolicy`.
package enum ErrorsPage {
    /// Appends the whole page.
    package static func render(into out: inout ByteBuffer) {
        PageHead.append("Errors", to: &out)
        out.append("<header>\n<h1>Errors</h1>\n</header>\n")
        out.append("<p class=\"lead\">An error that says why no endpoint could answer has <code>availability</code>. ")
        out.append("Its <code>code</code> is one of these; where <code>retryable</code> is true, the same request may ")
        out.append("be answered later.</p>\n<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead>\n")
        out.append("<tr><th scope=\"col\">Code</th><th scope=\"col\">Retryable</th>")
        out.append("<th scope=\"col\">What it means, and what to do</th></tr>\n</thead>\n<tbody>\n")
        for code in Availability.Code.allCases {
            out.append("<tr><th scope=\"row\"><code>")
            out.append(code.wireName)
            out.append("</code></th><td>")
            out.append(code.isRetryable ? "yes" : "no")
            out.append("</td><td>")
            out.append(code.explanation)
            out.append("</td></tr>\n")
        }
        out.append("</tbody>\n</table>\n</div>\n</main>\n")
        out.append("<footer>\n<p><a href=\"/api/v1/models\">Models as JSON</a></p>\n</footer>\n</body>\n</html>\n")
    }
}

extension Availability.Code {
    /// HTML.
    fileprivate var explanation: StaticString {
        switch self {
        case .modelNotFound:
            "No model is called that here. <code>fallback_models</code> names the nearest."
        case .wrongEndpoint:
            "The model gives another kind of answer. <code>constraint</code> names the path to send the request to."
        case .noEndpoints:
            """
            None of the model’s endpoints can be used: no provider has a key here, or every one refused the key that it \
            has, or none can do what the request needs. The message says which.
            """
        case .modelDeprecated:
            "The model’s last day was announced and is over. Choose another."
        case .modelUnavailableUpstream:
            "Every provider that was asked says that it does not have the model. Choose another."
        case .capacityExhausted:
            """
            Every endpoint is at a limit: the provider’s, or one of this server’s operator. Wait for \
            <code>retry_after</code> seconds where it is given.
            """
        case .temporarilyUnavailable:
            "Every endpoint that was asked failed in a way that passes. Try again in a moment."
        case .regionRestricted:
            "The model may not be used from where the request came from. This server itself has no such rule."
        case .privacyRestricted:
            """
            Every endpoint may store or retain prompts, and the request forbids it by \
            <code>provider.data_collection</code> or <code>provider.zdr</code>.
            """
        case .constraintFiltered:
            """
            What the request wants, or what the API key may use, leaves no endpoint. <code>excluded_by</code> names the \
            rules, <code>constraint</code> the field of the request.
            """
        case .freeVariantEnded:
            """
            The model costs something, or does by now. Ask for it without <code>:free</code>, as \
            <code>fallback_models</code> names it.
            """
        }
    }
}
