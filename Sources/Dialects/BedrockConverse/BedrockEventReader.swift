package import Completions
package import JSONText

/// Reads what Converse answers and what ConverseStream streams.
///
/// The stream does not end with its `messageStop`: the usage comes behind it, in `metadata`. Source: wire spec 9.6.
package struct BedrockEventReader {
    let translation: Translation
    /// The content block that is open, and what there is to know of it at its end.
    private var block = Block()
    private var calls = 0
    private var hasCalls = false
    /// Pieces of reasoning so far: their index in the answer.
    private var reasoningCount = 0
    private var reasoningTokens: Int?
    /// Code points of the answer's text so far, and before the open block: a citation is of its block.
    private var textLength = 0
    private var textStart = 0

    private struct Block {
        enum Kind { case other, reasoning, call, answer, wrapped, image }

        var index: Int64 = -1
        var kind = Kind.other
        var hasArguments = false
        /// The arguments of a wrapped call; the base64 of an image.
        var text = ""
        var mediaType: String?
    }

    package init(translation: Translation) {
        self.translation = translation
    }

    /// Reads one message of the stream.
    ///
    /// - Parameters:
    ///   - eventType: The frame's `:event-type`, or its `:exception-type`.
    ///   - root: The payload.
    package mutating func read(eventType: String, _ root: JSONValue, into events: inout [CompletionEvent]) {
        switch eventType {
        case "contentBlockDelta": readDelta(root, &events)
        case "messageStart": events.append(CompletionEvent(.began(id: nil, model: nil)))
        case "contentBlockStart": readStart(root, &events)
        case "contentBlockStop": endBlock(&events)
        case "messageStop":
            endBlock(&events)
            reasoningTokens = BedrockUsage.reasoning(root["additionalModelResponseFields"])
            finish(root["stopReason"]?.string, &events)
        case "metadata": readMetadata(root, &events)
        default:
            guard eventType.hasSuffix("Exception") else { return }
            events.append(CompletionEvent(.failed(BedrockFailure.error(eventType, root))))
        }
    }

    /// Reads a message of the kind `error`, which has no payload: its `:error-code` and `:error-message`.
    package mutating func readError(code: String, message: String?, into events: inout [CompletionEvent]) {
        let error = BedrockFailure.error(
            code, status: BedrockFailure.status(code),
            message: message ?? "The provider ended the answer with \(code).")
        events.append(CompletionEvent(.failed(error)))
    }

    /// Reads a whole answer.
    package mutating func readAnswer(_ root: JSONValue, into events: inout [CompletionEvent]) {
        guard let message = root["output"]?["message"] else {
            events.append(CompletionEvent(.failed(BedrockFailure.error("malformedAnswer", root))))
            return
        }
        events.append(CompletionEvent(.began(id: nil, model: nil)))
        if let content = message["content"] {
            for (index, block) in content.elements.enumerated() { readWhole(block, Int64(index), &events) }
        }
        reasoningTokens = BedrockUsage.reasoning(root["additionalModelResponseFields"])
        finish(root["stopReason"]?.string, &events)
        readMetadata(root, &events)
    }

    private mutating func readMetadata(_ root: JSONValue, _ events: inout [CompletionEvent]) {
        if let usage = root["usage"], let read = BedrockUsage.read(usage, reasoning: reasoningTokens) {
            events.append(CompletionEvent(.usage(read)))
        }
        if let tier = root["serviceTier"]?["type"]?.string { events.append(CompletionEvent(.serviceTier(tier))) }
    }

    private mutating func finish(_ native: String?, _ events: inout [CompletionEvent]) {
        let reason: FinishReason
        switch native {
        case "max_tokens", "model_context_window_exceeded": reason = .length
        case "guardrail_intervened", "content_filtered": reason = .contentFilter
        case "malformed_model_output", "malformed_tool_use": reason = .error
        // Some models say end_turn behind a call; and a call that is the answer is none.
        default: reason = hasCalls ? .toolCalls : .stop
        }
        events.append(CompletionEvent(.finished(reason, native: native)))
    }
}

extension BedrockEventReader {
    private mutating func readStart(_ root: JSONValue, _ events: inout [CompletionEvent]) {
        guard let start = root["start"] else { return }
        open(root, &events)
        if let use = start["toolUse"] {
            beginCall(use, &events)
        } else if let image = start["image"] {
            block.kind = .image
            block.mediaType = image["format"]?.string.map { "image/" + $0 }
        } else if start["toolResult"] != nil {
            native(root, &events)
        }
    }

    private mutating func readDelta(_ root: JSONValue, _ events: inout [CompletionEvent]) {
        guard let delta = root["delta"] else { return }
        open(root, &events)
        if let text = delta["text"] {
            addText(text.string ?? "", &events)
        } else if let use = delta["toolUse"] {
            addArguments(use["input"], &events)
        } else if let reasoning = delta["reasoningContent"] {
            readReasoning(reasoning, &events)
        } else if let citation = delta["citation"] {
            events.append(CompletionEvent(.citation(self.citation(citation))))
        } else if let image = delta["image"] {
            block.kind = .image
            block.text += image["source"]?["bytes"]?.string ?? ""
        } else if delta["toolResult"] != nil {
            native(root, &events)
        }
    }

