import Accounting
import Buffers
import Completions
import JSONText
import Testing

@testable import Dialects

/// Tools that providers run themselves, for callers of other dialects than theirs.
@Suite struct ServerToolTests {
    // MARK: What providers say

    private static let claude = [
        #"{"type":"message_start","message":{"id":"msg_1","content":[],"usage":{"input_tokens":9,"output_tokens":1}}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"query\":"}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\"swifts\"}"}}"#,
        #"{"type":"content_block_stop","index":0}"#,
        #"{"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://a.example","title":"A","encrypted_content":"e","page_age":null}]}}"#,
        #"{"type":"content_block_stop","index":1}"#,
        #"{"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}"#,
        #"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"Birds."}}"#,
        #"{"type":"content_block_stop","index":2}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}"#,
        #"{"type":"message_stop"}"#,
    ]

    private static func block(_ json: String) -> String {
        #"{"type":"content_block_start","index":0,"content_block":\#(json)}"#
    }

    private static func blocks(_ blocks: [String]) -> [String] {
        let whole = blocks.flatMap { [block($0), #"{"type":"content_block_stop","index":0}"#] }
        return [Self.claude[0]] + whole + Self.claude.suffix(2)
    }

    private static func gemini(_ payloads: [String]) throws -> [CompletionEvent] {
        var reader = GeminiEventReader(translation: Translation(), generation: "gen-1")
        var all = try events(of: payloads) { reader.read($0, into: &$1) }
        reader.atEnd(into: &all)
        return all
    }

    private static func candidate(_ parts: String, _ more: String = "") -> String {
        #"{"candidates":[{"content":{"parts":[\#(parts)]}\#(more)}]}"#
    }

    private static let found = #"""
        "webSearchQueries":["swifts","martlets"],"groundingChunks":[{"web":{"uri":"https://a.example","title":"A"}}]
        """#

    private static let openAI = [
        #"{"type":"response.output_item.added","output_index":0,"item":{"id":"ws_1","type":"web_search_call","status":"in_progress"}}"#,
        #"{"type":"response.web_search_call.searching","output_index":0,"item_id":"ws_1"}"#,
        #"{"type":"response.output_item.done","output_index":0,"item":{"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search","query":"swifts","sources":[{"type":"url","url":"https://a.example"}]}}}"#,
        #"{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"Birds."}"#,
        #"{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}"#,
    ]

    // MARK: What callers get

    /// The events of a stream without those of messages and of the response, and the whole output.
    private func responses(_ events: [CompletionEvent]) throws -> (steps: [String], output: [JSON]) {
        let payloads = responsesLines(events).filter { $0.hasPrefix("data: {") }.map { $0.dropFirst(6) }
        var steps: [String] = []
        for payload in payloads {
            let event = try JSON(payload)
            let type = event["type"].text ?? ""
            if type.contains("_call") || type.contains("output_item") {
                let place = event["output_index"].number ?? -1
                steps.append("\(place) \(type.dropFirst("response.".count)) \(event["item"]["type"].text ?? "")")
                if type.contains("_call") { #expect(event["item_id"].text?.isEmpty == false) }
            }
        }
        let output = try JSON(try #require(payloads.last))["response"]["output"]
        #expect(try JSON(responsesAnswer(events))["output"] == output)
        return (steps.map { $0.hasSuffix(" ") ? String($0.dropLast()) : $0 }, output.elements)
    }

    private static let searching = [
        "0 output_item.added web_search_call", "0 web_search_call.in_progress", "0 web_search_call.searching",
        "0 web_search_call.completed", "0 output_item.done web_search_call", "1 output_item.added message",
        "1 output_item.done message",
    ]

    @Test func searchesOfClaudeAreItemsOfResponses() throws {
        let (steps, output) = try responses(anthropicEvents(Self.claude))
        #expect(steps == Self.searching)
        let expected = #"""
            {"id":"ws_1700000000AbCdEfGhIjKlMnOpQrSt_0","type":"web_search_call","status":"completed",
            "action":{"type":"search","query":"swifts","queries":["swifts"],"sources":[{"type":"url","url":"https://a.example"}]}}
            """#
        #expect(try output.first == JSON(expected))
        #expect(output.last?["content"][0]["text"].text == "Birds.")
    }

    @Test func searchesOfGeminiAreItemsOfResponses() throws {
        // What is known before the text stands before it.
        let early = try Self.gemini([
            Self.candidate(
                #"{"text":"Birds."}"#, #","groundingMetadata":{\#(Self.found)},"finishReason":"STOP""#)
        ])
        let (steps, output) = try responses(early)
        #expect(steps.prefix(3) == Self.searching.prefix(3) && steps.contains(Self.searching[3]))
        #expect(output.map { $0["type"].text } == ["web_search_call", "message"])
        #expect(output[0]["action"]["queries"].elements == [.string("swifts"), .string("martlets")])
        #expect(output[0]["action"]["query"].text == "swifts" && output[0]["status"].text == "completed")
        #expect(output[0]["action"]["sources"][0]["url"].text == "https://a.example")
        // What is known later tears no text in two.
        let late = try Self.gemini([
            Self.candidate(#"{"text":"Bi"}"#),
            Self.candidate(#"{"text":"r"}"#, #","groundingMetadata":{"webSearchQueries":["swifts"]}"#),
            Self.candidate(#"{"text":"ds."}"#, #","finishReason":"STOP","groundingMetadata":{\#(Self.found)}"#),
        ])
        let after = try responses(late)
        #expect(after.output.map { $0["type"].text } == ["message", "web_search_call"])
        #expect(after.output[0]["content"][0]["text"].text == "Birds.")
        #expect(after.steps.filter { $0.contains("searching") }.count == 1)
    }

    @Test func searchesOfGroqAreItemsOfResponses() throws {
        let begun = #"{"index":0,"type":"search","arguments":"{\"query\": \"swifts\"}""#
        let found = #"\#(begun),"output":"A","search_results":{"results":[{"title":"A","url":"https://a.example"}]}}"#
        var reader = ChatEventReader(translation: Translation())
        let stream = try events(of: [
            #"{"id":"c","choices":[{"index":0,"delta":{"executed_tools":[\#(begun)}]}}]}"#,
            #"{"id":"c","choices":[{"index":0,"delta":{"executed_tools":[\#(found)]}}]}"#,
            #"{"id":"c","choices":[{"index":0,"delta":{"content":"Birds."},"finish_reason":"stop"}]}"#,
        ]) { reader.read($0, into: &$1) }
        var whole = ChatEventReader(translation: Translation())
        let message = #"{"role":"assistant","content":"Birds.","executed_tools":[\#(found)]}"#
        let answer = try events(of: [
            #"{"id":"c","choices":[{"index":0,"message":\#(message),"finish_reason":"stop"}]}"#
        ]) { whole.readAnswer($0, into: &$1) }
        for events in [stream, answer] {
            let (steps, output) = try responses(events)
            #expect(steps == Self.searching)
            #expect(output[0]["action"]["query"].text == "swifts")
            #expect(output[0]["action"]["sources"][0]["url"].text == "https://a.example")
        }
    }

    @Test func codeOfClaudeAndGeminiIsAnItemOfResponses() throws {
        let claude = Self.blocks([
            #"{"type":"server_tool_use","id":"srvtoolu_1","name":"code_execution","input":{"code":"print(1)"}}"#,
            #"{"type":"code_execution_tool_result","tool_use_id":"srvtoolu_1","content":{"type":"code_execution_result","stdout":"1\n","stderr":"","return_code":0,"content":[]}}"#,
            #"{"type":"server_tool_use","id":"srvtoolu_2","name":"bash_code_execution","input":{"command":"ls"}}"#,
            #"{"type":"bash_code_execution_tool_result","tool_use_id":"srvtoolu_2","content":{"type":"bash_code_execution_tool_result_error","error_code":"unavailable"}}"#,
        ])
        let gemini = [
            Self.candidate(#"{"executableCode":{"language":"PYTHON","code":"print(1)"}}"#),
            Self.candidate(#"{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1\n"}}"#),
            Self.candidate(#"{"executableCode":{"language":"PYTHON","code":"ls"}}"#),
            Self.candidate("", #","finishReason":"STOP""#),
        ]
        let progress = [
            "output_item.added code_interpreter_call", "code_interpreter_call.in_progress",
            "code_interpreter_call_code.delta", "code_interpreter_call_code.done", "code_interpreter_call.interpreting",
            "code_interpreter_call.completed", "output_item.done code_interpreter_call",
        ]
        for events in [try anthropicEvents(claude), try Self.gemini(gemini)] {
            let (steps, output) = try responses(events)
            #expect(Array(steps.prefix(7)) == progress.map { "0 \($0)" })
            #expect(Array(steps.suffix(6)) == progress.filter { !$0.hasSuffix(".completed") }.map { "1 \($0)" })
            #expect(output.map { $0["code"].text } == ["print(1)", "ls"])
            #expect(output.map { $0["status"].text } == ["completed", "failed"])
            #expect(try output[0]["outputs"] == JSON(#"[{"type":"logs","logs":"1\n"}]"#))
        }
    }

    /// What the model was told of a search is an end of it too.
    @Test func aSearchOfGroqEndsWithItsOutput() throws {
        for (more, status) in [
            (#","output":"A","search_results":null"#, ServerToolItem.Status.completed),
            (#","output":"","search_results":{"results":[]}"#, .completed),
            (#","output":"","search_results":null"#, .running), (#","output":null"#, .running),
        ] {
            var reader = ChatEventReader(translation: Translation())
            let use = #"{"index":0,"type":"search","arguments":"{\"query\": \"swifts\"}"\#(more)}"#
            let message = #"{"role":"assistant","content":"Birds.","executed_tools":[\#(use)]}"#
            let told = try events(of: [
                #"{"id":"c","choices":[{"index":0,"message":\#(message),"finish_reason":"stop"}]}"#
            ]) { reader.readAnswer($0, into: &$1) }
            #expect(CompletionAnswer(told).choices[0].items.compactMap(\.tool?.status) == [status], "\(more)")
        }
    }

    /// That code runs, and all of the code, is not said before the code.
    @Test func codeIsToldBeforeItRuns() throws {
        func step(_ status: ServerToolItem.Status, _ code: String = "") -> CompletionEvent {
            var tool = ServerToolItem(.codeInterpreter, id: "c", status, dialect: "x")
            tool.code = code
            return CompletionEvent(.serverTool(tool))
        }
        func steps(_ events: [CompletionEvent]) throws -> [String] {
            let (steps, output) = try responses(events + [CompletionEvent(.finished(.stop, native: nil))])
            #expect(output[0]["code"].text == "ab")
            return steps.map { String($0.split(separator: ".").last ?? "") }
        }
        let end = ["done", "interpreting", "completed", "done code_interpreter_call"]
        let start = ["added code_interpreter_call", "in_progress", "delta"]
        let early = [step(.running), step(.inProgress, "a"), step(.inProgress, "b"), step(.completed)]
        #expect(try steps(early) == start + ["delta"] + end)
        #expect(try steps([step(.running), step(.completed, "ab")]) == start + end)
        let usual = [step(.inProgress, "ab"), step(.running), step(.completed)]
        #expect(try steps(usual) == start + end)
        // What comes behind its end is in the item alone.
        #expect(try steps([step(.running, "a"), step(.completed, "b")]) == start + end)
        let none = try responses([step(.running), step(.completed)]).steps
        #expect(none.filter { $0.contains("interpreting") || $0.contains("code.done") }.count == 2)
    }

    /// Some hosts tell of a search again once it has ended.
    @Test func aUseEndsOnceInMessages() throws {
        var search = ServerToolItem(.webSearch, id: "search_0", .completed, dialect: "chat")
        search.queries = ["swifts"]
        let events = [search, search].map { CompletionEvent(.serverTool($0)) }
        let frames = try anthropicStream(events).map { try JSON($0.data) }
        let starts = frames.filter { $0["type"].text == "content_block_start" }.map { $0["content_block"]["type"].text }
        #expect(starts == ["server_tool_use", "web_search_tool_result"])
        #expect(try JSON(anthropicAnswer(events))["content"].elements.count == 2)
    }

    @Test func pagesThatClaudeOpenedAreItemsOfResponses() throws {
        let events = try anthropicEvents(
            Self.blocks([
                #"{"type":"server_tool_use","id":"srvtoolu_1","name":"web_fetch","input":{"url":"https://a.example"}}"#,
                #"{"type":"web_fetch_tool_result","tool_use_id":"srvtoolu_1","content":{"type":"web_fetch_result","url":"https://a.example"}}"#,
            ]))
        let output = try responses(events).output
        #expect(try output[0]["action"] == JSON(#"{"type":"open_page","url":"https://a.example"}"#))
    }

    /// A search that was cut off has no end of its own.
    @Test func whatWasCutOffHasFailed() throws {
        let cut =
            Array(Self.claude.prefix(5)) + [
                #"{"type":"message_delta","delta":{"stop_reason":"pause_turn"},"usage":{"output_tokens":7}}"#
            ]
        let (steps, output) = try responses(anthropicEvents(cut))
        #expect(steps == Array(Self.searching[...2]) + [Self.searching[4]])
        #expect(output[0]["status"].text == "failed")
        var code = ServerToolItem(.codeInterpreter, id: "c", .running, dialect: "gemini")
        code.code = "1"
        let open = [CompletionEvent(.serverTool(code)), CompletionEvent(.finished(.length, native: "MAX_TOKENS"))]
        #expect(try responses(open).output[0]["status"].text == "incomplete")
    }

    @Test func searchesOfOpenAIAreBlocksOfMessages() throws {
        let events = try readResponsesStream(Self.openAI)
        let content = try JSON(anthropicAnswer(events))["content"].elements
        let use = #"{"type":"server_tool_use","id":"ws_1","name":"web_search","input":{"query":"swifts"}}"#
        let result = #"""
            {"type":"web_search_tool_result","tool_use_id":"ws_1","caller":{"type":"direct"},"content":[
            {"type":"web_search_result","url":"https://a.example","title":"https://a.example","encrypted_content":"","page_age":null}]}
            """#
        #expect(try content == [JSON(use), JSON(result), JSON(#"{"type":"text","text":"Birds."}"#)])
        let frames = try anthropicStream(events).map { try JSON($0.data) }
        let starts = frames.filter { $0["type"].text == "content_block_start" }.map { $0["content_block"] }
        #expect(starts.map { $0["type"].text } == ["server_tool_use", "web_search_tool_result", "text"])
        #expect(starts[1] == content[1])
        #expect(frames[2]["delta"]["partial_json"].text == #"{"query":"swifts"}"#)
        #expect(frames.compactMap { $0["index"].number } == [0, 0, 0, 1, 1, 2, 2, 2])
        #expect(frames[frames.count - 2]["delta"]["stop_reason"].text == "end_turn")
    }

    @Test func codeOfGeminiIsBlocksOfMessages() throws {
        let events = try Self.gemini([
            Self.candidate(
                #"{"executableCode":{"code":"1/0"}},{"codeExecutionResult":{"outcome":"OUTCOME_FAILED","output":"no"}}"#,
                #","finishReason":"STOP""#)
        ])
        let content = try JSON(anthropicAnswer(events))["content"].elements
        #expect(content.map { $0["type"].text } == ["server_tool_use", "code_execution_tool_result"])
        #expect(content[0]["input"]["code"].text == "1/0" && content[0]["id"] == content[1]["tool_use_id"])
        #expect(content[1]["content"]["stderr"].text == "no" && content[1]["content"]["return_code"].number == 1)
    }

    /// Chat has annotations for what was found, and no words for the search.
    @Test func callersOfChatSeeNothingOfThem() throws {
        let events =
            try readResponsesStream(Self.openAI)
            + Self.gemini([Self.candidate("", #","groundingMetadata":{\#(Self.found)}"#)])
        var writer = ChatEventWriter(stamp: testStamp, hidesReasoning: false)
        for event in events {
            guard case .serverTool = event.content else { continue }
            var out = ByteBuffer()
            writer.write(event, into: &out)
            #expect(out.text.isEmpty)
        }
        let answer = CompletionAnswer(events)
        let message = try tree {
            ChatAnswerWriter.write(
                answer, stamp: testStamp, hidesReasoning: false, usage: TokenUsage(), charge: testCharge, into: &$0)
        }["choices"][0]["message"]
        #expect(message["content"].text == "Birds." && message["tool_calls"] == .null)
    }

    /// Who sees a search is not asked to wait for the text; who does not may still get another provider's answer.
    @Test func aSearchCommitsForThoseWhoSeeIt() throws {
        for (caller, isSeen) in [(CallerDialect.responses, true), (.chat, false), (.messages, false)] {
            var translator = AnswerTranslator(
                reader: ResponsesEventReader(translation: Translation()),
                writer: DialectTable.writer(
                    of: caller, stamp: testStamp, hidesReasoning: false, echo: ResponsesEcho()))
            var state = StreamState()
            var out = ByteBuffer()
            let scanner = JSONScanner()
            let summary = translator.relay(try scanner.scan(copying: Self.openAI[0]), state: &state, into: &out)
            #expect(summary.hasContent == isSeen, "\(caller)")
            #expect(out.text.contains("response.web_search_call.in_progress") == isSeen)
        }
    }

    /// Drafts of a drawing are nothing to callers who see no drawings, and need not wait with the rest.
    @Test func whatWaitsForOutputIsBounded() throws {
        func begun(_ index: Int, _ type: String) -> String {
            let item = #"{"id":"id_\#(index)","type":"\#(type)"}"#
            return #"{"type":"response.output_item.added","output_index":\#(index),"item":\#(item)}"#
        }
        let megabyte = String(repeating: "A", count: 1 << 20)
        let draft = #""output_index":0,"partial_image_index":0,"partial_image_b64":"\#(megabyte)""#
        let code = #""output_index":1,"delta":"\#(megabyte)""#
        for caller in [CallerDialect.chat, .messages] {
            var translator = AnswerTranslator(
                reader: ResponsesEventReader(translation: Translation()),
                writer: DialectTable.writer(
                    of: caller, stamp: testStamp, hidesReasoning: false, echo: ResponsesEcho()))
            var state = StreamState()
            var out = ByteBuffer()
            let scanner = JSONScanner()
            func isTaken(_ payload: String) throws -> Bool {
                !translator.relay(try scanner.scan(copying: payload), state: &state, into: &out).hasError
            }
            #expect(try isTaken(begun(0, "image_generation_call")))
            for _ in 0..<20 {
                #expect(try isTaken(#"{"type":"response.image_generation_call.partial_image",\#(draft)}"#))
            }
            #expect(try isTaken(begun(1, "code_interpreter_call")))
            var count = 0
            while count < 20, try isTaken(#"{"type":"response.code_interpreter_call_code.delta",\#(code)}"#) {
                count += 1
            }
            #expect(count == 15, "\(caller)")
            #expect(translator.error?.status == 502 && translator.error?.message.contains("16 MiB") == true)
            #expect(out.count == 0)
        }
    }

    @Test func picturesAreDrawingsOneByOne() throws {
        let events: [CompletionEvent] = [
            CompletionEvent(.media(.image(MediaItem(.base64("QQ=="), mediaType: "image/png")))),
            CompletionEvent(.media(.image(MediaItem(.base64("Qg=="), mediaType: "image/jpeg")))),
        ]
        let (steps, output) = try responses(events)
        let progress = [
            "output_item.added image_generation_call", "image_generation_call.in_progress",
            "image_generation_call.generating", "image_generation_call.completed",
            "output_item.done image_generation_call",
        ]
        #expect(steps == progress.map { "0 \($0)" } + progress.map { "1 \($0)" })
        #expect(output.map { $0["result"].text } == ["QQ==", "Qg=="])
        #expect(output.map { $0["output_format"].text } == [nil, "jpeg"])
    }

    /// Of an answer that was cut off the whole output is told, and with it what still went on.
    @Test(arguments: [
        (#""status":"completed","#, "completed"), (#""status":null,"#, "completed"), ("", "completed"),
        (#""status":"in_progress","#, "failed"), (#""status":"searching","#, "failed"),
        (#""status":"incomplete","#, "failed"), (#""status":"failed","#, "failed"),
    ])
    func aUseThatGoesOnIsNotCompleted(member: String, status: String) throws {
        let item = #"{"id":"ws_1",\#(member)"type":"web_search_call","action":{"type":"search","query":"q"}}"#
        let response = #"{"id":"r","status":"incomplete","output":[\#(item)]}"#
        let events = try readResponsesStream([#"{"type":"response.incomplete","response":\#(response)}"#])
        #expect(CompletionAnswer(events).choices[0].items.compactMap { $0.tool.map { "\($0.status)" } } == [status])
    }

    /// A host may give an item another id in each event; callers know it by the first.
    @Test func anItemKeepsItsFirstID() throws {
        var stream = Self.openAI
        stream[2] = stream[2].replacing("ws_1", with: "ws_other")
        let output = try responses(readResponsesStream(stream)).output
        #expect(output[0]["id"].text == "ws_1" && output[0]["action"]["query"].text == "swifts")
    }

    // MARK: What comes back

    private static let item =
        #"{"id":"ws_x_0","type":"web_search_call","status":"completed","action":{"type":"search","query":"q"}}"#

    @Test func itemsOfResponsesComeBack() throws {
        let request = try readResponses(
            #"{"input":[{"role":"user","content":"a"},\#(Self.item),{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}"#
        )
        let own = try respond(to: #"{"input":[{"role":"user","content":"a"},\#(Self.item)]}"#)
        #expect(try JSON(own.body)["input"].elements.contains(JSON(Self.item)))
        let sent = try writeMessages(request)
        let messages = try JSON(sent.body)["messages"].elements
        #expect(messages.map { $0["content"][0]["text"].text } == ["a", "b", "c"])
        #expect(sent.translation.dropped == ["messages.content.web_search_call"])
    }

    @Test func blocksOfMessagesComeBack() throws {
        let answer = try JSON(anthropicAnswer(readResponsesStream(Self.openAI)))["content"]
        func request(_ content: String) throws -> CanonicalRequest {
            try readMessages(
                #"{"max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":\#(content)},{"role":"user","content":"c"}]}"#
            )
        }
        let left = ["messages.tool_calls.web_search", "messages.content.web_search_tool_result"]
        let target = TranslationTarget(model: "gpt-x", isStream: false, abilities: [])
        let responses = try writtenResponses(request(answer.compact), for: target)
        #expect(try JSON(responses.body)["input"].elements.count == 3)
        #expect(responses.translation.dropped == left)
        // Anthropic takes only what it sealed itself.
        var said = try readResponsesStream(Self.openAI)
        said.append(CompletionEvent(.citation(Citation(url: "https://a.example", title: "A", range: 0..<5))))
        var cited = try JSON(anthropicAnswer(said))["content"].compact
        #expect(cited.contains("encrypted_index"))
        cited = cited.replacing("\":\"", with: "\" : \"")
        let foreign = try writeMessages(request(cited))
        #expect(try JSON(foreign.body)["messages"][1]["content"] == JSON(#"[{"type":"text","text":"Birds."}]"#))
        #expect(foreign.translation.dropped == [left[0]])
        let own = try JSON(anthropicAnswer(anthropicEvents(Self.claude)))["content"]
        let same = try writeMessages(request(own.compact))
        #expect(try JSON(same.body)["messages"][1]["content"] == own)
        #expect(same.translation.dropped.isEmpty)
    }
}

extension MessageItem {
    fileprivate var tool: ServerToolItem? { if case .serverTool(let tool) = self { tool } else { nil } }
}
