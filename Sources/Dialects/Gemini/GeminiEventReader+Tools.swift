import Completions
import JSONText

/// What Google searched for and found, for one choice. It is told piece by piece, and a later event repeats it.
struct GeminiSearch: Sendable {
    var tool: ServerToolItem
    /// Whether somebody was told that it goes on.
    var isTold = false
    var isEnded = false
    /// What is in `tool` already.
    private var queries: Set<String> = []
    private var urls: Set<String> = []

    init(_ tool: ServerToolItem) {
        self.tool = tool
    }

    /// Takes what is new.
    mutating func note(_ queries: [String], _ chunks: JSONValue?) {
        for query in queries where self.queries.insert(query).inserted { tool.queries.append(query) }
        guard let chunks else { return }
        for chunk in chunks.elements {
            guard let web = chunk["web"], let url = web["uri"]?.string, urls.insert(url).inserted else { continue }
            tool.sources.append(ServerToolItem.Source(url: url, title: web["title"]?.string))
        }
    }
}

/// Tools that Google runs itself: searches, of which the grounding of the answer tells, and code, in parts of its own.
/// Source: wire spec 8.
extension GeminiEventReader {
    /// Notes searches. In front of the text they are told at once; behind it they wait for the end, for another item
    /// would tear the text in two.
    mutating func note(_ grounding: JSONValue, _ index: Int, _ events: inout [CompletionEvent]) {
        let queries = grounding["webSearchQueries"]?.elements.compactMap(\.string).filter { !$0.isEmpty } ?? []
        for query in queries { count(search: query) }
        guard !queries.isEmpty || choices[index]!.search != nil, choices[index]!.search?.isEnded != true else { return }
        // Taken out, so that its lists are not copied to grow.
        var search =
            choices[index]!.search.take()
            ?? GeminiSearch(ServerToolItem(.webSearch, id: toolID(), .running, dialect: GeminiRequestWriter.dialect))
        search.note(queries, grounding["groundingChunks"])
        if !search.isTold, !choices[index]!.hasOutput {
            search.isTold = true
            events.append(CompletionEvent(.serverTool(search.tool), choice: index))
        }
        choices[index]!.search = search
    }

    /// Begins to run code.
    mutating func run(_ code: JSONValue, _ index: Int, _ events: inout [CompletionEvent]) {
        endRun(nil, index, &events)
        var tool = ServerToolItem(.codeInterpreter, id: toolID(), .running, dialect: GeminiRequestWriter.dialect)
        tool.code = code["code"]?.string ?? ""
        events.append(CompletionEvent(.serverTool(tool), choice: index))
        tool.code = ""
        choices[index]!.run = tool
    }

    /// Ends the code that runs, if there is any.
    mutating func endRun(_ result: JSONValue?, _ index: Int, _ events: inout [CompletionEvent]) {
        guard var tool = choices[index]!.run else { return }
        choices[index]!.run = nil
        tool.status = result?["outcome"]?.equals("OUTCOME_OK") == true ? .completed : .failed
        tool.output = result?["output"]?.string
        events.append(CompletionEvent(.serverTool(tool), choice: index))
    }

    /// Ends what was begun: the answer has come to its end.
    mutating func endTools(_ index: Int, _ events: inout [CompletionEvent]) {
        guard choices[index] != nil else { return }
        endRun(nil, index, &events)
        guard var search = choices[index]!.search, !search.isEnded else { return }
        search.isEnded = true
        search.tool.status = .completed
        choices[index]!.search = search
        events.append(CompletionEvent(.serverTool(search.tool), choice: index))
    }
}
