import Buffers
import Completions
import JSONText

extension ResponsesEventWriter {
    // MARK: Messages

    /// A message of another phase is another item.
    mutating func begin(_ phase: String?, into out: inout ByteBuffer) {
        if phase == self.phase { return }
        self.phase = phase
        if let index = open, items[index].kind == .message { closeOpen(into: &out) }
    }

    mutating func writeText(_ text: String, into out: inout ByteBuffer) {
        if text.isEmpty { return }
        let (index, part) = openPart(.text, of: .message, into: &out)
        items[index].parts[part].text += text
        textLength += text.unicodeScalars.count
        let unsent = items[index].parts[part].unsentLogprobs
        items[index].parts[part].unsentLogprobs = 0
        let logprobs = unsent == 0 ? [] : items[index].parts[part].logprobs.suffix(unsent)
        send("response.output_text.delta", about: index, into: &out) { json in
            json.member("content_index", part)
            json.member("delta", text)
            json.key("logprobs")
            json.writeEntries(logprobs)
        }
    }

    mutating func writeRefusal(_ text: String, into out: inout ByteBuffer) {
        if text.isEmpty { return }
        let (index, part) = openPart(.refusal, of: .message, into: &out)
        items[index].parts[part].text += text
        send("response.refusal.delta", about: index, into: &out) { json in
            json.member("content_index", part)
            json.member("delta", text)
        }
    }

    /// Probabilities belong to the open text, or to the one that comes.
    mutating func note(_ entries: RawJSON) {
        let entries = entries.onOneLine
        guard let index = open, isPartOpen, let part = items[index].parts.indices.last,
            items[index].parts[part].kind == .text
        else {
            pendingLogprobs.append(entries)
            return
        }
        items[index].parts[part].logprobs.append(entries)
        items[index].parts[part].unsentLogprobs += 1
    }

    mutating func writeCitation(_ citation: Citation, into out: inout ByteBuffer) {
        let (index, part) = openPart(.text, of: .message, into: &out)
        let annotation = annotation(of: citation)
        let number = items[index].parts[part].annotations.count
        items[index].parts[part].annotations.append(annotation)
        send("response.output_text.annotation.added", about: index, into: &out) { json in
            json.member("content_index", part)
            json.member("annotation_index", number)
            json.key("annotation")
            json.raw(annotation.utf8Span.span)
        }
    }

    private func annotation(of citation: Citation) -> String {
        let range = citation.range ?? partOffset..<partOffset
        if let url = citation.url {
            return .json { json in
                json.object { json in
                    json.member("type", "url_citation")
                    json.member("start_index", max(0, range.lowerBound - partOffset))
                    json.member("end_index", max(0, range.upperBound - partOffset))
                    json.member("url", url)
                    json.member("title", citation.title ?? url)
                    json.member("content", citation.text)
                }
            }
        }
        if let native = citation.native, native.dialect == ResponsesRequestReader.dialect {
            return native.json.onOneLine.text
        }
        // A document without an address. Its `index` is where in the text it is cited.
        return .json { json in
            json.object { json in
                json.member("type", "file_citation")
                json.member("file_id", citation.documentName)
                json.member("filename", citation.title ?? "")
                json.member("index", max(0, range.upperBound - partOffset))
                json.member("start_index", max(0, range.lowerBound - partOffset))
                json.member("end_index", max(0, range.upperBound - partOffset))
                json.member("content", citation.text)
                citation.writeOrigin(&json)
            }
        }
    }

    // MARK: Reasoning

    mutating func writeReasoning(_ piece: ReasoningItem, into out: inout ByteBuffer) {
        if piece.text.isEmpty, piece.data == nil, piece.signature == nil { return }
        openReasoning(for: piece, into: &out)
        guard let index = open else { return }
        lastPiece = piece
        items[index].format = items[index].format ?? piece.format
        items[index].signature = piece.signature ?? items[index].signature
        if let data = piece.data { items[index].data = (items[index].data ?? "") + data }
        if piece.kind == .encrypted || piece.text.isEmpty { return }
        let kind: ResponsesPart.Kind = piece.kind == .summary ? .summary : .reasoning
        let part = openPart(kind, of: .reasoning, into: &out).part
        items[index].parts[part].text += piece.text
        let number = numberOf(part, in: index)
        send(
            kind == .summary ? "response.reasoning_summary_text.delta" : "response.reasoning_text.delta",
            about: index, into: &out
        ) { json in
            json.member(kind == .summary ? "summary_index" : "content_index", number)
            json.member("delta", piece.text)
        }
    }

