import Buffers
import Completions
import JSONText

extension AnthropicEventReader {
    /// A block that has begun and not ended.
    struct OpenBlock {
        enum Kind {
            case text(start: Int, citations: [Citation])
            case thinking(index: Int, signature: String)
            case call(AnthropicOpenCall)
            /// The block up to the member that comes in pieces, which is its last one.
            case native(head: String, given: String, input: String)
            /// `compaction`: its content comes in one piece.
            case compaction(head: String, content: RawJSON)
        }

        var index: Int
        var kind: Kind
    }

    /// Begins a block; nil where nothing of it is to come.
    mutating func open(
        _ block: JSONValue, index: Int, isWhole: Bool, into events: inout [CompletionEvent]
    ) -> OpenBlock? {
        let type = block["type"]?.string
        if type == "text" {
            // Citations belong to their own block.
            if endedWithText { events.append(CompletionEvent(.textEnded)) }
            endedWithText = true
        } else {
            endedWithText = false
        }
        switch type {
        case "text":
            let citations = block["citations"].map { $0.elements.map { Citation(anthropic: $0) } } ?? []
            let open = OpenBlock(index: index, kind: .text(start: textLength, citations: citations))
            say(block["text"]?.string, into: &events)
            return open
        case "thinking":
            let item = OpenBlock(
                index: index, kind: .thinking(index: thoughts, signature: block["signature"]?.string ?? ""))
            thoughts += 1
            if let text = block["thinking"]?.string, !text.isEmpty { think(text, thoughts - 1, into: &events) }
            return item
        case "redacted_thinking":
            let piece = ReasoningItem(
                .encrypted, data: block["data"]?.string, format: reasoningFormat, index: thoughts)
            thoughts += 1
            events.append(CompletionEvent(.reasoning(piece)))
            return nil
        case "tool_use", "server_tool_use":
            return OpenBlock(index: index, kind: .call(openCall(block, isServer: type != "tool_use", into: &events)))
        default: return openNative(block, type, index: index, isWhole: isWhole, into: &events)
        }
    }

    /// Blocks that only this dialect knows are kept whole. What comes in pieces waits for its end.
    private func openNative(
        _ block: JSONValue, _ type: String?, index: Int, isWhole: Bool, into events: inout [CompletionEvent]
    ) -> OpenBlock? {
        if !isWhole, type == "mcp_tool_use" {
            let given = block["input"]?.rawText ?? "{}"
            return OpenBlock(
                index: index, kind: .native(head: Self.head(of: block, without: "input"), given: given, input: ""))
        }
        if !isWhole, type == "compaction" {
            return OpenBlock(
                index: index,
                kind: .compaction(
                    head: Self.head(of: block, without: "content"),
                    content: RawJSON(block["content"]?.rawText ?? "null")))
        }
        emitNative(block.rawText, into: &events)
        if let type, let tool = AnthropicServerTool.ended(block, type) {
            events.append(CompletionEvent(.serverTool(tool)))
        }
        return nil
    }

    private func emitNative(_ json: String, into events: inout [CompletionEvent]) {
        let native = NativeItem(dialect: AnthropicWords.dialect, json: RawJSON(json))
        events.append(CompletionEvent(.native(native)))
    }

    /// The block without one member and without its closing brace.
    private static func head(of block: JSONValue, without name: StaticString) -> String {
        var out = ByteBuffer()
        for member in block.members where !member.key.equals(name) {
            member.copyRaw(after: out.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","), into: &out)
        }
        return out.text
    }

    mutating func readDelta(_ root: JSONValue, into events: inout [CompletionEvent]) {
        guard let delta = root["delta"], delta.isObject else { return }
        let index = index(of: root)
        guard let place = openBlocks.lastIndex(where: { $0.index == index }) else { return }
        switch openBlocks[place].kind {
        case .text(let start, var citations):
            if let text = delta["text"] {
                say(text.string, into: &events)
            } else if let citation = delta["citation"], citation.isObject {
                citations.append(Citation(anthropic: citation))
                openBlocks[place].kind = .text(start: start, citations: citations)
            }
        case .thinking(let thought, let signature):
            if let text = delta["thinking"]?.string {
                if !text.isEmpty { think(text, thought, into: &events) }
            } else if let more = delta["signature"]?.string {
                openBlocks[place].kind = .thinking(index: thought, signature: signature + more)
            }
        case .call(var call):
            guard let json = delta["partial_json"]?.string, !json.isEmpty else { return }
            add(json, to: &call, into: &events)
            openBlocks[place].kind = .call(call)
        case .native(let head, let given, let input):
            if let json = delta["partial_json"]?.string {
                openBlocks[place].kind = .native(head: head, given: given, input: input + json)
            }
        case .compaction(let head, _):
            if let content = delta["content"] {
                openBlocks[place].kind = .compaction(head: head, content: RawJSON(content.rawText))
            }
        }
    }

    mutating func close(_ block: OpenBlock, into events: inout [CompletionEvent]) {
        switch block.kind {
        case .text(let start, let citations):
            for var citation in citations {
                citation.range = start..<textLength
                events.append(CompletionEvent(.citation(citation)))
            }
        case .thinking(let index, let signature):
            if signature.isEmpty { return }
            let seal = ReasoningItem(.text, signature: signature, format: reasoningFormat, index: index)
            events.append(CompletionEvent(.reasoning(seal)))
        case .call(let call): close(call, into: &events)
        case .native(let head, let given, let input):
            emitNative(head + ",\"input\":" + (input.isEmpty ? given : input) + "}", into: &events)
        case .compaction(let head, let content):
            emitNative(head + ",\"content\":" + content.text + "}", into: &events)
        }
    }

    private var reasoningFormat: String { translation.reasoningFormat ?? AnthropicWords.reasoningFormat }

    private func think(_ text: String, _ index: Int, into events: inout [CompletionEvent]) {
        events.append(
            CompletionEvent(.reasoning(ReasoningItem(.text, text: text, format: reasoningFormat, index: index))))
    }

    mutating func say(_ text: String?, into events: inout [CompletionEvent]) {
        guard let text, !text.isEmpty else { return }
        textLength += text.unicodeScalars.count
        events.append(CompletionEvent(.text(text)))
    }
}
