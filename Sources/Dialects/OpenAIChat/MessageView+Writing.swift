import Buffers
import Completions
import JSONText

extension MessageView {
    /// Whether anything is left to show when reasoning is hidden.
    var hasVisibleOutput: Bool {
        hasText || hasRefusal || toolCalls != nil || functionCall != nil || media != nil
    }

    /// Writes the rest of a delta behind `"content":`, up to and with its closing brace.
    func write(
        _ body: JSONValue?, text: JSONValue?, choice: Int, stamp: ResponseStamp, state: inout StreamState,
        into out: inout ByteBuffer
    ) {
        (content ?? text).writeText(into: &out)
        if let refusal {
            out.append(",\"refusal\":")
            refusal.copyRaw(into: &out)
        }
        if !state.hidesReasoning { writeReasoning(into: &out) }
        if let toolCalls {
            out.append(",\"tool_calls\":")
            state.toolCalls.write(toolCalls, choice: choice, stamp: stamp, into: &out)
        }
        if hasOthers, let body { Self.writeOthers(body, into: &out) }
        out.append("}")
    }

    /// Writes the rest of a whole message behind `"content":`, up to and with its closing brace. What a delta leaves
    /// out is null here.
    /// - Parameter text: what stands in for the content.
    func writeWhole(
        _ body: JSONValue?, text: String?, choice: Int, stamp: ResponseStamp, state: inout StreamState,
        into out: inout ByteBuffer
    ) {
        if let text {
            out.appendJSON { $0.string(text) }
        } else if content == nil {
            out.append("null")
        } else {
            content.writeText(into: &out)
        }
        out.append(",\"refusal\":")
        if let refusal { refusal.copyRaw(into: &out) } else { out.append("null") }
        if state.hidesReasoning || reasoning == nil && content?.hasThinking != true {
            out.append(",\"reasoning\":null")
        }
        if !state.hidesReasoning { writeReasoning(into: &out) }
        if let toolCalls {
            out.append(",\"tool_calls\":")
            ToolCallView.writeWhole(toolCalls, stamp: stamp, into: &out)
        }
        if hasOthers, let body { Self.writeOthers(body, into: &out) }
        out.append("}")
    }

    /// `reasoning` and `reasoning_details`; the details are made from the text where a host has only that, so that a
    /// client can replay either.
    func writeReasoning(into out: inout ByteBuffer) {
        if let reasoning {
            out.append(",\"reasoning\":")
            reasoning.copyRaw(into: &out)
        } else if let content, content.hasThinking {
            out.append(",\"reasoning\":")
            content.writeParts(thinking: true, into: &out)
        }
        if let reasoningDetails {
            out.append(",\"reasoning_details\":")
            reasoningDetails.copyRaw(into: &out)
        } else if let reasoning, !reasoning.isEmptyString {
            out.append(",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":")
            reasoning.copyRaw(into: &out)
            out.append(",\"format\":\"unknown\",\"index\":0}]")
        }
    }
}

extension JSONValue? {
    /// The value as text: a string as written, the texts of parts joined, an empty string for anything else.
    func writeText(into out: inout ByteBuffer) {
        guard let self else {
            out.append("\"\"")
            return
        }
        if self.isString { self.copyRaw(into: &out) } else { self.writeParts(thinking: false, into: &out) }
    }
}

extension JSONValue {
    /// Whether an array of content parts holds thinking.
    var hasThinking: Bool {
        isArray && elements.contains { $0["type"]?.equals("thinking") == true }
    }

    /// Joins the texts of content parts into one JSON string: the thinking ones, or the others.
    func writeParts(thinking: Bool, into out: inout ByteBuffer) {
        out.append("\"")
        for part in elements {
            let isThinking = part["type"]?.equals("thinking") == true
            guard isThinking == thinking else { continue }
            let text = isThinking ? part["thinking"] : part["text"]
            if let text, text.isArray {
                for piece in text.elements { piece["text"]?.copyContents(into: &out) }
            } else {
                text?.copyContents(into: &out)
            }
        }
        out.append("\"")
    }

    /// Appends what stands between a string's quotes, as written.
    func copyContents(into out: inout ByteBuffer) {
        guard isString else { return }
        withRawSpan { out.append($0.extracting(1..<$0.count - 1)) }
    }
}

extension TokenEstimator {
    /// Adds the output of a message or a delta.
    mutating func count(_ message: MessageView, _ text: JSONValue?) {
        count(message.content)
        count(message.reasoning)
        count(message.refusal)
        count(text)
        guard let calls = message.toolCalls else { return }
        for call in calls.elements {
            let function = call["function"]
            count(function?["name"])
            count(function?["arguments"])
        }
    }

    private mutating func count(_ value: JSONValue?) {
        guard let value, !value.isEmptyString else { return }
        value.withRawSpan { add(escaped: $0) }
    }
}
