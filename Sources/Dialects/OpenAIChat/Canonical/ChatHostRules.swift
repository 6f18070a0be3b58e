package import Catalog
package import Completions

/// What a host of the chat dialect asks of a request that this router takes, and other dialects make.
///
/// Results of tools are text there and no member says that one is an error; names of tools are at most 64 letters,
/// digits, `_` and `-`; only some hosts know freeform tools. Routers like this one know better and have no such rules.
/// Source: wire spec 5.1, 7; OpenAI's reference of chat completions.
package struct ChatHostRules: Sendable, Equatable {
    static let nameBytes = 64
    static let shortCallIDBytes = 9

    /// Whether ids of calls must be nine letters and digits, as Mistral's are. Source: wire spec 7.
    package var hasShortCallIDs: Bool
    /// Whether tools may be freeform.
    package var takesCustomTools: Bool

    package init(hasShortCallIDs: Bool = false, takesCustomTools: Bool = false) {
        self.hasShortCallIDs = hasShortCallIDs
        self.takesCustomTools = takesCustomTools
    }

    /// The rules of an endpoint's host; nil for a router.
    package init?(_ endpoint: Endpoint) {
        let quirks = endpoint.provider.quirks
        if quirks.takesRouterFields { return nil }
        hasShortCallIDs = quirks.hasShortCallIDs
        takesCustomTools = quirks.takesCustomTools
    }

    /// Whether a request has anything that the rules touch: most have not, and are sent as they were written at first.
    package func touches(_ request: CanonicalRequest) -> Bool {
        request.tools.contains { !Self.takes(name: $0.name) || !takesCustomTools && $0.isCustom }
            || request.messages.contains { $0.items.contains(where: touches) }
    }

    private func touches(_ item: MessageItem) -> Bool {
        switch item {
        case .toolCall(let call):
            !Self.takes(name: call.name) || callID(call.id) != call.id || !takesCustomTools && call.kind == .custom
        case .toolResult(let result):
            result.isError || result.content.contains(where: \.isMedia) || callID(result.callID) != result.callID
        case .text, .image, .audio, .video, .file, .reasoning, .refusal, .serverTool, .native: false
        }
    }

    static func takes(name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= nameBytes && name.utf8.allSatisfy(isNameByte)
    }

    static func isNameByte(_ byte: UInt8) -> Bool { AnthropicWords.isNameByte(byte) }

    /// The id as the host takes it: the same one always becomes the same, so that results find their calls.
    func callID(_ id: String) -> String {
        guard hasShortCallIDs else { return id }
        let isShort = id.utf8.count == Self.shortCallIDBytes && id.utf8.allSatisfy(Self.isLetterOrDigit)
        if isShort { return id }
        // FNV-1a of 64 bits, in the digits 0 to z.
        var hash = id.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        var digits: [UInt8] = []
        for _ in 0..<Self.shortCallIDBytes {
            digits.append(Self.digits[Int(hash % UInt64(Self.digits.count))])
            hash /= UInt64(Self.digits.count)
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isNameByte(byte) && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-")
    }
}

extension Tool {
    var isCustom: Bool { if case .custom = kind { true } else { false } }
}

extension MessageItem {
    /// Whether it is neither text nor a document that becomes text.
    var isMedia: Bool {
        switch self {
        case .image, .audio, .video: true
        case .file(let file): if case .text = file.source { false } else { true }
        case .text, .reasoning, .toolCall, .toolResult, .refusal, .serverTool, .native: false
        }
    }
}
