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
        let read = events[mark...]
        events.removeSubrange(mark...)
        for event in read {
            guard case .toolCall(let slot, let kind, let id, let name) = event.content,
                let place = tools.place(of: name)
            else {
                events.append(event)
                continue
            }
            let call = CompletionEvent.Content.toolCall(slot: slot, kind: kind, id: id, name: place.name)
            events.append(CompletionEvent(call, choice: event.choice))
            events.append(CompletionEvent(.toolExtras(slot: slot, place.extras), choice: event.choice))
        }
    }
}
