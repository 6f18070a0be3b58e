package import Completions
package import JSONText

/// Reads the answers of one upstream family. One per attempt: failover starts with a new one.
package protocol AnswerReading {
    /// Reads one event of a stream.
    /// - Parameter kind: the event's type, where the framing says it and not the JSON (Bedrock).
    mutating func read(_ root: JSONValue, kind: String?, into events: inout [CompletionEvent])

    /// Reads a whole answer.
    mutating func readAnswer(_ root: JSONValue, into events: inout [CompletionEvent])

    /// The stream has ended: what only its end makes certain.
    mutating func atEnd(into events: inout [CompletionEvent])
}

extension AnswerReading {
    package mutating func atEnd(into events: inout [CompletionEvent]) {}
}
