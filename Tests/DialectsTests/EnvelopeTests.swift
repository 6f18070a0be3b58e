import Accounting
import Completions
import Testing

@testable import Dialects

@Suite struct EnvelopeTests {
    private func envelope(_ error: APIError, generation: String? = nil) throws -> JSON {
        try JSON(written { ErrorEnvelope.write(error, generation: generation, into: &$0) })
    }

    @Test func simpleErrors() throws {
        let error = APIError.invalid("temperature", "It's \"too\" hot.")
        #expect(
            try envelope(error)
                == JSON(
                    #"{"error":{"code":400,"message":"It's \"too\" hot.","param":"temperature","metadata":{"error_type":"invalid_request"}}}"#
                ))
    }

    @Test func everyTypeHasItsNameAndStatus() throws {
        for type in ErrorType.allCases {
            let json = try envelope(APIError(type, "m"))["error"]
            #expect(json["code"] == .integer(Int64(type.status)))
            #expect(json["metadata"]["error_type"] == .string("\(type.wireName)"))
        }
    }

    @Test func providerErrorsSayWhatEachAttemptSaid() throws {
        var error = APIError(.rateLimitExceeded, "Provider returned error")
        error.providerName = "Acme"
        error.providerCode = "slow_down"
        error.raw = "Slow\ndown"
        error.previousErrors = [.init(provider: "Other", code: "overloaded", status: 503)]
        #expect(
            try envelope(error, generation: "gen-1")
                == JSON(
                    #"""
                    {"error":{"code":429,"message":"Provider returned error","metadata":{"error_type":"rate_limit_exceeded",
                    "generation_id":"gen-1","provider_name":"Acme","provider_code":"slow_down","raw":"Slow\ndown",
                    "is_byok":false,"previous_errors":[{"provider":"Other","code":"overloaded","status":503}]}}}
                    """#))
    }

    @Test func internalErrorsAreMasked() throws {
        var error = APIError(.server, "Internal Server Error")
        error.providerName = "Acme"
        error.raw = "stack"
        error.previousErrors = [.init(provider: "Other", code: "x", status: 500)]
        #expect(
            try envelope(error)
                == JSON(#"{"error":{"code":500,"message":"Internal Server Error","metadata":{"error_type":"server"}}}"#)
        )
    }

    @Test func availabilityStandsBesideIt() throws {
        var error = APIError(.notFound, "No endpoints found for a/b.")
        var availability = Availability(code: .constraintFiltered, requestedModels: ["a/b"])
        availability.excludedBy = ["max_price"]
        availability.affectedProviders = ["Acme"]
        availability.fallbackModels = ["c/d"]
        availability.constraint = .init(field: "provider.max_price", detail: "too low")
        error.availability = availability
        error.retryAfter = 7
        #expect(
            try envelope(error)
                == JSON(
                    #"""
                    {"error":{"code":404,"message":"No endpoints found for a/b.","metadata":{"error_type":"not_found"},
                    "error_type":"not_found","http_status":404,"availability":{"code":"constraint_filtered",
                    "retryable":false,"retry_after":7,"requested_models":["a/b"],"affected_providers":["Acme"],
                    "excluded_by":["max_price"],"fallback_models":["c/d"],
                    "constraint":{"field":"provider.max_price","detail":"too low"},"docs_url":"/api/v1/docs/errors"}}}
                    """#))
    }

    @Test func theLastChunksAreWhole() throws {
        let usage = TokenUsage(prompt: 8, completion: 1)
        let end = try JSON(
            payloadOf(written { ChatStreamEnd.writeUsage(usage, charge: testCharge, stamp: testStamp, into: &$0) }))
        #expect(
            try end["choices"]
                == JSON(
                    #"[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null,"native_finish_reason":null,"logprobs":null}]"#
                ))
        #expect(end["usage"]["total_tokens"] == .integer(9) && end["usage"]["cost"] == .double(0.0012))
        #expect(end["id"].text == testStamp.id && end["object"].text == "chat.completion.chunk")
        let finish = try JSON(payloadOf(written { ChatStreamEnd.writeFinish(.toolCalls, stamp: testStamp, into: &$0) }))
        #expect(finish["choices"][0]["finish_reason"].text == "tool_calls")
        #expect(finish["choices"][0]["native_finish_reason"] == .null)
        let text = try JSON(
            payloadOf(written { ChatStreamEnd.writeUsage(usage, charge: .none, stamp: testTextStamp, into: &$0) }))
        #expect(text["choices"][0]["text"] == .string("") && text["choices"][0]["delta"] == .null)
        #expect(text["usage"]["cost"] == .integer(0))
    }

    @Test(arguments: [true, false])
    func brokenStreamsEndWithATypedError(isChat: Bool) throws {
        let stamp = ResponseStamp(
            id: "gen-1", model: "a/b", provider: isChat ? "Acme" : nil, created: 5, kind: isChat ? .chat : .text)
        let error = APIError(.providerUnavailable, "Provider disconnected")
        let chunk = try JSON(payloadOf(written { ChatStreamEnd.writeError(error, stamp: stamp, into: &$0) }))
        #expect(chunk["error"]["code"] == .integer(502))
        #expect(chunk["error"]["metadata"]["error_type"].text == "provider_unavailable")
        #expect(chunk["choices"][0]["finish_reason"].text == "error")
        #expect(chunk["choices"][0]["native_finish_reason"].text == "error")
        #expect(chunk["choices"][0][isChat ? "delta" : "text"] != .null)
        #expect(chunk["provider"].text == (isChat ? "Acme" : nil) && chunk["created"] == .integer(5))
    }
}
