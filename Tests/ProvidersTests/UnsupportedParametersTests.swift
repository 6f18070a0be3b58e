import Completions
import Testing

@testable import Providers

@Suite("Parameters that a provider refuses")
struct UnsupportedParametersTests {
    typealias Row = (Int, String, [String])

    static func openAI(_ message: String, param: String? = nil, code: String = "unsupported_parameter") -> String {
        let param = param.map { "\"\($0)\"" } ?? "null"
        return
            #"{"error":{"message":"\#(message)","type":"invalid_request_error","param":\#(param),"code":"\#(code)"}}"#
    }

    static func fault(_ path: String, type: String = "extra_forbidden") -> String {
        #"{"type":"\#(type)","loc":\#(path),"msg":"Extra inputs are not permitted","input":1}"#
    }

    static let named: [Row] = [
        (
            400, openAI("Unsupported parameter: 'temperature' is not supported with this model.", param: "temperature"),
            ["temperature"]
        ),
        (
            400,
            openAI(
                "Unsupported value: 'temperature' does not support 0.2", param: "temperature", code: "unsupported_value"
            ),
            ["temperature"]
        ),
        (400, openAI("No.", param: "reasoning.effort"), ["reasoning"]),
        (400, openAI("No.", param: "stop[1]"), ["stop"]),
        (400, openAI("Unrecognized request argument supplied: top_k", code: "x"), ["top_k"]),
        (400, openAI("Unrecognized request argument supplied: seed", code: "x"), ["seed"]),
        (400, openAI("property 'logprobs' is unsupported", code: "x"), ["logprobs"]),
        (
            400,
            #"{"code":"Client specified an invalid argument","error":"Model grok does not support parameter presencePenalty."}"#,
            ["presence_penalty"]
        ),
        (400, #"{"error":"Model grok does not support parameter stop."}"#, ["stop"]),
        (400, #"{"error":{"message":"`top_k` and \"seed\" are not supported here","type":"x"}}"#, ["top_k", "seed"]),
        (
            400,
            #"{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"topK\": Cannot find field.","status":"INVALID_ARGUMENT"}}"#,
            ["top_k"]
        ),
        (400, #"{"error":"temperature is not supported by this model"}"#, ["temperature"]),
        (400, #"{"message":"body.min_p: Extra inputs are not permitted"}"#, ["min_p"]),
        (422, #"{"detail":[\#(fault(#"["body","top_k"]"#)),\#(fault(#"["body","min_p"]"#))]}"#, ["top_k", "min_p"]),
        (
            422,
            #"{"object":"error","message":{"detail":[\#(fault(#"["body","seed"]"#))]},"type":"invalid_request_error"}"#,
            ["seed"]
        ),
    ]

    /// Advice, values, words of the sentence, names inside of something else, faults of the caller's own.
    static let others: [Row] = [
        (400, openAI("Unsupported parameter: 'max_tokens'. Use 'top_k' instead.", code: "x"), ["max_tokens"]),
        (400, openAI("The stop is not supported after the user."), []),
        (400, openAI("Unsupported value in 'messages[0].seed'"), ["messages"]),
        (400, openAI("This is not supported", param: "messages"), ["messages"]),
        (400, openAI("Extra inputs are not permitted"), []),
        (422, #"{"detail":[\#(fault(#"["body","top_k"]"#)),\#(fault(#"["body","seed"]"#, type: "int_type"))]}"#, []),
        (422, #"{"detail":[\#(fault(#"["body","messages","0","top_k"]"#))]}"#, []),
        (501, "", []),
    ]

    @Test("are found where the error names them", arguments: named + others)
    func found(status: Int, body: String, names: [String]) {
        let failure = FailureClassifierTests.classify(status, body)
        #expect(failure.failureClass == .unsupportedRequest)
        #expect(Set(failure.refusedFields.names) == Set(names), "\(body)")
    }

    @Test(
        "are looked for in no other failure",
        arguments: [
            (400, openAI("'temperature' must be at most 1", param: "temperature", code: "invalid_value")),
            (400, openAI("`temperature` and `top_p` cannot both be specified", code: "x")),
            (429, openAI("Rate limit for 'top_k' requests", code: "rate_limit_exceeded")),
            (500, openAI("'top_k' is not supported")),
            (401, openAI("'top_k' is not supported", code: "invalid_api_key")),
        ])
    func otherFailures(status: Int, body: String) {
        #expect(FailureClassifierTests.classify(status, body).refusedFields.isEmpty)
    }
}
