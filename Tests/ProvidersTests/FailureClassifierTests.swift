import Completions
import JSONText
import Testing

@testable import Providers

/// One row of the retry table, as an answer a provider may give.
struct FailureCase: Sendable, CustomTestStringConvertible {
    var name: String
    var status: Int
    var body = ""
    var headers: [String: String] = [:]
    var expected: FailureClass
    var same: RetryDecision.SameEndpoint
    var other: RetryDecision.OtherEndpoint
    var otherModel = true
    var health: HealthImpact
    /// Whether the endpoint cools down at all.
    var cools: Bool

    var testDescription: String { name }
}

@Suite("Classifying failures")
struct FailureClassifierTests {
    static let nowMs: UInt64 = 1_800_000_000_000

    static func classify(
        _ status: Int, _ body: String, headers: [String: String] = [:], provider: String = "Example"
    ) -> UpstreamFailure {
        let scanner = JSONScanner()
        let json = body.isEmpty ? nil : try? scanner.scan(copying: body)
        return FailureClassifier.classify(
            status: status, headers: { headers["\($0)"] }, body: json, rawText: body, provider: provider, nowMs: nowMs)
    }

    static func openAI(_ message: String, type: String = "invalid_request_error", code: String? = nil) -> String {
        let code = code.map { "\"\($0)\"" } ?? "null"
        return #"{"error":{"message":"\#(message)","type":"\#(type)","param":null,"code":\#(code)}}"#
    }

    static let table: [FailureCase] = requestCases + accountCases + capacityCases + serverCases

    /// What the request caused.
    static let requestCases: [FailureCase] = [
        FailureCase(
            name: "400 schema", status: 400, body: openAI("'messages' is a required property"),
            expected: .invalidRequest, same: .never, other: .none, health: .none, cools: false),
        FailureCase(
            name: "422 plain", status: 422, body: #"{"detail":[{"loc":["body","top_k"],"msg":"must be positive"}]}"#,
            expected: .invalidRequest, same: .never, other: .none, health: .none, cools: false),
        FailureCase(
            name: "400 that quotes 429", status: 400, body: openAI("value 429 is out of range, rate limit exceeded"),
            expected: .invalidRequest, same: .never, other: .none, health: .none, cools: false),
        FailureCase(
            name: "400 unsupported parameter", status: 400,
            body: openAI("Unsupported parameter: 'max_tokens'", code: "unsupported_parameter"),
            expected: .unsupportedRequest, same: .never, other: .oneMore, health: .none, cools: false),
        FailureCase(
            name: "422 unknown field", status: 422, body: #"{"detail":[{"msg":"Extra inputs are not permitted"}]}"#,
            expected: .unsupportedRequest, same: .never, other: .oneMore, health: .none, cools: false),
        FailureCase(
            name: "400 context", status: 400,
            body: openAI("This model's maximum context length is 8192 tokens.", code: "context_length_exceeded"),
            expected: .contextLength, same: .never, other: .largerContext, health: .none, cools: false),
        FailureCase(
            name: "413 context", status: 413, body: openAI("Prompt is too long"),
            expected: .contextLength, same: .never, other: .largerContext, health: .none, cools: false),
        FailureCase(
            name: "413 body", status: 413,
            body: #"{"type":"error","error":{"type":"request_too_large","message":"Request exceeds 32 MB"}}"#,
            expected: .payloadTooLarge, same: .never, other: .none, health: .none, cools: false),
        FailureCase(
            name: "413 html", status: 413, body: "<html>Request Entity Too Large</html>",
            expected: .payloadTooLarge, same: .never, other: .none, health: .none, cools: false),
        FailureCase(
            name: "413 tokens per minute (Groq)", status: 413,
            body: openAI("Request too large on tokens per minute (TPM)", type: "tokens", code: "rate_limit_exceeded"),
            expected: .payloadTooLarge, same: .never, other: .any, health: .none, cools: false),
        FailureCase(
            name: "400 content filter (Azure)", status: 400,
            body: #"{"error":{"code":"content_filter","status":400,"message":"filtered","innererror":"#
                + #"{"code":"ResponsibleAIPolicyViolation"}}}"#,
            expected: .inputFiltered, same: .never, other: .none, health: .none, cools: false),
        FailureCase(
            name: "400 content policy (Anthropic)", status: 400,
            body: #"{"type":"error","error":{"type":"invalid_request_error","message":"#
                + #""Output blocked by content filtering policy"}}"#,
            expected: .inputFiltered, same: .never, other: .none, health: .none, cools: false),
        FailureCase(
            name: "400 invalid_prompt", status: 400, body: openAI("Invalid prompt", code: "invalid_prompt"),
            expected: .inputFiltered, same: .never, other: .none, health: .none, cools: false),
        FailureCase(
            name: "403 moderation", status: 403,
            body:
                #"{"error":{"code":403,"message":"flagged","metadata":{"reasons":["violence"],"flagged_input":"x"}}}"#,
            expected: .inputFiltered, same: .never, other: .none, health: .none, cools: false),
        FailureCase(
            name: "400 thought signature", status: 400,
            body: #"{"error":{"code":400,"message":"Function call is missing a thought_signature","status":"#
                + #""INVALID_ARGUMENT"}}"#,
            expected: .invalidReplay, same: .never, other: .any, health: .none, cools: false),
        FailureCase(
            name: "400 encrypted content", status: 400, body: openAI("bad", code: "invalid_encrypted_content"),
            expected: .invalidReplay, same: .never, other: .any, health: .none, cools: false),
        FailureCase(
            name: "400 tool_use_failed (Groq)", status: 400,
            body: #"{"error":{"message":"Failed to call a function","type":"invalid_request_error","code":"#
                + #""tool_use_failed","failed_generation":"<x>"}}"#,
            expected: .modelFault, same: .once, other: .any, health: .soft, cools: false),
        FailureCase(
            name: "400 json_validate_failed (Groq)", status: 400, body: openAI("x", code: "json_validate_failed"),
            expected: .modelFault, same: .once, other: .any, health: .soft, cools: false),
    ]

