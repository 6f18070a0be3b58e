import Completions
import JSONText

/// The content of one candidate. Source: wire spec 6.2, 7, 8.
extension GeminiEventReader {
    mutating func readContent(of candidate: JSONValue, _ index: Int, _ events: inout [CompletionEvent]) {
        if choices[index] == nil { choices[index] = GeminiChoice() }
        if let grounding = candidate["groundingMetadata"] { note(grounding, index, &events) }
        if let parts = candidate["content"]?["parts"] {
            for part in parts.elements { read(part, index, &events) }
        }
        // Citations belong to the text before them, its seal stands behind both.
        var seal: CompletionEvent?
        if let last = events.last, last.choice == index, last.isTextSeal { seal = events.removeLast() }
        defer { if let seal { events.append(seal) } }
        if let logprobs = candidate["logprobsResult"], let entries = GeminiLogprobs.entries(logprobs) {
            events.append(CompletionEvent(.logprobs(entries), choice: index))
        }
        if let grounding = candidate["groundingMetadata"] {
            add(GeminiCitations.grounding(grounding, text: choices[index]!.text), index, &events)
        }
        if let sources = candidate["citationMetadata"] {
            add(GeminiCitations.recitation(sources, text: choices[index]!.text), index, &events)
        }
    }

    private mutating func add(_ citations: [Citation], _ index: Int, _ events: inout [CompletionEvent]) {
        for citation in citations {
            guard choices[index]!.cited.insert(citation.identity).inserted else { continue }
            events.append(CompletionEvent(.citation(citation), choice: index))
        }
    }

    private mutating func read(_ part: JSONValue, _ index: Int, _ events: inout [CompletionEvent]) {
        let signature = part["thoughtSignature"]?.string
        if let call = part["functionCall"] { return read(call: call, signature, index, &events) }
        let isThought = part["thought"]?.bool == true
        if let text = part["text"]?.string {
            if isThought {
                guard !text.isEmpty || signature != nil else { return }
                let item = ReasoningItem(.text, text: text, signature: signature, format: format)
                return events.append(CompletionEvent(.reasoning(item), choice: index))
            }
            say(text, index, &events)
        } else if let data = part["inlineData"] {
            // Images of its thinking are drafts of the one that follows.
            if !isThought { read(data: data, index, &events) }
        } else if let file = part["fileData"], let uri = file["fileUri"]?.string {
            let media = MediaItem(.url(uri), mediaType: file["mimeType"]?.string)
            choices[index]!.hasOutput = true
            events.append(CompletionEvent(.media(.file(media)), choice: index))
        } else if let code = part["executableCode"] {
            return run(code, index, &events)
        } else if let result = part["codeExecutionResult"] {
            return endRun(result, index, &events)
        } else if part.count > 0 {
            let native = NativeItem(dialect: GeminiRequestWriter.dialect, json: RawJSON(part.compactText))
            return events.append(CompletionEvent(.native(native), choice: index))
        }
        guard let signature else { return }
        // The seal of what was just said: reasoning without text, as OpenRouter gives it.
        let seal = ReasoningItem(.text, signature: signature, format: format)
        events.append(CompletionEvent(.reasoning(seal), choice: index))
    }

    private var format: String { translation.reasoningFormat ?? GeminiRequestWriter.reasoningFormat }

    private mutating func say(_ text: String, _ index: Int, _ events: inout [CompletionEvent]) {
        guard !text.isEmpty else { return }
        choices[index]!.hasOutput = true
        if let count = choices[index]!.text?.count {
            if count + text.utf8.count > DialectLimits.citedTextBytes {
                choices[index]!.text = nil
            } else {
                choices[index]!.text!.append(contentsOf: text.utf8)
            }
        }
        events.append(CompletionEvent(.text(text), choice: index))
    }

    private mutating func read(data: JSONValue, _ index: Int, _ events: inout [CompletionEvent]) {
        guard let base64 = data["data"]?.string, !base64.isEmpty else { return }
        choices[index]!.hasOutput = true
        let type = data["mimeType"]?.string
        let content: CompletionEvent.Content
        if type?.hasPrefix("audio/") == true {
            content = .audio(id: nil, data: base64, transcript: nil, expiresAt: nil)
        } else {
            let media = MediaItem(.base64(base64), mediaType: type)
            content = .media(
                type?.hasPrefix("image/") == true
                    ? .image(media) : type?.hasPrefix("video/") == true ? .video(media) : .file(media))
        }
        events.append(CompletionEvent(content, choice: index))
    }
}

/// Calls: whole in one part, or, where the endpoint was told to stream arguments, in pieces.
extension GeminiEventReader {
    private mutating func read(
        call: JSONValue, _ signature: String?, _ index: Int, _ events: inout [CompletionEvent]
    ) {
        let goesOn = call["willContinue"]?.bool == true
        let pieces = call["partialArgs"]
        if let name = call["name"]?.string {
            closeCall(index, &events)
            let slot = begin(call, name, signature, index, &events)
            if !goesOn, pieces == nil { return write(call["args"]?.compactText ?? "{}", slot, name, index, &events) }
            choices[index]!.openCall = GeminiPartialCall(slot: slot, name: name)
        }
        if let pieces { choices[index]!.openCall?.add(pieces) }
        if !goesOn { closeCall(index, &events) }
    }

    private mutating func begin(
        _ call: JSONValue, _ name: String, _ signature: String?, _ index: Int, _ events: inout [CompletionEvent]
    ) -> Int {
        let slot = choices[index]!.slots
        choices[index]!.slots += 1
        let given = call["id"]?.string ?? ""
        let id = given.isEmpty ? callID() : given
        let kind: ToolCallItem.Kind = translation.wrappedTools.contains(name) ? .custom : .function
        let content = CompletionEvent.Content.toolCall(
            slot: slot, kind: kind, id: id, name: translation.names.original(of: name))
        events.append(CompletionEvent(content, choice: index))
        if let signature { events.append(CompletionEvent(.toolSignature(slot: slot, signature), choice: index)) }
        return slot
    }

    /// Ends the call whose arguments came in pieces, if there is one.
    mutating func closeCall(_ index: Int, _ events: inout [CompletionEvent]) {
        guard let call = choices[index]?.openCall else { return }
        choices[index]!.openCall = nil
        write(call.arguments, call.slot, call.name, index, &events)
    }

    private func write(
        _ arguments: String, _ slot: Int, _ name: String, _ index: Int, _ events: inout [CompletionEvent]
    ) {
        let text = translation.wrappedTools.contains(name) ? FreeformTool.input(of: arguments) : arguments
        events.append(CompletionEvent(.toolArguments(slot: slot, text), choice: index))
    }
}

extension CompletionEvent {
    fileprivate var isTextSeal: Bool {
        guard case .reasoning(let item) = content else { return false }
        return item.kind == .text && item.text.isEmpty && item.signature != nil
    }
}

extension JSONValue {
    /// The source without white space between tokens: Google indents its answers, which says nothing. Strings, numbers
    /// and the order of members stay as they are.
    var compactText: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var isInString = false
        var isEscaped = false
        withRawSpan { span in
            for index in span.indices {
                let byte = span[index]
                if isInString {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInString = false
                    }
                } else if byte == UInt8(ascii: "\"") {
                    isInString = true
                } else if byte <= UInt8(ascii: " ") {
                    continue
                }
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