    /// Text and reasoning begin without a start; a new index ends the block before where no stop did.
    private mutating func open(_ root: JSONValue, _ events: inout [CompletionEvent]) {
        let index = root["contentBlockIndex"]?.integer ?? block.index
        if index == block.index { return }
        endBlock(&events)
        block = Block(index: index)
    }

    private mutating func addText(_ text: String, _ events: inout [CompletionEvent]) {
        if text.isEmpty { return }
        textLength += text.unicodeScalars.count
        events.append(CompletionEvent(.text(text)))
    }

    private mutating func beginCall(_ use: JSONValue, _ events: inout [CompletionEvent]) {
        let sent = use["name"]?.string ?? ""
        if sent == translation.answerTool {
            block.kind = .answer
            return
        }
        let isServer = use["type"]?.equals("server_tool_use") == true
        let isWrapped = translation.wrappedTools.contains(sent)
        block.kind = isWrapped ? .wrapped : .call
        var id = use["toolUseId"]?.string ?? ""
        if id.isEmpty { id = "call_\(calls)" }
        let kind: ToolCallItem.Kind = isServer ? .server : isWrapped ? .custom : .function
        let name = translation.names.original(of: sent)
        events.append(CompletionEvent(.toolCall(slot: calls, kind: kind, id: id, name: name)))
        calls += 1
        if !isServer { hasCalls = true }
    }

    /// Arguments come as pieces of text in a stream and as an object in an answer.
    private mutating func addArguments(_ input: JSONValue?, _ events: inout [CompletionEvent]) {
        guard let input, !input.isNull else { return }
        let text = input.string ?? input.rawText
        if text.isEmpty { return }
        switch block.kind {
        case .answer: events.append(CompletionEvent(.text(text)))
        case .wrapped: block.text += text
        case .call:
            block.hasArguments = true
            events.append(CompletionEvent(.toolArguments(slot: calls - 1, text)))
        case .other, .reasoning, .image: break
        }
    }

    private mutating func readReasoning(_ piece: JSONValue, _ events: inout [CompletionEvent]) {
        if block.kind != .reasoning {
            block.kind = .reasoning
            reasoningCount += 1
        }
        let index = reasoningCount - 1
        let format = translation.reasoningFormat ?? BedrockModelFamily.claude.reasoningFormat
        var item = ReasoningItem(.text, format: format, index: index)
        if let sealed = piece["redactedContent"]?.string {
            item.kind = .encrypted
            item.data = sealed
        } else {
            let text = piece["reasoningText"] ?? piece
            item.text = text["text"]?.string ?? ""
            item.signature = text["signature"]?.string
            if item.text.isEmpty, item.signature == nil { return }
        }
        events.append(CompletionEvent(.reasoning(item)))
    }

    private mutating func endBlock(_ events: inout [CompletionEvent]) {
        switch block.kind {
        case .call where !block.hasArguments:
            events.append(CompletionEvent(.toolArguments(slot: calls - 1, "{}")))
        case .wrapped:
            let text = FreeformTool.input(of: block.text)
            if !text.isEmpty { events.append(CompletionEvent(.toolArguments(slot: calls - 1, text))) }
        case .image where !block.text.isEmpty:
            let image = MediaItem(.base64(block.text), mediaType: block.mediaType)
            events.append(CompletionEvent(.media(.image(image))))
        default: break
        }
        block = Block()
        textStart = textLength
    }

    /// The one string of a freeform tool's call; what is no such object stays as it is.
    private func native(_ root: JSONValue, _ events: inout [CompletionEvent]) {
        events.append(CompletionEvent(.native(NativeItem(dialect: "bedrock", json: RawJSON(root.rawText)))))
    }

    /// One block of a whole answer: the same pieces as in a stream.
    private mutating func readWhole(_ content: JSONValue, _ index: Int64, _ events: inout [CompletionEvent]) {
        block = Block(index: index)
        if let text = content["text"] {
            addText(text.string ?? "", &events)
        } else if let use = content["toolUse"] {
            beginCall(use, &events)
            addArguments(use["input"], &events)
        } else if let reasoning = content["reasoningContent"] {
            readReasoning(reasoning, &events)
        } else if let image = content["image"] {
            block.kind = .image
            block.mediaType = image["format"]?.string.map { "image/" + $0 }
            block.text = image["source"]?["bytes"]?.string ?? ""
        } else if let cited = content["citationsContent"] {
            for part in cited["content"]?.elements.map({ $0 }) ?? [] { addText(part["text"]?.string ?? "", &events) }
            for citation in cited["citations"]?.elements.map({ $0 }) ?? [] {
                events.append(CompletionEvent(.citation(self.citation(citation))))
            }
        } else {
            native(content, &events)
        }
        endBlock(&events)
    }

    private func citation(_ value: JSONValue) -> Citation {
        var text = ""
        if let content = value["sourceContent"] {
            for part in content.elements { text += part["text"]?.string ?? "" }
        }
        let url = value["location"]?["web"]?["url"]?.string
        return Citation(
            url: url, title: value["title"]?.string, text: text.isEmpty ? nil : text,
            range: textStart < textLength ? textStart..<textLength : nil,
            native: NativeItem(dialect: "bedrock", json: RawJSON(value.rawText)))
    }
}