    /// What our account at the provider caused.
    static let accountCases: [FailureCase] = [
        FailureCase(
            name: "401", status: 401, body: openAI("Incorrect API key provided: sk-abc", code: "invalid_api_key"),
            expected: .authentication, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "400 invalid key (Gemini)", status: 400,
            body: #"[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":"#
                + #"[{"reason":"API_KEY_INVALID"}]}}]"#,
            expected: .authentication, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "403 signature (Bedrock)", status: 403, body: #"{"message":"The request signature is wrong"}"#,
            headers: ["x-amzn-errortype": "InvalidSignatureException:http://internal.amazon.com/"],
            expected: .authentication, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "403 permission", status: 403, body: openAI("Country not supported", type: "permission_error"),
            expected: .permission, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "404 model", status: 404, body: openAI("The model `x` does not exist", code: "model_not_found"),
            expected: .modelNotFound, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "404 of a router that has the model", status: 404,
            body: openAI("No endpoints found that support tool use. To learn more, visit: https://example.com"),
            expected: .unsupportedRequest, same: .never, other: .oneMore, health: .none, cools: false),
        FailureCase(
            name: "404 without a body", status: 404,
            expected: .modelNotFound, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "400 model unknown", status: 400, body: openAI("The model 'x' does not exist"),
            expected: .modelNotFound, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "402", status: 402, body: openAI("Insufficient Balance", type: "unknown_error"),
            expected: .outOfCredit, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "402 budget in flight (OpenRouter)", status: 402,
            body: openAI("busy", code: "in_flight_budget_exhausted"),
            expected: .rateLimited, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "429 insufficient_quota", status: 429,
            body: openAI("You exceeded your current quota", type: "insufficient_quota", code: "insufficient_quota"),
            expected: .outOfCredit, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "429 spend limit (Anthropic)", status: 429,
            body: #"{"type":"error","error":{"type":"rate_limit_error","message":"limit","details":"#
                + #"{"error_code":"enforced_spend_limit_reached"}}}"#,
            expected: .outOfCredit, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "400 credit balance (Anthropic)", status: 400,
            body: #"{"type":"error","error":{"type":"invalid_request_error","message":"#
                + #""Your credit balance is too low to access the API"}}"#,
            expected: .outOfCredit, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "429 per day (Gemini)", status: 429,
            body: #"{"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED","details":[{"violations":"#
                + #"[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]}}"#,
            expected: .quotaExhausted, same: .never, other: .any, health: .none, cools: true),
        FailureCase(
            name: "429 no quota for the tier (Gemini)", status: 429,
            body: #"{"error":{"code":429,"message":"Quota exceeded, limit: 0","status":"RESOURCE_EXHAUSTED"}}"#,
            expected: .quotaExhausted, same: .never, other: .any, health: .none, cools: true),
    ]

