import Buffers
import Completions
import JSONText

/// A content block of a stream: what has come of it and is not written yet.
struct AnthropicOutputBlock {
    enum Kind {
        case text
        /// What seals the thoughts; their text is in pieces.
        case reasoning(ReasoningItem)
        case call(AnthropicOutputCall)
        /// A block that comes in one piece.
        case whole(RawJSON)
    }

    enum Piece {
        case text(String), thinking(String), json(String)
        case citation(RawJSON)
    }

    var kind: Kind
    var pieces: [Piece] = []
    /// Whether nothing more can come.
    var isWhole = false
    /// Whether text has had a citation, behind which other text is another block.
    var isCited = false
    private var hasStarted = false

    init(_ kind: Kind) {
        self.kind = kind
        if case .whole = kind { isWhole = true }
    }

    /// Whether this is a call of which more may come. Freeform input has no end of its own, so the next block ends it.
    var isOpenCall: Bool {
        if case .call(let call) = kind { call.kind != .custom && !call.isWhole } else { false }
    }

    /// Whether this is the call of that slot, and nothing of it is written.
    func isWaitingCall(_ slot: Int) -> Bool {
        if case .call(let call) = kind { call.slot == slot && !hasStarted } else { false }
    }

    /// Whether its beginning can be written.
    var isReady: Bool {
        if hasStarted || isWhole { return true }
        return switch kind {
        case .text, .whole: true
        // What else a call says of itself stands before its arguments.
        case .call: !pieces.isEmpty
        // Sealed data is written whole; a hidden thought only where there is a seal.
        case .reasoning(let item): item.kind != .encrypted && !pieces.isEmpty
        }
    }

    /// Whether there is nothing to write at all: a thought without text or seal.
    var isVoid: Bool {
        guard case .reasoning(let item) = kind, !hasStarted, pieces.isEmpty, item.kind != .encrypted else {
            return false
        }
        return SealedReasoning.signature(for: item).isEmpty
    }

    /// Writes the beginning, where that has not been done, and the pieces.
    mutating func write(index: Int, into out: inout ByteBuffer) {
        if !hasStarted {
            hasStarted = true
            writeStart(index, &out)
        }
        for piece in pieces { write(piece, index, &out) }
        pieces.removeAll(keepingCapacity: true)
    }

    /// Writes the end.
    func writeStop(index: Int, into out: inout ByteBuffer) {
        switch kind {
        case .call(let call): if let end = call.end { write(.json(end), index, &out) }
        case .reasoning(let item) where item.kind != .encrypted:
            let signature = SealedReasoning.signature(for: item)
            if !signature.isEmpty {
                writeDelta(index, &out) { json in
                    json.member("type", "signature_delta")
                    json.member("signature", signature)
                }
            }
        default: break
        }
        AnthropicFrame.write("content_block_stop", into: &out) { $0.member("index", index) }
    }

    private func writeStart(_ index: Int, _ out: inout ByteBuffer) {
        AnthropicFrame.write("content_block_start", into: &out) { json in
            json.member("index", index)
            json.key("content_block")
            switch kind {
            case .text:
                json.object { json in
                    json.member("type", "text")
                    json.member("text", "")
                }
            case .whole(let raw): json.raw(raw)
            case .reasoning(let item) where item.kind == .encrypted:
                json.object { json in
                    json.member("type", "redacted_thinking")
                    json.member("data", SealedReasoning.data(for: item))
                }
            case .reasoning:
                json.object { json in
                    json.member("type", "thinking")
                    json.member("thinking", "")
                    json.member("signature", "")
                }
            case .call(let call): call.writeStart(&json)
            }
        }
    }

    private func write(_ piece: Piece, _ index: Int, _ out: inout ByteBuffer) {
        writeDelta(index, &out) { json in
            switch piece {
            case .text(let text):
                json.member("type", "text_delta")
                json.member("text", text)
            case .thinking(let text):
                json.member("type", "thinking_delta")
                json.member("thinking", text)
            case .json(let text):
                json.member("type", "input_json_delta")
                json.member("partial_json", text)
            case .citation(let citation):
                json.member("type", "citations_delta")
                json.member("citation", citation)
            }
        }
    }

    private func writeDelta(_ index: Int, _ out: inout ByteBuffer, _ members: (inout JSONWriter) -> Void) {
        AnthropicFrame.write("content_block_delta", into: &out) { json in
            json.member("index", index)
            json.memberObject("delta", members)
        }
    }
}

/// A call on its way to the caller.
struct AnthropicOutputCall {
    let slot: Int
    let kind: ToolCallItem.Kind
    let id: String
    let name: String
    var extras: RawJSON?
    private var arguments = JSONProgress()
    private var hasFreeform = false

    init(slot: Int, kind: ToolCallItem.Kind, id: String, name: String) {
        self.slot = slot
        self.kind = kind
        self.id = id
        self.name = name
    }

    /// Whether the arguments are a whole JSON value.
    var isWhole: Bool { kind != .custom && arguments.isWhole }

    /// More arguments; what is to be sent of them. Freeform input goes as the one argument of an object.
    mutating func take(_ text: String) -> String {
        guard kind == .custom else {
            arguments.take(text)
            return text
        }
        let escaped = RawJSON(string: text).text.dropFirst().dropLast()
        defer { hasFreeform = true }
        return (hasFreeform ? "" : "{\"input\":\"") + escaped
    }

    /// What closes the arguments.
    var end: String? { kind == .custom ? hasFreeform ? "\"}" : "{\"input\":\"\"}" : nil }

    func writeStart(_ json: inout JSONWriter) {
        json.object { json in
            json.member("type", kind == .server ? "server_tool_use" : "tool_use")
            json.member("id", id)
            json.member("name", name)
            json.memberObject("input") { _ in }
            if let extras { AnthropicBlocks().writeMembers(of: extras, &json) }
        }
    }
}

/// How far a JSON value has come that arrives in pieces: its brackets are counted, not its grammar.
struct JSONProgress {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Whether the bracket that it began with is closed.
    private(set) var isWhole = false

    mutating func take(_ text: String) {
        for byte in text.utf8 {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { isWhole = true }
            default: break
            }
        }
    }
}
