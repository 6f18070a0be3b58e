/// The field names that somebody here acts on, recognised while a head is parsed. At most 64, so that a head can keep
/// the set of those present in one word.
package enum FieldName: UInt8, Sendable, CaseIterable {
    // Framing and connection.
    case host, contentLength, transferEncoding, connection, expect, upgrade, te, trailer, keepAlive, proxyConnection
    // Content.
    case contentType, contentEncoding, accept, acceptEncoding, date, server, location, allow, cacheControl, ifNoneMatch
    // Who calls.
    case authorization, xAPIKey, apiKey, xGoogAPIKey, cookie, userAgent, xForwardedFor, xForwardedProto
    /// `HTTP-Referer` (OpenRouter's attribution) and `Referer`.
    case referer
    case xTitle, xOpenRouterTitle, xOpenRouterCategories, xOpenRouterMetadata, xOpenRouterCache, xOpenRouterCacheTTL
    case xOpenRouterCacheClear, xSessionID, idempotencyKey, lastEventID
    // Cross-origin requests.
    case origin, accessControlRequestMethod, accessControlRequestHeaders
    // Tracing.
    case traceparent, tracestate, xRequestID, requestID, xGenerationID
    // What an upstream says about retries.
    case retryAfter, retryAfterMs, xShouldRetry
    // Dialects.
    case anthropicVersion, anthropicBeta, xAnthropicBeta, openAIOrganization, openAIProject

    /// The name on the wire, lower-case.
    package var text: StaticString {
        switch self {
        case .host: "host"
        case .contentLength: "content-length"
        case .transferEncoding: "transfer-encoding"
        case .connection: "connection"
        case .expect: "expect"
        case .upgrade: "upgrade"
        case .te: "te"
        case .trailer: "trailer"
        case .keepAlive: "keep-alive"
        case .proxyConnection: "proxy-connection"
        case .contentType: "content-type"
        case .contentEncoding: "content-encoding"
        case .accept: "accept"
        case .acceptEncoding: "accept-encoding"
        case .date: "date"
        case .server: "server"
        case .location: "location"
        case .allow: "allow"
        case .cacheControl: "cache-control"
        case .ifNoneMatch: "if-none-match"
        default: callerText
        }
    }

    private var callerText: StaticString {
        switch self {
        case .authorization: "authorization"
        case .xAPIKey: "x-api-key"
        case .apiKey: "api-key"
        case .xGoogAPIKey: "x-goog-api-key"
        case .cookie: "cookie"
        case .userAgent: "user-agent"
        case .xForwardedFor: "x-forwarded-for"
        case .xForwardedProto: "x-forwarded-proto"
        case .referer: "referer"
        case .xTitle: "x-title"
        case .xOpenRouterTitle: "x-openrouter-title"
        case .xOpenRouterCategories: "x-openrouter-categories"
        case .xOpenRouterMetadata: "x-openrouter-metadata"
        case .xOpenRouterCache: "x-openrouter-cache"
        case .xOpenRouterCacheTTL: "x-openrouter-cache-ttl"
        case .xOpenRouterCacheClear: "x-openrouter-cache-clear"
        case .xSessionID: "x-session-id"
        case .idempotencyKey: "idempotency-key"
        case .lastEventID: "last-event-id"
        default: serviceText
        }
    }

    private var serviceText: StaticString {
        switch self {
        case .origin: "origin"
        case .accessControlRequestMethod: "access-control-request-method"
        case .accessControlRequestHeaders: "access-control-request-headers"
        case .traceparent: "traceparent"
        case .tracestate: "tracestate"
        case .xRequestID: "x-request-id"
        case .requestID: "request-id"
        case .xGenerationID: "x-generation-id"
        case .retryAfter: "retry-after"
        case .retryAfterMs: "retry-after-ms"
        case .xShouldRetry: "x-should-retry"
        case .anthropicVersion: "anthropic-version"
        case .anthropicBeta: "anthropic-beta"
        case .xAnthropicBeta: "x-anthropic-beta"
        case .openAIOrganization: "openai-organization"
        case .openAIProject: "openai-project"
        default: ""
        }
    }

    /// Names on the wire that stand for the same thing as another one.
    static let aliases: [(text: StaticString, name: FieldName)] = [("http-referer", .referer)]

    /// The bit of this name in a set of names.
    package var bit: UInt64 { 1 &<< UInt64(rawValue) }
}