    /// What passes when the provider has room again.
    static let capacityCases: [FailureCase] = [
        FailureCase(
            name: "429", status: 429, body: openAI("Rate limit reached", type: "requests", code: "rate_limit_exceeded"),
            headers: ["retry-after": "2"],
            expected: .rateLimited, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "429 without a body", status: 429,
            expected: .rateLimited, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "429 capacity (Mistral)", status: 429,
            body: #"{"object":"error","message":"Service tier capacity exceeded for this model.","type":"x"}"#,
            expected: .overloaded, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "429 not ready (Bedrock)", status: 429, body: #"{"message":"not ready"}"#,
            headers: ["x-amzn-errortype": "ModelNotReadyException"],
            expected: .overloaded, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "400 quota (Bedrock)", status: 400, body: #"{"message":"quota"}"#,
            headers: ["x-amzn-errortype": "ServiceQuotaExceededException"],
            expected: .overloaded, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "498 (Groq)", status: 498, body: openAI("flex capacity", code: "capacity_exceeded"),
            expected: .overloaded, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "503 overloaded (OpenAI)", status: 503, body: openAI("busy", code: "server_is_overloaded"),
            expected: .overloaded, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "503 loading (llama.cpp)", status: 503,
            body: #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            expected: .overloaded, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "529", status: 529, body: #"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#,
            expected: .overloaded, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "409", status: 409, body: openAI("locked", type: "conflict_error"),
            expected: .conflict, same: .once, other: .any, health: .none, cools: false),
    ]

    /// What is broken.
    static let serverCases: [FailureCase] = [
        FailureCase(
            name: "408", status: 408,
            expected: .timeout, same: .never, other: .any, health: .hard, cools: false),
        FailureCase(
            name: "504", status: 504, body: "<html>Gateway Time-out</html>",
            expected: .timeout, same: .never, other: .any, health: .hard, cools: false),
        FailureCase(
            name: "500", status: 500, body: openAI("The server had an error", type: "server_error"),
            expected: .serverError, same: .onceIfSole, other: .any, health: .hard, cools: false),
        FailureCase(
            name: "502 html", status: 502, body: "<html>Bad gateway</html>",
            expected: .serverError, same: .onceIfSole, other: .any, health: .hard, cools: false),
        FailureCase(
            name: "503 unavailable (Gemini)", status: 503,
            body: #"{"error":{"code":503,"message":"The service is unavailable","status":"UNAVAILABLE"}}"#,
            expected: .overloaded, same: .onceIfSole, other: .any, health: .soft, cools: true),
        FailureCase(
            name: "520", status: 520, expected: .serverError, same: .onceIfSole, other: .any, health: .hard,
            cools: false),
        FailureCase(
            name: "526", status: 526, expected: .serverError, same: .onceIfSole, other: .any, health: .hard,
            cools: false),
        FailureCase(
            name: "424 model error (Bedrock)", status: 424, body: #"{"message":"model failed"}"#,
            expected: .serverError, same: .onceIfSole, other: .any, health: .hard, cools: false),
        FailureCase(
            name: "500 context (a host without 400)", status: 500,
            body: openAI("Input is too long for this model"),
            expected: .contextLength, same: .never, other: .largerContext, health: .none, cools: false),
        FailureCase(
            name: "501", status: 501, body: openAI("This server does not support embeddings"),
            expected: .unsupportedRequest, same: .never, other: .oneMore, health: .none, cools: false),
        FailureCase(
            name: "302", status: 302, expected: .malformedAnswer, same: .onceIfSole, other: .any, health: .hard,
            cools: false),
    ]

