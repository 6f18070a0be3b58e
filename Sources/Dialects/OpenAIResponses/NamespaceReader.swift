package import Completions
package import JSONText

/// Reads answers for a caller whose tools were in groups: calls get back the names that they have there.
package struct NamespaceReader: AnswerReading {
    private var inner: any AnswerReading
    private let tools: NamespaceTools

    package init(_ inner: any AnswerReading, _ tools: NamespaceTools) {
        self.inner = inner
        self.tools = tools
    }

    package mutating func read(_ root: JSONValue, kind: String?, into events: inout [CompletionEvent]) {
        let mark = events.count
        inner.read(root, kind: kind, into: &events)
        rename(from: mark, &events)
    }

    package mutating func readAnswer(_ root: JSONValue, into events: inout [CompletionEvent]) {
        let mark = events.count
        inner.readAnswer(root, into: &events)
        rename(from: mark, &events)
    }

    package mutating func atEnd(into events: inout [CompletionEvent]) {
        let mark = events.count
        inner.atEnd(into: &events)
        rename(from: mark, &events)
    }

    private func rename(from mark: Int, _ events: inout [CompletionEvent]) {
        var index = mark
        while index < events.count {
            if case .toolCall(let slot, let kind, let id, let name) = events[index].content,
                let place = tools.place(of: name)
            {
                events[index].content = .toolCall(slot: slot, kind: kind, id: id, name: place.name)
                index += 1
                let extras = CompletionEvent(.toolExtras(slot: slot, place.extras), choice: events[index - 1].choice)
                events.insert(extras, at: index)
            }
            index += 1
        }
    }
}
