import Buffers
import Completions
import JSONText

/// What the model said.
extension ResponsesRequestWriter {
    /// The formats of reasoning that hosts of this dialect make; each takes back only its own.
    private var reasoningFormat: String { target.reasoningFormat ?? ResponsesRequestReader.reasoningFormat }

    mutating func writeTurn(_ message: Message, _ index: Int, _ json: inout JSONWriter) throws(APIError) {
        var position = 0
        var offset = 0
        while position < message.items.count {
            switch message.items[position] {
            case .text, .refusal:
                position = writeSpoken(message.items, from: position, &offset, &json)
                continue
            case .reasoning:
                position = writeReasoning(message.items, from: position, &json)
                continue
            case .toolCall(let call): write(call, &json)
            case .toolResult(let result): try write(result, index, &json)
            case .native(let native): write(native, &json)
            case .serverTool: break
            // What a model drew or spoke cannot be said to it again in its own name.
            case .image, .audio, .video, .file: translation.drop("messages[\(index)].images")
            }
            position += 1
        }
    }

    /// Writes texts and refusals in a row as one message, but for those of another phase; returns where they end.
    ///
    /// - Parameter offset: code points of the turn's text so far.
    private mutating func writeSpoken(
        _ items: [MessageItem], from start: Int, _ offset: inout Int, _ json: inout JSONWriter
    ) -> Int {
        json.beginObject()
        json.member("type", "message")
        json.member("role", "assistant")
        let phase = items[start].phase
        json.member("phase", phase)
        json.key("content")
        json.beginArray()
        var position = start
        loop: while position < items.count {
            switch items[position] {
            case .text(let text):
                if text.phase != phase { break loop }
                leaveOut(text.cache)
                json.object { json in
                    json.member("type", "output_text")
                    json.member("text", text.text)
                    writeAnnotations(text.citations, offset, &json)
                }
                offset += text.text.unicodeScalars.count
            case .refusal(let text):
                json.object { json in
                    json.member("type", "refusal")
                    json.member("refusal", text)
                }
            default: break loop
            }
            position += 1
        }
        json.endArray()
        json.endObject()
        return position
    }

    /// - Parameter offset: code points of the turn's text in front of the part.
    private func writeAnnotations(_ citations: [Citation], _ offset: Int, _ json: inout JSONWriter) {
        let known = citations.filter { $0.url != nil && $0.range != nil }
        if known.isEmpty { return }
        json.memberArray("annotations") { json in
            for citation in known {
                guard let url = citation.url, let range = citation.range else { continue }
                json.object { json in
                    json.member("type", "url_citation")
                    json.member("start_index", max(0, range.lowerBound - offset))
                    json.member("end_index", max(0, range.upperBound - offset))
                    json.member("url", url)
                    json.member("title", citation.title ?? url)
                }
            }
        }
    }

    private mutating func write(_ call: ToolCallItem, _ json: inout JSONWriter) {
        if call.kind == .server { return translation.drop("messages.tool_calls.\(call.name)") }
        leaveOut(call.cache)
        let isCustom = call.kind == .custom
        if isCustom { customCalls.insert(call.id) }
        let name = sentName(call.name)
        json.object { json in
            json.member("type", isCustom ? "custom_tool_call" : "function_call")
            json.member("call_id", Self.sentID(call.id))
            json.member("name", name)
            if isCustom {
                json.member("input", call.arguments)
            } else {
                json.member("arguments", call.arguments.isEmpty ? "{}" : call.arguments)
            }
            if let extras = call.extras, extras.dialect == ResponsesRequestReader.dialect {
                json.writeMembers(of: extras.json)
            }
        }
    }

    /// Items of another dialect have no words here.
    mutating func write(_ native: NativeItem, _ json: inout JSONWriter) {
        if native.dialect == ResponsesRequestReader.dialect {
            json.raw(native.json.text.utf8Span.span)
        } else if native.dialect != NativeItem.chat {
            translation.drop("messages.content.\(native.type ?? native.dialect)")
        }
    }

    /// Writes the pieces of one reasoning item; returns where they end.
    ///
    /// A provider takes back what it sealed itself, and what it never seals; a summary alone would name an item that it
    /// did not keep. Source: wire spec 6.2.
    private func writeReasoning(_ items: [MessageItem], from start: Int, _ json: inout JSONWriter) -> Int {
        var pieces: [ReasoningItem] = []
        var position = start
        while position < items.count, case .reasoning(let piece) = items[position] {
            if let first = pieces.first, first.id != piece.id || first.format != piece.format { break }
            if pieces.last?.kind == .encrypted { break }
            pieces.append(piece)
            position += 1
        }
        let sealed = pieces.last?.data
        let isOwn = pieces[0].format == reasoningFormat
        guard isOwn, sealed != nil || pieces.contains(where: { $0.kind == .text && !$0.text.isEmpty }) else {
            return position
        }
        json.object { json in
            json.member("type", "reasoning")
            json.member("id", pieces[0].id)
            json.memberArray("summary") { json in
                for piece in pieces where piece.kind == .summary { Self.write("summary_text", piece, &json) }
            }
            if pieces.contains(where: { $0.kind == .text }) {
                json.memberArray("content") { json in
                    for piece in pieces where piece.kind == .text { Self.write("reasoning_text", piece, &json) }
                }
            }
            json.member("encrypted_content", sealed)
        }
        return position
    }

    private static func write(_ type: StaticString, _ piece: ReasoningItem, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", "\(type)")
            json.member("text", piece.text)
        }
    }
}

extension MessageItem {
    /// What the message is for that it stands in.
    fileprivate var phase: String? {
        if case .text(let item) = self { item.phase } else { nil }
    }
}
