import Accounting
import Completions
import Testing

@testable import Dialects

/// What is wrong with a request of `/responses` is said by name.
@Suite struct ResponsesRequestErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var body: String
        var param: String
        var hint: String
        var testDescription: String { body }

        init(_ body: String, _ param: String, _ hint: String = "") {
            self.body = body
            self.param = param
            self.hint = hint
        }
    }

    @Test(arguments: [
        Case(#"{"model":"m"}"#, "input", "missing"),
        Case(#"{"input":[]}"#, "input", "empty"),
        Case(#"{"input":3}"#, "input", "a string or an array"),
        Case(#"{"messages":[]}"#, "messages", "send 'input'"),
        Case(#"{"input":"a","input":"b"}"#, "input", "more than once"),
        Case(#"{"input":"a","inp\u0075t":"b"}"#, "input", "more than once"),
        Case(
            #"{"input":"a","previous_response_id":"resp_1"}"#, "previous_response_id", "whole conversation in 'input'"),
        Case(#"{"input":"a","conversation":{"id":"c"}}"#, "conversation", "whole conversation in 'input'"),
        Case(#"{"input":"a","store":true}"#, "store", "leave it out"),
        Case(#"{"input":"a","store":"yes"}"#, "store", "true or false"),
        Case(#"{"input":"a","prompt":{"id":"p"}}"#, "prompt", "send its text"),
        Case(#"{"input":[{"type":"item_reference","id":"x"}]}"#, "input[0]", "send the item itself"),
        Case(#"{"input":"a","background":1}"#, "background", "true or false"),
        Case(#"{"input":"a","stream":"yes"}"#, "stream", "true or false"),
        Case(#"{"input":"a","temperature":3}"#, "temperature", "from 0 up to 2"),
        Case(#"{"input":"a","top_p":0}"#, "top_p", "above 0"),
        Case(#"{"input":"a","max_output_tokens":0}"#, "max_output_tokens", "1 to"),
        Case(#"{"input":"a","top_logprobs":21}"#, "top_logprobs", "0 to 20"),
        Case(#"{"input":"a","reasoning":{"effort":"huge"}}"#, "reasoning.effort", "\"xhigh\""),
        Case(#"{"input":"a","reasoning":{"effort":"low","max_tokens":9}}"#, "reasoning.max_tokens", "exclude"),
        Case(#"{"input":"a","reasoning":{"effort":"low","effort":"high"}}"#, "reasoning.effort", "more than once"),
        Case(#"{"input":"a","text":{"verbosity":"loud"}}"#, "text.verbosity", "\"high\""),
        Case(#"{"input":"a","text":{"format":{"type":"xml"}}}"#, "text.format.type", "json_schema"),
        Case(#"{"input":"a","text":{"format":{"type":"json_schema","schema":{}}}}"#, "text.format.name", "missing"),
        Case(#"{"input":"a","text":{"format":{"type":"json_schema","name":"n"}}}"#, "text.format.schema", "missing"),
        Case(#"{"input":"a","include":"x"}"#, "include", "array of strings"),
        Case(#"{"input":"a","modalities":["audio"]}"#, "modalities[0]", "\"image\""),
        Case(#"{"input":"a","metadata":{"k":1}}"#, "metadata.k", "a string"),
        Case(#"{"input":"a","tools":{}}"#, "tools", "an array"),
        Case(#"{"input":"a","tools":[{"name":"f"}]}"#, "tools[0].type", "function"),
        Case(#"{"input":"a","tools":[{"type":"function"}]}"#, "tools[0].name", "name the tool"),
        Case(#"{"input":"a","tools":[{"type":"function","function":{"name":"f"}}]}"#, "tools[0].name", "put what"),
        Case(
            #"{"input":"a","tools":[{"type":"function","name":"f","parameters":[]}]}"#, "tools[0].parameters", "object"),
        Case(#"{"input":"a","tool_choice":"maybe"}"#, "tool_choice", "\"required\""),
        Case(#"{"input":"a","tool_choice":{"type":"function"}}"#, "tool_choice.name", "missing"),
        Case(#"{"input":"a","tool_choice":{"type":"allowed_tools","mode":"x","tools":[]}}"#, "tool_choice.mode"),
        Case(
            #"{"input":"a","tool_choice":{"type":"allowed_tools","tools":[{}]}}"#, "tool_choice.tools[0]", "name a tool"
        ),
        Case(#"{"input":[{"content":"a"}]}"#, "input[0].type", "function_call"),
        Case(#"{"input":[3]}"#, "input[0]", "an object"),
        Case(#"{"input":[{"role":"tool","content":"a"}]}"#, "input[0].role", "developer"),
        Case(#"{"input":[{"role":"user"}]}"#, "input[0].content", "missing"),
        Case(#"{"input":[{"role":"user","content":5}]}"#, "input[0].content", "a string or an array"),
        Case(
            #"{"input":[{"role":"user","content":[{"type":"text","text":"a"}]}]}"#, "input[0].content[0].type",
            "input_text"),
        Case(#"{"input":[{"role":"user","content":[{"type":"input_text"}]}]}"#, "input[0].content[0].text", "missing"),
        Case(
            #"{"input":[{"role":"user","content":[{"type":"input_image","image_url":{"url":"x"}}]}]}"#,
            "input[0].content[0].image_url", "data URL"),
        Case(
            #"{"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png,raw"}]}]}"#,
            "input[0].content[0].image_url", "base64"),
        Case(
            #"{"input":[{"role":"user","content":[{"type":"input_file"}]}]}"#, "input[0].content[0].file_data",
            "file_url"),
        Case(
            #"{"input":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"x"}}]}]}"#,
            "input[0].content[0].input_audio.format", "missing"),
        Case(#"{"input":[{"type":"function_call","name":"f","arguments":"{}"}]}"#, "input[0].call_id", "missing"),
        Case(#"{"input":[{"type":"function_call","call_id":"c","name":"f","arguments":{}}]}"#, "input[0].arguments"),
        Case(#"{"input":[{"type":"function_call_output","call_id":"c"}]}"#, "input[0].output", "missing"),
        Case(#"{"input":[{"type":"reasoning","summary":"x"}]}"#, "input[0].summary", "an array"),
        Case(#"{"input":[{"type":"reasoning","summary":[{"type":"summary_text"}]}]}"#, "input[0].summary[0].text"),
    ])
    func namesTheField(example: Case) {
        do {
            _ = try readResponses(example.body)
            Issue.record("accepted")
        } catch let error as APIError {
            #expect(error.status == 400 && error.type == .invalidRequest)
            #expect(error.param == example.param)
            #expect(error.message.contains(example.hint), "\(error.message)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func theBodyMustBeAnObject() {
        #expect(throws: APIError.self) { try readResponses("[]") }
    }

    /// Nulls are as good as nothing, and what is accepted without effect is.
    @Test func nullsAndSwitchesAreAccepted() throws {
        let request = try readResponses(
            #"""
            {"input":"a","previous_response_id":null,"store":false,"background":true,"conversation":null,"tools":null,
             "temperature":null,"stream_options":{"include_obfuscation":false},"truncation":"auto"}
            """#)
        #expect(request.others == [NamedJSON("truncation", RawJSON(#""auto""#))])
        #expect(request.messages == [Message(.user, [.text(TextItem("a"))])])
    }

    @Test func errorsHaveTheDialectsCodes() throws {
        let codes: [(ErrorType, String)] = [
            (.rateLimitExceeded, "rate_limit_exceeded"), (.contextLengthExceeded, "invalid_prompt"),
            (.invalidRequest, "invalid_prompt"), (.contentPolicyViolation, "image_content_policy_violation"),
            (.authentication, "server_error"), (.timeout, "server_error"), (.server, "server_error"),
        ]
        for (type, code) in codes {
            var error = APIError(type, "What is wrong.", param: "input")
            error.providerName = "Acme"
            let body = try JSON(written { ResponsesErrorEnvelope.write(error, generation: "gen-1", into: &$0) })
            #expect(body["error"]["code"].number == Int64(error.status))
            #expect(body["error"]["type"].text == code)
            #expect(body["error"]["message"].text == "What is wrong.")
            #expect(body["error"]["param"].text == "input")
            #expect(body["error_type"].text == "\(type.wireName)")
            #expect(body["error"]["metadata"]["generation_id"].text == "gen-1")
            #expect(body["error"]["metadata"]["provider_name"].text == (type == .server ? nil : "Acme"))
        }
    }

    @Test(arguments: ErrorType.allCases)
    func errorsAboutLengthAreIncompleteAnswers(type: ErrorType) throws {
        let isLength: Set<ErrorType> = [
            .contextLengthExceeded, .maxTokensExceeded, .tokenLimitExceeded, .stringTooLong,
        ]
        let answer = ResponsesErrorEnvelope.incompleteAnswer(for: APIError(type, "Too long."))
        guard isLength.contains(type) else {
            #expect(answer == nil)
            return
        }
        let incomplete = try #require(answer)
        let body = try JSON(
            written {
                ResponsesAnswerWriter.write(
                    incomplete, stamp: testStamp, hidesReasoning: false, usage: .init(), charge: .none, into: &$0)
            })
        #expect(body["status"].text == "incomplete")
        #expect(body["incomplete_details"]["reason"].text == "max_output_tokens")
        #expect(body["error_type"].text == "\(type.wireName)")
        #expect(body["output"] == .array([]) && body["error"] == .null)
        #expect(body["usage"]["total_tokens"].number == 0)
    }
}
