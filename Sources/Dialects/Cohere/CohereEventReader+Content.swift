import Buffers
import Completions
import JSONText

/// A call that is being written.
struct CohereCall: Sendable {
    var index: Int64
    /// As Cohere calls the tool.
    var name: String
    /// Whether arguments have gone on to the caller.
    var hasArguments = false
    /// What waits: all of a freeform tool's arguments, which must be unwrapped, and `null`, which means none.
    var held = ""
    var hasEnded = false
}

/// Text, thoughts, calls and citations. Source: wire spec 6.2, 7, 8.
extension CohereEventReader {
    mutating func read(block: JSONValue, _ index: Int64, _ events: inout [CompletionEvent]) {
        if let text = block["text"]?.string {
            if blockStarts[index] == nil, blockStarts.count < DialectLimits.trackedToolCalls {
                blockStarts[index] = textLength
            }
            guard !text.isEmpty else { return }
            textLength += text.unicodeScalars.count
            events.append(CompletionEvent(.text(text)))
        } else {
            think(block["thinking"]?.string, &events)
        }
    }

    func think(_ text: String?, _ events: inout [CompletionEvent]) {
        guard let text, !text.isEmpty else { return }
        events.append(CompletionEvent(.reasoning(ReasoningItem(.text, text: text, format: "unknown"))))
    }

    // MARK: - Calls

    mutating func begin(call: JSONValue, _ index: Int64, _ events: inout [CompletionEvent]) {
        let slot = calls.count
        guard slot < DialectLimits.trackedToolCalls else { return }
        let name = call["function"]?["name"]?.string ?? ""
        let given = call["id"]?.string ?? ""
        calls.append(CohereCall(index: index, name: name))
        let content = CompletionEvent.Content.toolCall(
            slot: slot, kind: translation.wrappedTools.contains(name) ? .custom : .function,
            id: given.isEmpty ? callID(slot) : given, name: translation.names.original(of: name))
        events.append(CompletionEvent(content))
        guard let arguments = call["function"]?["arguments"] else { return }
        add(arguments.string ?? arguments.compactText, index, &events)
    }

    mutating func add(_ text: String, _ index: Int64, _ events: inout [CompletionEvent]) {
        guard !text.isEmpty, let slot = calls.lastIndex(where: { $0.index == index && !$0.hasEnded }) else { return }
        let isFreeform = translation.wrappedTools.contains(calls[slot].name)
        if isFreeform || !calls[slot].hasArguments && "null".hasPrefix(calls[slot].held + text) {
            calls[slot].held += text
            return
        }
        let all = calls[slot].held + text
        calls[slot].held = ""
        calls[slot].hasArguments = true
        events.append(CompletionEvent(.toolArguments(slot: slot, all)))
    }

    mutating func end(call index: Int64, _ events: inout [CompletionEvent]) {
        guard let slot = calls.lastIndex(where: { $0.index == index && !$0.hasEnded }) else { return }
        calls[slot].hasEnded = true
        guard !calls[slot].hasArguments else { return }
        var text = calls[slot].held
        if translation.wrappedTools.contains(calls[slot].name) {
            text = FreeformTool.input(of: text)
        } else if text.isEmpty || text == "null" {
            text = "{}"
        }
        events.append(CompletionEvent(.toolArguments(slot: slot, text)))
    }

    // MARK: - Sources and probabilities

    /// One citation for each source; places are code points within a block of text.
    func read(_ citation: JSONValue, _ events: inout [CompletionEvent]) {
        // Those of thoughts and plans stand in no text that a caller sees.
        if let type = citation["type"]?.string, type != "TEXT_CONTENT" { return }
        var range: Range<Int>?
        if let start = citation["start"]?.integer, let end = citation["end"]?.integer, 0 <= start, start <= end,
            end <= DialectLimits.outputTokens.upperBound
        {
            let base = citation["content_index"]?.integer.flatMap { blockStarts[$0] } ?? 0
            range = base + Int(start)..<base + Int(end)
        }
        let native = NativeItem(dialect: CohereRequestWriter.dialect, json: RawJSON(citation.compactText))
        var isNamed = false
        if let sources = citation["sources"] {
            for source in sources.elements {
                isNamed = true
                let document = source["document"] ?? source["tool_output"] ?? source
                let item = Citation(
                    url: document["url"]?.string, title: document["title"]?.string,
                    text: (document["text"] ?? document["snippet"])?.string, range: range, native: native)
                events.append(CompletionEvent(.citation(item)))
            }
        }
        if !isNamed { events.append(CompletionEvent(.citation(Citation(range: range, native: native)))) }
    }

    /// Stretches of text with the probabilities of their tokens, one entry each.
    func readLogprobs(_ stretches: [JSONValue], _ events: inout [CompletionEvent]) {
        var out = ByteBuffer()
        var count = 0
        out.appendJSON { json in
            json.beginArray()
            for stretch in stretches {
                guard let text = stretch["text"]?.string, let values = stretch["logprobs"], values.count > 0 else {
                    continue
                }
                count += 1
                json.object { json in
                    json.member("token", text)
                    json.key("logprob")
                    if values.count == 1, let only = values[0], only.isNumber {
                        json.raw(only)
                    } else {
                        json.double(values.elements.reduce(0) { $0 + ($1.double ?? 0) })
                    }
                    json.memberArray("bytes") { json in for byte in text.utf8 { json.integer(Int(byte)) } }
                    json.memberArray("top_logprobs") { _ in }
                }
            }
            json.endArray()
        }
        if count > 0 { events.append(CompletionEvent(.logprobs(RawJSON(out.text)))) }
    }
}
