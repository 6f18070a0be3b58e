import Completions
import JSONText

/// One item of an answer's `output`, as far as it has come. Source: openrouter spec 27.3.
struct ResponsesItem: Sendable {
    enum Kind: Sendable {
        case message, reasoning, functionCall, customCall
        /// A use of a tool that the provider runs itself: `tool` says which.
        case serverTool
        /// An item that came in the words of this dialect: `text` is its JSON.
        case native
    }

    enum Status: String, Sendable {
        case inProgress = "in_progress"
        case completed
        case incomplete
    }

    let kind: Kind
    let id: String
    var status = Status.inProgress
    /// Of a message or of reasoning.
    var parts: [ResponsesPart] = []
    /// Of a message: what it is for.
    var phase: String?
    /// Arguments of a call, data of an image.
    var text = ""
    var tool: ServerToolItem?
    var name = ""
    var callID = ""
    /// Members of a call or an image that came in the words of this dialect, as an object.
    var extras: RawJSON?
    /// What seals reasoning, and in whose format.
    var data: String?
    var signature: String?
    var format: String?

    init(_ kind: Kind, id: String) {
        self.kind = kind
        self.id = id
    }

    /// Writes the item as it is now.
    func write(_ json: inout JSONWriter) {
        if kind == .native {
            json.raw(text.utf8Span.span)
            return
        }
        if let tool { return write(tool, &json) }
        json.beginObject()
        json.member("id", id)
        switch kind {
        case .message: writeMessage(&json)
        case .reasoning: writeReasoning(&json)
        case .functionCall, .customCall: writeCall(&json)
        case .serverTool, .native: break
        }
        json.endObject()
    }

    private func writeMessage(_ json: inout JSONWriter) {
        json.member("type", "message")
        json.member("status", status.rawValue)
        json.member("role", "assistant")
        json.member("phase", phase)
        json.memberArray("content") { json in
            for part in parts { part.write(&json) }
        }
    }

    private func writeReasoning(_ json: inout JSONWriter) {
        json.member("type", "reasoning")
        json.memberArray("summary") { json in
            for part in parts where part.kind == .summary { part.write(&json) }
        }
        if parts.contains(where: { $0.kind == .reasoning }) {
            json.memberArray("content") { json in
                for part in parts where part.kind == .reasoning { part.write(&json) }
            }
        }
        json.member("encrypted_content", data)
        json.member("format", format)
        json.member("signature", signature)
    }

    private func writeCall(_ json: inout JSONWriter) {
        json.member("type", kind == .customCall ? "custom_tool_call" : "function_call")
        json.member("status", status.rawValue)
        json.member("call_id", callID)
        json.member("name", name)
        if kind == .customCall {
            json.member("input", text)
        } else {
            // The model may call without arguments; who parses them needs an object.
            json.member("arguments", text.isEmpty && status != .inProgress ? "{}" : text)
        }
        if let extras { json.writeMembers(of: extras) }
    }
}

/// One part of a message or of reasoning.
struct ResponsesPart: Sendable {
    enum Kind: Sendable {
        case text, refusal, summary, reasoning
    }

    let kind: Kind
    var text = ""
    /// Each as JSON.
    var annotations: [String] = []
    /// Each an array of entries as JSON.
    var logprobs: [RawJSON] = []
    /// Arrays that no delta has carried yet, counted from the end.
    var unsentLogprobs = 0

    init(_ kind: Kind) {
        self.kind = kind
    }

    func write(_ json: inout JSONWriter) {
        json.object { json in
            switch kind {
            case .text:
                json.member("type", "output_text")
                json.member("text", text)
                json.memberArray("annotations") { json in
                    for annotation in annotations { json.raw(annotation.utf8Span.span) }
                }
                json.key("logprobs")
                json.writeEntries(logprobs)
            case .refusal:
                json.member("type", "refusal")
                json.member("refusal", text)
            case .summary:
                json.member("type", "summary_text")
                json.member("text", text)
            case .reasoning:
                json.member("type", "reasoning_text")
                json.member("text", text)
            }
        }
    }
}

extension JSONWriter {
    /// Writes the members of an object into the open one.
    mutating func writeMembers(of object: RawJSON) {
        let scanner = JSONScanner()
        guard let root = try? scanner.scan(copying: object.text) else { return }
        for member in root.members {
            key(text: member.key.string)
            raw(member.value)
        }
    }

    /// Writes several arrays as one.
    mutating func writeEntries(_ arrays: some Sequence<RawJSON>) {
        array { json in
            for entries in arrays {
                let inner = entries.text.utf8.drop { $0 != UInt8(ascii: "[") }.dropFirst()
                let contents = String(decoding: inner.prefix(max(0, inner.count - 1)), as: UTF8.self)
                if contents.utf8.contains(where: { $0 > 0x20 }) { json.raw(contents.utf8Span.span) }
            }
        }
    }
}
