import HTTPServer
import HTTPWire

/// Cross-origin access: the API takes keys, never cookies, so any page may call it.
enum CORS {
    /// Seconds for which a browser may remember a preflight answer.
    private static let maxAge: StaticString = "86400"

    /// Adds what a browser needs to hand an answer to its page.
    static func allow(_ exchange: ServerExchange) {
        if exchange.first(.origin) == nil { return }
        HTTPEncoding.appendField("Access-Control-Allow-Origin", "*", to: &exchange.fields)
        HTTPEncoding.appendField(
            "Access-Control-Expose-Headers",
            """
            X-Generation-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Should-Retry, \
            Request-Id, X-Request-Id
            """,
            to: &exchange.fields)
    }

    /// Answers an OPTIONS request.
    static func answerPreflight(_ exchange: ServerExchange, _ route: Route) {
        HTTPEncoding.appendField("Allow", route.allowed, to: &exchange.fields)
        if exchange.first(.origin) != nil {
            HTTPEncoding.appendField("Access-Control-Allow-Origin", "*", to: &exchange.fields)
            HTTPEncoding.appendField("Access-Control-Allow-Methods", route.allowed, to: &exchange.fields)
            HTTPEncoding.appendField("Access-Control-Max-Age", maxAge, to: &exchange.fields)
            if let names = exchange.first(.accessControlRequestHeaders) {
                // The names come from a parsed head: they hold no line break.
                _ = HTTPEncoding.appendField(
                    "Access-Control-Allow-Headers", exchange.text(names), to: &exchange.fields)
            }
        }
        exchange.respond(status: 204, contentType: "")
    }
}
