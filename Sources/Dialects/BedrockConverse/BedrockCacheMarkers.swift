import Completions

/// Which of a request's cache markers become `cachePoint` blocks: those of models that know them, and no more than they
/// take. The first, which changes least, and the last ones are kept. Source: wire spec 5.4.
struct BedrockCacheMarkers {
    private let family: BedrockModelFamily
    private let count: Int
    private var position = 0
    /// Whether the caller marked something and the model cannot cache.
    let isDropped: Bool
    /// The marker of the request as a whole, which belongs behind its last block.
    let automatic: CacheMarker?

    init(_ request: CanonicalRequest, _ conversation: BedrockConversation, tools: [Tool], family: BedrockModelFamily) {
        self.family = family
        var count = family == .claude ? tools.count { $0.cache != nil } : 0
        count += conversation.system.count { $0.cache != nil }
        for turn in conversation.turns { count += turn.items.count { Self.marker(of: $0) != nil } }
        automatic = request.cache
        if automatic != nil { count += 1 }
        self.count = count
        isDropped = !family.takesCachePoints && count > 0
    }

    /// Whether the next marker becomes a block. Asked once for each, in the order they are written.
    mutating func takesNext() -> Bool {
        defer { position += 1 }
        guard family.takesCachePoints else { return false }
        return count <= BedrockLimits.cachePoints || position == 0
            || position > count - BedrockLimits.cachePoints
    }

    /// How long the block asks for; nil for the provider's usual time.
    func ttl(of marker: CacheMarker) -> String? {
        guard family == .claude, let ttl = marker.ttl, ttl == "5m" || ttl == "1h" else { return nil }
        return ttl
    }

    /// A marker inside a tool's result counts for all of it.
    static func marker(of item: MessageItem) -> CacheMarker? {
        switch item {
        case .text(let text): text.cache
        case .image(let media), .audio(let media), .video(let media), .file(let media): media.cache
        case .toolCall(let call): call.cache
        case .toolResult(let result): result.cache ?? result.content.lazy.compactMap { marker(of: $0) }.first
        case .reasoning, .refusal, .serverTool, .native: nil
        }
    }
}
