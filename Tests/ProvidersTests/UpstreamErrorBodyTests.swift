import Completions
import JSONText
import Testing

@testable import Providers

@Suite("Error bodies")
struct UpstreamErrorBodyTests {
    static func body(_ text: String) throws -> UpstreamErrorBody? {
        let scanner = JSONScanner()
        return UpstreamErrorBody(try scanner.scan(copying: text))
    }

    static func inBand(_ text: String) throws -> UpstreamErrorBody? {
        let scanner = JSONScanner()
        return UpstreamErrorBody(inBand: try scanner.scan(copying: text))
    }

    @Test(
        "are read in every family's shape",
        arguments: [
            (#"{"error":{"message":"m","type":"t","param":"p","code":"c"}}"#, "m", "c", "t"),
            (#"{"error":{"message":"m","code":"c","status":400,"innererror":{"code":"i"}}}"#, "m", "c", nil),
            (#"{"statusCode":401,"message":"m"}"#, "m", nil, nil),
            (
                #"{"type":"error","error":{"type":"overloaded_error","message":"m"},"request_id":"r"}"#, "m", nil,
                "overloaded_error"
            ),
            (#"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}"#, "m", nil, nil),
            (#"[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]"#, "m", nil, nil),
            (#"{"message":"m"}"#, "m", nil, nil),
            (#"{"Message":"m"}"#, "m", nil, nil),
            (#"{"object":"error","message":"m","type":"t","param":null,"code":null}"#, "m", nil, "t"),
            (#"{"object":"error","message":"m","type":"BadRequestError","code":400}"#, "m", nil, "BadRequestError"),
            (#"{"error":"m","error_type":"validation"}"#, "m", nil, "validation"),
            (#"{"error":"m"}"#, "m", nil, nil),
            (#"{"detail":"m"}"#, "m", nil, nil),
            (#"{"detail":{"error":"m"}}"#, "m", nil, nil),
            (#"{"detail":[{"loc":["body"],"msg":"m"}]}"#, "m", nil, nil),
            (#"{"error":{"code":502,"message":"m","metadata":{"raw":"r","provider_name":"P"}}}"#, "m", nil, nil),
            (#"{"error":{"code":"1305","message":"m"}}"#, "m", "1305", nil),
            (#"{"error":{"code":1305,"message":"m"}}"#, "m", "1305", nil),
        ] as [(String, String?, String?, String?)])
    func shapes(text: String, message: String?, code: String?, type: String?) throws {
        let body = try #require(try Self.body(text))
        #expect(body.message == message)
        #expect(body.code == code)
        #expect(body.type == type)
    }

    @Test("that are none are none", arguments: ["{}", "[]", "null", "3", #""text""#, #"{"id":"x"}"#, #"[[]]"#])
    func none(text: String) throws {
        #expect(try Self.body(text) == nil)
    }

    @Test("keep details that decide")
    func details() throws {
        let quota =
            #"{"error":{"code":429,"message":"m","details":[{"@type":"x","violations":[{"quotaId":"PerDay"}]},"#
            + #"{"retryDelay":"1.5s"},{"reason":"R"}]}}"#
        let body = try #require(try Self.body(quota))
        #expect(body.reasons == ["PerDay", "R"])
        #expect(body.retryDelayMs == 1500)
        #expect(body.status == 429)
    }

    @Test("bound what they keep")
    func bounds() throws {
        let long = String(repeating: "x", count: 10_000)
        let body = try #require(try Self.body(#"{"error":{"message":"\#(long)","code":"\#(long)"}}"#))
        #expect(body.message?.utf8.count ?? 0 <= ProvidersLimits.messageBytes + 3)
        #expect(body.code == nil)
    }

    @Test(
        "inside a 200 are found",
        arguments: [
            (#"{"error":{"message":"m","code":503}}"#, 503), (#"{"error":"m"}"#, 500),
            (#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#, 529),
            (#"{"object":"error","message":"m","code":400}"#, 400), (#"{"detail":"m"}"#, 500),
            (#"{"x_groq":{"id":"r","error":"m"}}"#, 500),
            (#"{"choices":[{"index":0,"delta":{},"finish_reason":"error","error":{"code":429,"message":"m"}}]}"#, 429),
            (#"{"choices":[{"index":0,"delta":{},"finish_reason":"error"}],"error":{"code":502,"message":"m"}}"#, 502),
            (#"{"error":{"code":"rate_limit_exceeded","message":"m"},"choices":[]}"#, 429),
            (#"{"error":{"status":"UNAVAILABLE","message":"m"}}"#, 503),
            (#"[{"error":{"code":400,"message":"m"}}]"#, 400),
            (#"{"base_resp":{"status_code":1008,"status_msg":"m"}}"#, 500),
        ])
    func found(text: String, status: Int) throws {
        let body = try #require(try Self.inBand(text))
        #expect(body.message == "m")
        #expect(StatusOfError.status(of: body) == status)
    }

    @Test(
        "inside a 200 are not invented",
        arguments: [
            #"{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"error"}}]}"#,
            #"{"id":"x","choices":[],"usage":{"prompt_tokens":1}}"#, #"{"error":null,"choices":[]}"#,
            #"{"base_resp":{"status_code":0,"status_msg":"success"},"choices":[]}"#, "{}", "[]", "3",
            #"{"choices":[{"delta":{"content":"x"},"error":null}],"detail":null}"#,
        ])
    func notInvented(text: String) throws {
        #expect(try Self.inBand(text) == nil)
    }

    @Test("a finish reason of error without a word is a server error")
    func silentError() throws {
        let scanner = JSONScanner()
        let chunk = try scanner.scan(copying: #"{"choices":[{"delta":{},"finish_reason":"error"}]}"#)
        #expect(UpstreamErrorBody.isError(chunk))
        let body = UpstreamErrorBody(inBand: chunk) ?? UpstreamErrorBody()
        let failure = FailureClassifier.classify(inBand: body, headers: { _ in nil }, provider: "P", nowMs: 0)
        #expect(failure.failureClass == .serverError)
    }

    @Test("classify in band as under their status")
    func classify() throws {
        let overloaded = try #require(try Self.inBand(#"{"error":{"message":"overloaded","code":503}}"#))
        let failure = FailureClassifier.classify(inBand: overloaded, headers: { _ in nil }, provider: "P", nowMs: 0)
        #expect(failure.failureClass == .overloaded)
        #expect(failure.status == 503)
        let context = try #require(try Self.inBand(#"{"error":{"message":"Prompt is too long","code":400}}"#))
        #expect(
            FailureClassifier.classify(inBand: context, headers: { _ in nil }, provider: "P", nowMs: 0).failureClass
                == .contextLength)
    }
}
