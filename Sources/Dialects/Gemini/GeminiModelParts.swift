import Completions

/// The parts of a turn of the model's, each with the signature that came with it. Source: wire spec 5.3.
///
/// A signature comes back in one of four ways: with its call or text, as encrypted reasoning with the call's id, as
/// reasoning that has a signature and no text (that of the visible text), or inside the call's id. Each is sent once:
/// the same one on two parts would be billed twice.
struct GeminiModelParts {
    struct Part {
        enum Content {
            case text(String, isThought: Bool)
            case call(ToolCallItem)
            case media(MessageItem, place: Int)
            /// A part of Gemini's own, as it wrote it.
            case native(String)
        }

        var content: Content
        var signature: String?

        /// Whether a signature that came by itself may be this part's.
        var takesSignature: Bool {
            guard signature == nil else { return false }
            return switch content {
            case .text(_, let isThought): !isThought
            case .media: true
            case .call, .native: false
            }
        }
    }

    private(set) var parts: [Part] = []
    /// The places of items that only another provider knows.
    private(set) var leftOut: [Int] = []
    private var used: Set<String> = []
    /// A signature whose part has not come yet.
    private var held: String?

    /// - Parameters:
    ///   - format: the format of reasoning that goes back.
    ///   - takesDialect: the name of Gemini's own parts.
    init(_ message: Message, format: String, takesDialect: String) {
        let seals = Self.seals(message, format)
        for (place, item) in message.items.enumerated() {
            switch item {
            case .text(let text): add(text)
            case .refusal(let text): if !text.isEmpty { append(.text(text, isThought: false), nil) }
            case .reasoning(let item): if item.format == format { add(item, isCallSeal: seals[item.id ?? ""] != nil) }
            // Run by another provider, whose words for it Gemini does not know.
            case .toolCall(let call) where call.kind == .server: leftOut.append(place)
            case .toolCall(let call): add(call, seal: seals[call.id])
            case .image, .audio, .video, .file: append(.media(item, place: place), take())
            case .native(let native):
                if native.dialect == takesDialect {
                    append(.native(native.json.text), nil)
                } else if let image = native.generatedImage {
                    append(.media(.image(image), place: place), take())
                } else {
                    leftOut.append(place)
                }
            case .toolResult, .serverTool: break
            }
        }
        if let signature = take() { append(.text("", isThought: false), signature) }
    }

    /// Encrypted reasoning by the id of the call it belongs to.
    private static func seals(_ message: Message, _ format: String) -> [String: String] {
        var ids: Set<String> = []
        for case .toolCall(let call) in message.items { ids.insert(call.id) }
        var seals: [String: String] = [:]
        for case .reasoning(let item) in message.items where item.format == format {
            if item.kind == .encrypted, let id = item.id, ids.contains(id), let data = item.data { seals[id] = data }
        }
        return seals
    }

    private mutating func add(_ text: TextItem) {
        let signature = text.signature ?? take()
        if !text.text.isEmpty || signature != nil { append(.text(text.text, isThought: false), signature) }
    }

    private mutating func add(_ item: ReasoningItem, isCallSeal: Bool) {
        if item.kind == .encrypted {
            if !isCallSeal, let data = item.data { hold(data) }
            return
        }
        if !item.text.isEmpty { append(.text(item.text, isThought: true), nil) }
        if let signature = item.signature { hold(signature) }
    }

    private mutating func add(_ call: ToolCallItem, seal: String?) {
        let own = call.signature ?? seal ?? GeminiSignature.embedded(in: call.id)
        append(.call(call), own ?? (parts.contains { $0.isCall } ? nil : take()))
    }

    /// The signature belongs to what was just said, or to what is said next.
    private mutating func hold(_ signature: String) {
        if let last = parts.last, last.takesSignature, used.insert(signature).inserted {
            parts[parts.count - 1].signature = signature
        } else if !used.contains(signature) {
            held = signature
        }
    }

    private mutating func take() -> String? {
        defer { held = nil }
        return held
    }

    private mutating func append(_ content: Part.Content, _ signature: String?) {
        var part = Part(content: content)
        if let signature, used.insert(signature).inserted { part.signature = signature }
        parts.append(part)
    }
}

extension GeminiModelParts.Part {
    fileprivate var isCall: Bool {
        if case .call = content { return true }
        return false
    }
}

/// What signs a part.
enum GeminiSignature {
    /// base64("skip_thought_signature_validator").
    static let lastResort = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="
    /// Between a call's id and the signature that a gateway before us put into it.
    private static let separator = "__thought__"

    /// The signature inside of an id.
    static func embedded(in id: String) -> String? { split(id)?.signature }

    /// The id without a signature.
    static func plainID(_ id: String) -> String { split(id)?.id ?? id }

    private static func split(_ id: String) -> (id: String, signature: String)? {
        let mark = Array(separator.utf8)
        let bytes = Array(id.utf8)
        guard bytes.count > mark.count else { return nil }
        for start in 0...(bytes.count - mark.count) where bytes[start..<start + mark.count].elementsEqual(mark) {
            let signature = String(decoding: bytes[(start + mark.count)...], as: UTF8.self)
            return signature.isEmpty ? nil : (String(decoding: bytes[..<start], as: UTF8.self), signature)
        }
        return nil
    }
}
