extension CanonicalRequest {
    /// Whether earlier turns bring thinking back, or seals of it.
    package var hasThoughts: Bool { messages.contains { $0.items.contains(where: \.isThought) } }

    /// Takes all earlier thinking out, and what is sealed to it: for a provider that does not know it as its own any
    /// more. Source: wire spec 6.2, 10.3.
    package mutating func removeThoughts() {
        for index in messages.indices {
            messages[index].items = messages[index].items.compactMap(\.withoutThought)
        }
        messages.removeAll { $0.role == .assistant && $0.items.isEmpty }
    }
}

extension MessageItem {
    fileprivate var isThought: Bool {
        switch self {
        case .reasoning: true
        case .text(let text): text.signature != nil
        case .toolCall(let call): call.signature != nil
        case .image, .audio, .video, .file, .toolResult, .refusal, .serverTool, .native: false
        }
    }

    fileprivate var withoutThought: MessageItem? {
        switch self {
        case .reasoning: return nil
        case .text(var text):
            text.signature = nil
            return .text(text)
        case .toolCall(var call):
            // Among them is the id by which a provider finds the thinking that led to the call.
            call.extras = nil
            call.signature = nil
            return .toolCall(call)
        case .image, .audio, .video, .file, .toolResult, .refusal, .serverTool, .native: return self
        }
    }
}