    /// Makes the open item the one that a piece belongs to.
    private mutating func openReasoning(for piece: ReasoningItem, into out: inout ByteBuffer) {
        if let index = open, items[index].kind == .reasoning, let last = lastPiece {
            let isSame = piece.id != nil && piece.id == last.id && (piece.format == nil || piece.format == last.format)
            if last.isContinued(by: piece) || (isSame && last.signature == nil && last.data == nil) {
                if !last.isContinued(by: piece) { closePart(into: &out) }
                return
            }
        }
        closeOpen(into: &out)
        var item = ResponsesItem(.reasoning, id: reasoningID(piece))
        item.format = piece.format
        open = add(item, into: &out)
    }

    /// The provider's own id, which it may want back, or one of ours.
    private func reasoningID(_ piece: ReasoningItem) -> String {
        guard let id = piece.id, !id.isEmpty, !itemIDs.contains(id) else { return itemID("rs") }
        return id
    }

    /// Summaries and texts are counted apart.
    private func numberOf(_ part: Int, in index: Int) -> Int {
        let kind = items[index].parts[part].kind
        return items[index].parts[..<part].count { $0.kind == kind }
    }

    // MARK: Parts

    /// The open part if it is of this kind, else a new one in the open item, else one in a new item.
    private mutating func openPart(
        _ kind: ResponsesPart.Kind, of itemKind: ResponsesItem.Kind, into out: inout ByteBuffer
    ) -> (index: Int, part: Int) {
        if let index = open, items[index].kind == itemKind {
            if isPartOpen, let last = items[index].parts.last, last.kind == kind {
                return (index, items[index].parts.count - 1)
            }
            closePart(into: &out)
        } else {
            closeOpen(into: &out)
            var message = ResponsesItem(.message, id: itemID("msg"))
            message.phase = phase
            open = add(message, into: &out)
        }
        let index = open ?? 0
        let part = items[index].parts.count
        items[index].parts.append(ResponsesPart(kind))
        isPartOpen = true
        sendPart(isDone: false, part, of: index, into: &out)
        if kind == .text {
            partOffset = textLength
            items[index].parts[part].logprobs = pendingLogprobs
            items[index].parts[part].unsentLogprobs = pendingLogprobs.count
            pendingLogprobs = []
        }
        return (index, part)
    }

    /// Closes the growing part of the open item, if there is one.
    mutating func closePart(into out: inout ByteBuffer) {
        guard let index = open, isPartOpen, let part = items[index].parts.indices.last else { return }
        isPartOpen = false
        let content = items[index].parts[part]
        let number = numberOf(part, in: index)
        switch content.kind {
        case .text:
            send("response.output_text.done", about: index, into: &out) { json in
                json.member("content_index", part)
                json.member("text", content.text)
                json.key("logprobs")
                json.writeEntries(content.logprobs)
            }
        case .refusal:
            send("response.refusal.done", about: index, into: &out) { json in
                json.member("content_index", part)
                json.member("refusal", content.text)
            }
        case .summary:
            send("response.reasoning_summary_text.done", about: index, into: &out) { json in
                json.member("summary_index", number)
                json.member("text", content.text)
            }
        case .reasoning:
            send("response.reasoning_text.done", about: index, into: &out) { json in
                json.member("content_index", number)
                json.member("text", content.text)
            }
        }
        sendPart(isDone: true, part, of: index, into: &out)
    }

    private mutating func sendPart(isDone: Bool, _ part: Int, of index: Int, into out: inout ByteBuffer) {
        let content = items[index].parts[part]
        let isSummary = content.kind == .summary
        let number = items[index].kind == .reasoning ? numberOf(part, in: index) : part
        let type: StaticString =
            switch (isSummary, isDone) {
            case (true, false): "response.reasoning_summary_part.added"
            case (true, true): "response.reasoning_summary_part.done"
            case (false, false): "response.content_part.added"
            case (false, true): "response.content_part.done"
            }
        send(type, about: index, into: &out) { json in
            json.member(isSummary ? "summary_index" : "content_index", number)
            json.key("part")
            content.write(&json)
        }
    }
}
