import Completions
import JSONText

extension ResponsesEventReader {
    // MARK: Deltas

    mutating func readText(_ root: JSONValue, into events: inout [CompletionEvent]) {
        guard let text = root["delta"]?.string, !text.isEmpty else { return }
        let item = place(root)
        let part = contentPart(root["content_index"], of: item)
        add(text: text, part, of: item, into: &events)
        if let logprobs = root["logprobs"], logprobs.count > 0 {
            events.append(CompletionEvent(.logprobs(RawJSON(logprobs.rawText))))
        }
    }

    /// A part of text in front of which there was another one, and nothing else, is another piece.
    private func beginText(into events: inout [CompletionEvent]) {
        if textLength > 0 { events.append(CompletionEvent(.textEnded)) }
    }

    private mutating func add(
        text: String, _ part: Int, of item: Int, into events: inout [CompletionEvent]
    ) {
        if items[item].contents[part].text.isEmpty { beginText(into: &events) }
        items[item].contents[part].text += text
        textLength += text.unicodeScalars.count
        events.append(CompletionEvent(.text(text)))
    }

    mutating func readRefusal(_ root: JSONValue, into events: inout [CompletionEvent]) {
        guard let text = root["delta"]?.string, !text.isEmpty else { return }
        let item = place(root)
        let part = contentPart(root["content_index"], of: item)
        items[item].contents[part].text += text
        events.append(CompletionEvent(.refusal(text)))
    }

    mutating func readAnnotation(_ root: JSONValue, into events: inout [CompletionEvent]) {
        guard let annotation = root["annotation"], annotation.isObject else { return }
        let item = place(root)
        let part = contentPart(root["content_index"], of: item)
        items[item].contents[part].annotations += 1
        let offset = items[item].contents[part].offset
        events.append(CompletionEvent(.citation(ResponsesRequestReader.readCitation(annotation, offset: offset))))
    }

    mutating func readArguments(_ root: JSONValue, into events: inout [CompletionEvent]) {
        let item = place(root)
        guard let slot = items[item].slot, let text = root["delta"]?.string, !text.isEmpty else { return }
        items[item].arguments += text
        events.append(CompletionEvent(.toolArguments(slot: slot, text)))
    }

    mutating func readReasoning(
        _ root: JSONValue, _ kind: ReasoningItem.Kind, _ index: JSONValue?, into events: inout [CompletionEvent]
    ) {
        guard let text = root["delta"]?.string, !text.isEmpty else { return }
        let item = place(root)
        if items[item].id == nil { items[item].id = root["item_id"]?.string }
        let number = index?.integer.flatMap { Int(exactly: $0) } ?? 0
        add(text, kind, number, of: item, into: &events)
    }

    private mutating func add(
        _ text: String, _ kind: ReasoningItem.Kind, _ number: Int, of item: Int, into events: inout [CompletionEvent]
    ) {
        let part = reasoningPart(kind, number, of: item)
        if kind == .summary {
            items[item].summaries[part].text += text
        } else {
            items[item].contents[part].text += text
        }
        let piece = kind == .summary ? items[item].summaries[part].piece : items[item].contents[part].piece
        events.append(CompletionEvent(.reasoning(reasoning(kind, text, piece, of: item))))
    }

    private func reasoning(_ kind: ReasoningItem.Kind, _ text: String, _ piece: Int, of item: Int) -> ReasoningItem {
        ReasoningItem(
            kind, text: text, id: items[item].id,
            format: items[item].format ?? translation.reasoningFormat ?? ResponsesRequestReader.reasoningFormat,
            index: piece)
    }

    private mutating func contentPart(_ index: JSONValue?, of item: Int) -> Int {
        contentPart(index?.integer.flatMap { Int(exactly: $0) } ?? 0, of: item)
    }

    private mutating func contentPart(_ number: Int, of item: Int) -> Int {
        if let found = items[item].contents.lastIndex(where: { $0.index == number }) { return found }
        items[item].contents.append(Part(index: number, offset: textLength))
        return items[item].contents.count - 1
    }

    private mutating func reasoningPart(_ kind: ReasoningItem.Kind, _ number: Int, of item: Int) -> Int {
        let parts = kind == .summary ? items[item].summaries : items[item].contents
        if let found = parts.lastIndex(where: { $0.index == number }) { return found }
        let part = Part(index: number, piece: nextPiece())
        if kind == .summary { items[item].summaries.append(part) } else { items[item].contents.append(part) }
        return parts.count
    }

    private mutating func nextPiece() -> Int {
        pieces += 1
        return pieces - 1
    }

    // MARK: Items

    mutating func open(_ value: JSONValue, at index: Int?, into events: inout [CompletionEvent]) {
        // Without an index, each beginning is another item.
        let place = place(at: index ?? (items.last?.index ?? -1) + 1)
        let type = value["type"]
        if type?.equals("message") == true { begin(value, at: place, into: &events) }
        if type?.equals("reasoning") == true { note(value, of: place) }
        if type?.equals("function_call") == true { openCall(value, .function, at: place, into: &events) }
        if type?.equals("custom_tool_call") == true { openCall(value, .custom, at: place, into: &events) }
        openTool(type, value["id"]?.string, at: place, into: &events)
    }

