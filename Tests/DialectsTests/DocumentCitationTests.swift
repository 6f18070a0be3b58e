import Catalog
import Completions
import Testing

@testable import Dialects

/// Where a model cites a document of the request, there is no address to name it by.
@Suite("Citations of documents")
struct DocumentCitationTests {
    private static let citations = [
        #"{"type":"char_location","cited_text":"Grass is green.","document_index":0,"document_title":"Facts","start_char_index":0,"end_char_index":15,"file_id":null}"#,
        #"{"type":"page_location","cited_text":"Page two.","document_index":1,"document_title":null,"start_page_number":2,"end_page_number":3,"file_id":"file_9"}"#,
    ]
    private static let answer = #"""
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-test","stop_reason":"end_turn",
         "content":[{"type":"text","text":"So: "},
                    {"type":"text","text":"it is green.","citations":[\#(citations.joined(separator: ","))]}],
         "usage":{"input_tokens":9,"output_tokens":5}}
        """#
    private static let events = [
        #"{"type":"message_start","message":{"id":"msg_1","model":"claude-test","usage":{"input_tokens":9}}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"So: "}}"#,
        #"{"type":"content_block_stop","index":0}"#,
        #"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"","citations":[]}}"#,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"it is green."}}"#,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":\#(citations[0])}}"#,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":\#(citations[1])}}"#,
        #"{"type":"content_block_stop","index":1}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}"#,
        #"{"type":"message_stop"}"#,
    ]
    /// What a chat caller gets of them, without the places in a stream's list.
    private static let files = [
        #"{"hash":"anthropic:0","name":"Facts","content":[{"type":"text","text":"Grass is green."}],"start_index":4,"end_index":16,"citation":{"anthropic":\#(citations[0])}}"#,
        #"{"hash":"anthropic:file_9","content":[{"type":"text","text":"Page two."}],"start_index":4,"end_index":16,"citation":{"anthropic":\#(citations[1])}}"#,
    ]
    private static let chat = #"{"model":"acme/model","messages":[{"role":"user","content":"Which?"}]}"#
    private static let responses = #"{"model":"acme/model","input":"Which?"}"#

    @Test("are files to chat callers: name, cited words, place in the answer, place in the document")
    func whole() throws {
        let pair = try PairTranslation(Self.chat, from: .chat, to: .anthropic)
        let message = try JSON(try pair.answer(Self.answer))["choices"][0]["message"]
        #expect(message["annotations"].elements.map { $0["type"].text } == ["file", "file"])
        #expect(message["annotations"].elements.map { $0["file"] } == (try Self.files.map { try JSON($0) }))
    }

    @Test("come one by one in a stream, each with its place in the list")
    func streamed() throws {
        let pair = try PairTranslation(Self.chat, from: .chat, to: .anthropic)
        let lines = try pair.stream(Self.events.map { ("", $0) }).split(separator: "\n")
        let chunks = try lines.filter { $0.hasPrefix("data: {") }.map { try JSON($0.dropFirst(6)) }
        let deltas = chunks.map { $0["choices"][0]["delta"] }
        let entries = deltas.flatMap { $0["annotations"].elements }
        #expect(entries.map { $0["index"].number } == [0, 1])
        #expect(entries.map { $0["file"] } == (try Self.files.map { try JSON($0) }))
    }

    @Test("are what they were when the conversation goes back", arguments: [CallerDialect.chat, .responses])
    func goBack(caller: CallerDialect) throws {
        let asked = caller == .chat ? Self.chat : Self.responses
        let answer = try PairTranslation(asked, from: caller, to: .anthropic).answer(Self.answer)
        let next: String
        if caller == .chat {
            let message = try JSON(answer)["choices"][0]["message"]
            next =
                #"{"model":"acme/model","messages":[{"role":"user","content":"Which?"},\#(message),"#
                + #"{"role":"user","content":"Why?"}]}"#
        } else {
            let output = "\(try JSON(answer)["output"])".dropFirst().dropLast()
            next =
                #"{"model":"acme/model","input":[{"role":"user","content":"Which?"},\#(output),"#
                + #"{"role":"user","content":"Why?"}]}"#
        }
        let written = try JSON(try PairTranslation(next, from: caller, to: .anthropic).written)
        let blocks = written["messages"][1]["content"].elements
        #expect(blocks.flatMap { $0["citations"].elements } == (try Self.citations.map { try JSON($0) }))
    }

    @Test("are file citations to callers of the Responses API")
    func responses() throws {
        let pair = try PairTranslation(Self.responses, from: .responses, to: .anthropic)
        let content = try JSON(try pair.answer(Self.answer))["output"][0]["content"].elements
        let annotations = content.flatMap { $0["annotations"].elements }
        #expect(annotations.map { $0["type"].text } == ["file_citation", "file_citation"])
        #expect(annotations.map { $0["file_id"].text } == ["anthropic:0", "anthropic:file_9"])
        #expect(annotations.map { $0["filename"].text } == ["Facts", ""])
        #expect(annotations.map { $0["content"].text } == ["Grass is green.", "Page two."])
        #expect(annotations.map { $0["citation"]["anthropic"] } == (try Self.citations.map { try JSON($0) }))
    }

    @Test(
        "name the document as the provider does",
        arguments: [
            ("cohere", #"{"start":0,"end":4,"sources":[{"type":"document","id":"doc:2"}]}"#, "cohere:doc:2"),
            (
                "bedrock", #"{"title":"T","location":{"documentChar":{"documentIndex":3,"start":0,"end":1}}}"#,
                "bedrock:3"
            ),
            ("openai-responses", #"{"type":"file_citation","file_id":"file-1"}"#, "openai-responses:file-1"),
            ("gemini", "{}", "gemini:T"),
        ])
    func names(dialect: String, json: String, name: String) {
        let citation = Citation(title: "T", native: NativeItem(dialect: dialect, json: RawJSON(json)))
        #expect(citation.documentName == name)
    }
}
