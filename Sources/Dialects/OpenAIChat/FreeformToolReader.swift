package import Completions
package import JSONText

/// Reads the answers of hosts that know functions alone: calls of freeform tools, which went out as functions with one
/// string `input`, come back as what they are. Source: wire spec 7.
///
/// Such a call's arguments are held until they are whole.
package struct FreeformToolReader: AnswerReading {
    private var inner: any AnswerReading
    /// The caller's names, which is what is read.
    private let names: Set<String>
    /// Calls of such tools that have not ended, in order.
    private var open: [OpenCall] = []

    private struct OpenCall {
        let choice: Int
        let slot: Int
        var arguments = ""
    }

    /// - Parameter translation: of the request, which says what became of its tools.
    package init(_ inner: any AnswerReading, _ translation: Translation) {
        self.inner = inner
        names = Set(translation.wrappedTools.map(translation.names.original))
    }

    package mutating func read(_ root: JSONValue, kind: String?, into events: inout [CompletionEvent]) {
        let mark = events.count
        inner.read(root, kind: kind, into: &events)
        unwrap(from: mark, &events)
    }

    package mutating func readAnswer(_ root: JSONValue, into events: inout [CompletionEvent]) {
        let mark = events.count
        inner.readAnswer(root, into: &events)
        unwrap(from: mark, &events)
        close(nil, into: &events)
    }

    package mutating func atEnd(into events: inout [CompletionEvent]) {
        let mark = events.count
        inner.atEnd(into: &events)
        unwrap(from: mark, &events)
        close(nil, into: &events)
    }

    private mutating func unwrap(from mark: Int, _ events: inout [CompletionEvent]) {
        let read = events[mark...]
        events.removeSubrange(mark...)
        for var event in read {
            switch event.content {
            case .toolCall(let slot, .function, let id, let name) where names.contains(name):
                open.append(OpenCall(choice: event.choice, slot: slot))
                event.content = .toolCall(slot: slot, kind: .custom, id: id, name: name)
            case .toolArguments(let slot, let text):
                if let index = open.firstIndex(where: { $0.choice == event.choice && $0.slot == slot }) {
                    open[index].arguments += text
                    continue
                }
            case .finished: close(event.choice, into: &events)
            // Nothing follows.
            case .failed: open.removeAll()
            default: break
            }
            events.append(event)
        }
    }

    /// - Parameter choice: whose calls have ended; nil for all.
    private mutating func close(_ choice: Int?, into events: inout [CompletionEvent]) {
        for call in open where choice == nil || call.choice == choice {
            let input = FreeformTool.input(of: call.arguments)
            events.append(CompletionEvent(.toolArguments(slot: call.slot, input), choice: call.choice))
        }
        open.removeAll { choice == nil || $0.choice == choice }
    }
}