    @Test("follows the table", arguments: table)
    func row(_ row: FailureCase) {
        let failure = Self.classify(row.status, row.body, headers: row.headers)
        #expect(failure.failureClass == row.expected)
        #expect(failure.status == row.status)
        #expect(failure.retry.sameEndpoint == row.same)
        #expect(failure.retry.otherEndpoint == row.other)
        #expect(failure.retry.otherModel == row.otherModel)
        #expect(failure.health == row.health)
        #expect((failure.cooldownMs > 0) == row.cools)
    }

    @Test(
        "knows what went wrong below HTTP",
        arguments: [
            (.nameNotFound, .unreachable), (.connectFailed, .unreachable), (.tlsFailed, .unreachable),
            (.certificateRejected, .unreachable), (.resetBeforeFirstByte, .unreachable),
            (.connectTimeout, .timeout), (.firstByteTimeout, .timeout), (.idleTimeout, .timeout),
            (.totalTimeout, .timeout), (.malformed, .malformedAnswer), (.truncated, .malformedAnswer),
            (.tooLarge, .malformedAnswer),
        ] as [(TransportFailure, FailureClass)])
    func transport(cause: TransportFailure, expected: FailureClass) {
        let failure = FailureClassifier.classify(cause, provider: "Example")
        #expect(failure.failureClass == expected)
        #expect(failure.retry.otherEndpoint == .any)
        // One that closes without an answer has the request: only the transport may send it again.
        let isNeverRepeated = expected == .timeout || cause == .resetBeforeFirstByte
        #expect(failure.retry.sameEndpoint == (isNeverRepeated ? .never : .onceIfSole))
        #expect(failure.message.hasPrefix("Example "))
        #expect(failure.countsAgainstHealth)
    }

    @Test("an empty answer is tried once more, and a broken stream never")
    func answers() {
        let empty = FailureClassifier.emptyAnswer(provider: "Example")
        #expect(empty.failureClass == .emptyAnswer)
        #expect(empty.retry == RetryDecision(.once, .any))
        #expect(empty.health == .soft)
        let broken = FailureClassifier.brokenStream(Self.classify(429, ""))
        #expect(broken.failureClass == .brokenStream)
        #expect(broken.retry == .stop)
        #expect(broken.health == .hard)
    }

    @Test("shows what the request caused, and hides what concerns the account or a broken machine")
    func messages() {
        #expect(Self.classify(400, Self.openAI("Bad \\u0000 field")).message == "Bad   field")
        for status in [401, 402, 403, 404, 429, 500, 503] {
            let failure = Self.classify(status, Self.openAI("secret org-123 sk-abc"))
            #expect(!failure.message.contains("secret"), "\(status)")
            #expect(failure.message.contains("Example"))
        }
        #expect(Self.classify(401, Self.openAI("Incorrect key: sk-abc")).detail == nil)
        #expect(Self.classify(500, Self.openAI("stack trace")).detail == "stack trace")
        #expect(Self.classify(400, "").message == "Example refused the request (400)")
    }

    @Test("takes the provider's time for the cooldown, and its word about retries")
    func times() {
        let limited = Self.classify(429, "", headers: ["retry-after": "7"])
        #expect(limited.retryAfterMs == 7000)
        #expect(limited.cooldownMs == 7000)
        #expect(Self.classify(500, "", headers: ["retry-after": "3"]).cooldownMs == 3000)
        #expect(Self.classify(401, "", headers: ["retry-after": "1"]).cooldownMs > 60_000)
        #expect(Self.classify(429, "", headers: ["x-should-retry": "false"]).retry.sameEndpoint == .never)
        let delayed = #"{"error":{"code":429,"message":"x","details":[{"retryDelay":"46s"}]}}"#
        #expect(Self.classify(429, delayed).retryAfterMs == 46_000)
    }

    @Test("keeps the provider's own code")
    func codes() {
        #expect(Self.classify(400, Self.openAI("x", code: "bad_thing")).code == "bad_thing")
        #expect(Self.classify(400, Self.openAI("x")).code == "invalid_request_error")
        #expect(Self.classify(500, "oops").code == nil)
    }
}