    /// Notes what a message is for, once, and before its text.
    private mutating func begin(_ message: JSONValue, at place: Int, into events: inout [CompletionEvent]) {
        guard items[place].contents.isEmpty else { return }
        let phase = message["phase"]?.string
        if phase == self.phase { return }
        self.phase = phase
        events.append(CompletionEvent(.phase(phase)))
    }

    private mutating func note(_ value: JSONValue, of place: Int) {
        if let id = value["id"]?.string, !id.isEmpty, items[place].id == nil { items[place].id = id }
        if let format = value["format"]?.string { items[place].format = format }
    }

    private mutating func openCall(
        _ value: JSONValue, _ kind: ToolCallItem.Kind, at place: Int, into events: inout [CompletionEvent]
    ) {
        guard items[place].slot == nil, let name = value["name"]?.string, !name.isEmpty else { return }
        let given = value["call_id"]?.string ?? ""
        let own = value["id"]?.string ?? ""
        let id = !given.isEmpty ? given : !own.isEmpty ? own : madeID(calls)
        items[place].slot = calls
        let original = translation.names.original(of: name)
        events.append(CompletionEvent(.toolCall(slot: calls, kind: kind, id: id, name: original)))
        calls += 1
    }

    /// Takes what the deltas did not bring from the whole item.
    mutating func close(_ value: JSONValue, at index: Int?, into events: inout [CompletionEvent]) {
        let place = place(at: index)
        if items[place].isDone { return }
        items[place].isDone = true
        switch value["type"]?.string ?? "" {
        case "message": closeMessage(value, at: place, into: &events)
        case "reasoning": closeReasoning(value, at: place, into: &events)
        case "function_call": closeCall(value, .function, "arguments", at: place, into: &events)
        case "custom_tool_call": closeCall(value, .custom, "input", at: place, into: &events)
        case "web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call":
            closeTool(value, at: place, into: &events)
        default:
            let native = NativeItem(dialect: ResponsesRequestReader.dialect, json: RawJSON(value.rawText))
            events.append(CompletionEvent(.native(native)))
        }
    }

    private mutating func closeCall(
        _ value: JSONValue, _ kind: ToolCallItem.Kind, _ member: StaticString, at place: Int,
        into events: inout [CompletionEvent]
    ) {
        openCall(value, kind, at: place, into: &events)
        guard let slot = items[place].slot else { return }
        if let extras = ResponsesRequestReader.callExtras(value) {
            events.append(CompletionEvent(.toolExtras(slot: slot, extras)))
        }
        // Some hosts write the object itself.
        guard let arguments = value[member], !arguments.isNull else { return }
        let whole = arguments.string ?? arguments.rawText
        if let rest = Self.rest(of: whole, after: items[place].arguments) {
            events.append(CompletionEvent(.toolArguments(slot: slot, rest)))
        }
    }

    private mutating func closeMessage(_ value: JSONValue, at place: Int, into events: inout [CompletionEvent]) {
        guard let content = value["content"] else { return }
        begin(value, at: place, into: &events)
        var number = 0
        for part in content.elements {
            let index = contentPart(number, of: place)
            number += 1
            let said = items[place].contents[index].text
            if said.isEmpty { items[place].contents[index].offset = textLength }
            if let text = Self.rest(of: part["text"]?.string, after: said) {
                add(text: text, index, of: place, into: &events)
            }
            if let text = Self.rest(of: part["refusal"]?.string, after: said) {
                events.append(CompletionEvent(.refusal(text)))
            }
            if said.isEmpty, let logprobs = part["logprobs"], logprobs.count > 0 {
                events.append(CompletionEvent(.logprobs(RawJSON(logprobs.rawText))))
            }
            guard let annotations = part["annotations"], items[place].contents[index].annotations == 0 else { continue }
            let offset = items[place].contents[index].offset
            for annotation in annotations.elements {
                let citation = ResponsesRequestReader.readCitation(annotation, offset: offset)
                events.append(CompletionEvent(.citation(citation)))
            }
        }
    }

    private mutating func closeReasoning(_ value: JSONValue, at place: Int, into events: inout [CompletionEvent]) {
        note(value, of: place)
        close(value["summary"], .summary, of: place, into: &events)
        close(value["content"], .text, of: place, into: &events)
        if let signature = value["signature"]?.string, !signature.isEmpty {
            let piece = items[place].contents.last?.piece ?? nextPiece()
            var item = reasoning(.text, "", piece, of: place)
            item.signature = signature
            events.append(CompletionEvent(.reasoning(item)))
        }
        if let data = value["encrypted_content"]?.string, !data.isEmpty {
            var item = reasoning(.encrypted, "", nextPiece(), of: place)
            item.data = data
            events.append(CompletionEvent(.reasoning(item)))
        }
    }

    private mutating func close(
        _ texts: JSONValue?, _ kind: ReasoningItem.Kind, of place: Int, into events: inout [CompletionEvent]
    ) {
        guard let texts else { return }
        var number = 0
        for element in texts.elements {
            let parts = kind == .summary ? items[place].summaries : items[place].contents
            let said = parts.first { $0.index == number }?.text ?? ""
            if let text = Self.rest(of: element["text"]?.string, after: said) {
                add(text, kind, number, of: place, into: &events)
            }
            number += 1
        }
    }
}
