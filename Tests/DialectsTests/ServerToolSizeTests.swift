import Buffers
import Completions
import JSONText
import Testing

@testable import Dialects

/// Answers with very many uses of a provider's tools: work that grew by the square of their number would take minutes.
@Suite(.timeLimit(.minutes(1))) struct ServerToolSizeTests {
    private static let count = 100_000

    private func list(_ element: (Int) -> String) -> String {
        "[" + (0..<Self.count).map(element).joined(separator: ",") + "]"
    }

    private func uses(_ events: [CompletionEvent]) -> [ServerToolItem] {
        events.compactMap { (event: CompletionEvent) -> ServerToolItem? in
            if case .serverTool(let tool) = event.content { tool } else { nil }
        }
    }

    @Test func usesAreJoined() {
        var answer = CompletionAnswer()
        for status in [ServerToolItem.Status.running, .completed] {
            for number in 0..<Self.count {
                let tool = ServerToolItem(.codeInterpreter, id: "c\(number)", status, dialect: "gemini")
                answer.add(CompletionEvent(.serverTool(tool)))
            }
        }
        #expect(answer.choices[0].items.count == Self.count)
        let last = ServerToolItem(.codeInterpreter, id: "c99999", .completed, dialect: "gemini")
        #expect(answer.choices[0].items.last == .serverTool(last))
    }

    @Test func searchesOfGeminiAreNoted() throws {
        let queries = list { #""q\#($0)""# }
        let chunks = list { #"{"web":{"uri":"https://a.example/\#($0)"}}"# }
        let grounding = #"{"webSearchQueries":\#(queries),"groundingChunks":\#(chunks)}"#
        var reader = GeminiEventReader(translation: Translation(), generation: "gen-1")
        let told = try events(of: [#"{"candidates":[{"groundingMetadata":\#(grounding)}]}"#]) {
            reader.read($0, into: &$1)
        }
        let tools = uses(told)
        #expect(tools.map(\.queries.count) == [Self.count] && tools.map(\.sources.count) == [Self.count])
    }

    @Test func itemsOfResponsesAreRead() throws {
        let items = list { #"{"type":"web_search_call","id":"ws_\#($0)"}"# }
        let told = try readResponsesAnswer(#"{"status":"completed","output":\#(items)}"#)
        let ids = uses(told).map(\.id)
        #expect(Set(ids).count == Self.count && ids.last == "ws_99999")
    }

    @Test func itemsOfResponsesAreWritten() {
        var writer = ResponsesEventWriter(
            stamp: testStamp, hidesReasoning: false, echo: ResponsesEcho(), isSilent: true)
        var out = ByteBuffer()
        let dialect = ResponsesRequestReader.dialect
        for number in 0..<Self.count {
            let tool = ServerToolItem(.webSearch, id: "ws_\(number)", .completed, dialect: dialect)
            writer.write(CompletionEvent(.serverTool(tool)), into: &out)
        }
        #expect(writer.items.count == Self.count && writer.items.last?.id == "ws_99999")
    }
}
