import Buffers
package import Completions
import JSONText

/// What every answer of one generation carries whatever the upstream wrote: id, model, provider, time.
///
/// Built once the provider of the answer is known; its constant bytes are laid out then, so that a chunk starts with
/// one copy.
package struct ResponseStamp: Sendable {
    /// The generation id, `gen-…`, which is also `X-Generation-Id`.
    package let id: String
    /// The slug that serves the request: never an alias, a router or a preset.
    package let model: String
    /// Display name; nil while no provider has answered (error chunks only).
    package let provider: String?
    /// Unix seconds of the request.
    package let created: Int64
    package let kind: CompletionRequest.Kind

    /// `data: {"id":…,"provider":…,"model":…,"created":…`: every event begins with it, and behind its first six bytes
    /// every plain answer.
    private let head: [UInt8]

    package init(id: String, model: String, provider: String?, created: Int64, kind: CompletionRequest.Kind) {
        self.id = id
        self.model = model
        self.provider = provider
        self.created = created
        self.kind = kind
        var head = ByteBuffer(capacity: 256)
        // Generation ids are ours, so they need no escapes.
        head.append("data: {\"id\":\"")
        head.append(text: id)
        head.append("\"")
        if let provider {
            head.append(",\"provider\":")
            head.append(quoted: provider)
        }
        head.append(",\"model\":")
        head.append(quoted: model)
        head.append(",\"created\":")
        head.append(decimal: created)
        self.head = head.span.array
    }

    /// Appends what every event begins with.
    func writeEventHead(into out: inout ByteBuffer) {
        out.append(head.span)
    }

    /// Appends what follows the members that are passed on: the object's type, and the first choice up to its text.
    func writeFirstChoice(_ index: Int, into out: inout ByteBuffer) {
        switch kind {
        case .chat where index == 0:
            // Nearly every chunk has one choice, and that is the first.
            out.append(
                """
                ,"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":
                """)
            return
        case .chat: out.append(",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":")
        case .text: out.append(",\"object\":\"text_completion\",\"choices\":[{\"index\":")
        }
        out.append(decimal: index)
        writeTextKey(into: &out)
    }

    /// Appends what stands between a choice's index and its text.
    func writeTextKey(into out: inout ByteBuffer) {
        switch kind {
        case .chat: out.append(",\"delta\":{\"role\":\"assistant\",\"content\":")
        case .text: out.append(",\"text\":")
        }
    }

    /// Appends the members every plain answer begins with, from the opening brace on.
    func writeAnswerHead(into out: inout ByteBuffer) {
        out.append(head.span.extracting(6...))
        switch kind {
        case .chat: out.append(",\"object\":\"chat.completion\"")
        case .text: out.append(",\"object\":\"text_completion\"")
        }
    }
}

extension Span<UInt8> {
    /// A copy of the bytes.
    var array: [UInt8] {
        // Sound: the pointer is used only within the call.
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
    }
}

extension ByteBuffer {
    /// Appends text as a JSON string.
    mutating func append(quoted text: String) {
        appendJSON { $0.string(text) }
    }

    /// Appends bytes as a JSON string.
    mutating func append(quoted bytes: Span<UInt8>) {
        appendJSON { $0.string(bytes: bytes) }
    }
}
