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

    /// `data: {"id":…,"provider":…,"model":…,"object":…,"created":…` without anything behind it.
    let chunkHead: [UInt8]
    /// - Parameter isStreamed: whether chunks will be written; their constant bytes are laid out only then.
    package init(
        id: String, model: String, provider: String?, created: Int64, kind: CompletionRequest.Kind,
        isStreamed: Bool = true
    ) {
        self.id = id
        self.model = model
        self.provider = provider
        self.created = created
        self.kind = kind
        guard isStreamed else {
            chunkHead = []
            return
        }
        var head = ByteBuffer(capacity: 256)
        head.append("data: {\"id\":")
        head.append(quoted: id)
        if let provider {
            head.append(",\"provider\":")
            head.append(quoted: provider)
        }
        head.append(",\"model\":")
        head.append(quoted: model)
        head.append(kind == .chat ? ",\"object\":\"chat.completion.chunk\"" : ",\"object\":\"text_completion\"")
        head.append(",\"created\":")
        head.append(decimal: created)
        chunkHead = head.span.array
    }

    /// Appends the members every plain answer begins with, from the opening brace on.
    func writeAnswerHead(into out: inout ByteBuffer) {
        out.append("{\"id\":")
        out.append(quoted: id)
        out.append(kind == .chat ? ",\"object\":\"chat.completion\"" : ",\"object\":\"text_completion\"")
        out.append(",\"created\":")
        out.append(decimal: created)
        out.append(",\"model\":")
        out.append(quoted: model)
        if let provider {
            out.append(",\"provider\":")
            out.append(quoted: provider)
        }
    }
}

extension Span<UInt8> {
    /// A copy of the bytes.
    var array: [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in indices { copy.append(self[index]) }
        return copy
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
