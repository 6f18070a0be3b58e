package import Completions
package import JSONText

// Only Bedrock's framing says what an event is; everywhere else the JSON does.

extension ChatEventReader: AnswerReading {
    package mutating func read(_ root: JSONValue, kind: String?, into events: inout [CompletionEvent]) {
        read(root, into: &events)
    }
}

extension AnthropicEventReader: AnswerReading {
    package mutating func read(_ root: JSONValue, kind: String?, into events: inout [CompletionEvent]) {
        read(root, into: &events)
    }
}

extension ResponsesEventReader: AnswerReading {}

extension GeminiEventReader: AnswerReading {
    package mutating func read(_ root: JSONValue, kind: String?, into events: inout [CompletionEvent]) {
        read(root, into: &events)
    }
}

extension CohereEventReader: AnswerReading {
    package mutating func read(_ root: JSONValue, kind: String?, into events: inout [CompletionEvent]) {
        read(root, into: &events)
    }
}

extension BedrockEventReader: AnswerReading {
    package mutating func read(_ root: JSONValue, kind: String?, into events: inout [CompletionEvent]) {
        read(eventType: kind ?? "", root, into: &events)
    }
}

extension ChatEventWriter: AnswerWriting {}
extension AnthropicEventWriter: AnswerWriting {}
extension ResponsesEventWriter: AnswerWriting {}
