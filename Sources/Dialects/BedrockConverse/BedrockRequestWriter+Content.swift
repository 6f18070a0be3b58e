import Completions
import JSONText

extension BedrockRequestWriter {
    mutating func writeSystem(_ json: inout JSONWriter) {
        // A mode without a schema can only be asked for.
        let wantsObject = request.outputFormat == .jsonObject
        if wantsObject { translation.drop("response_format") }
        guard !conversation.system.isEmpty || wantsObject else { return }
        json.memberArray("system") { json in
            for text in conversation.system {
                json.object { $0.member("text", text.text) }
                if let marker = text.cache { writeCachePoint(marker, &json) }
            }
            if wantsObject {
                json.object { $0.member("text", "Answer with one JSON object and nothing around it.") }
            }
        }
    }

    mutating func write(
        _ turn: BedrockConversation.Turn, isLast: Bool, _ json: inout JSONWriter
    ) throws(APIError) {
        try json.object { (json) throws(APIError) in
            switch turn.role {
            case .user: json.member("role", "user")
            case .assistant: json.member("role", "assistant")
            case .system: json.member("role", "system")
            }
            try json.memberArray("content") { (json) throws(APIError) in
                for item in turn.items {
                    try write(item, of: turn.index, &json)
                    if let marker = BedrockCacheMarkers.marker(of: item) { writeCachePoint(marker, &json) }
                }
                // A document has to come with text.
                if turn.holdsOnlyFiles { json.object { $0.member("text", "The document is attached.") } }
                if isLast, let marker = markers.automatic { writeCachePoint(marker, &json) }
            }
        }
    }

    private mutating func write(_ item: MessageItem, of index: Int, _ json: inout JSONWriter) throws(APIError) {
        let path = "messages[\(index)].content"
        switch item {
        case .text(let text): json.object { $0.member("text", text.text) }
        case .refusal(let text): json.object { $0.member("text", text) }
        case .image(let media): try writeMedia("image", media, try BedrockMedia.image(media, path), path, &json)
        case .audio(let media): try writeMedia("audio", media, try BedrockMedia.audio(media, path), path, &json)
        case .video(let media): try writeMedia("video", media, try BedrockMedia.video(media, path), path, &json)
        case .file(let media): try writeMedia("document", media, try BedrockMedia.document(media, path), path, &json)
        case .reasoning(let reasoning): write(reasoning, &json)
        case .toolCall(let call): write(call, &json)
        case .toolResult(let result): try write(result, of: index, &json)
        case .serverTool: break
        case .native(let native): json.raw(native.json.text.utf8Span.span)
        }
    }

    private mutating func writeMedia(
        _ kind: StaticString, _ media: MediaItem, _ format: String, _ path: String, _ json: inout JSONWriter
    ) throws(APIError) {
        let source = try BedrockMedia.source(media, path)
        let isDocument = "\(kind)" == "document"
        let name = isDocument ? documentName(media) : nil
        json.object { json in
            json.memberObject(kind) { json in
                json.member("format", format)
                json.member("name", name)
                json.memberObject("source") { json in
                    switch source {
                    case .bytes(let text): json.member("bytes", text)
                    case .location(let uri): json.memberObject("s3Location") { $0.member("uri", uri) }
                    }
                }
            }
        }
    }

    /// A name that Converse takes and that no other document of the request has.
    private mutating func documentName(_ media: MediaItem) -> String {
        let base = BedrockMedia.documentName(media.name)
        var name = base
        var number = 2
        while !documentNames.insert(name).inserted {
            name = "\(base) (\(number))"
            number += 1
        }
        return name
    }

    private func write(_ reasoning: ReasoningItem, _ json: inout JSONWriter) {
        json.object { json in
            json.memberObject("reasoningContent") { json in
                if reasoning.kind == .encrypted {
                    json.member("redactedContent", reasoning.data)
                } else {
                    json.memberObject("reasoningText") { json in
                        json.member("text", reasoning.text)
                        json.member("signature", reasoning.signature)
                    }
                }
            }
        }
    }

    private mutating func write(_ call: ToolCallItem, _ json: inout JSONWriter) {
        let name = sentName(call.name)
        json.object { json in
            json.memberObject("toolUse") { json in
                json.member("toolUseId", BedrockIdentifier.sent(call.id))
                json.member("name", name)
                json.key("input")
                writeArguments(of: call, &json)
            }
        }
    }

    /// The arguments as the model wrote them, where they are the object that Converse wants.
    private func writeArguments(of call: ToolCallItem, _ json: inout JSONWriter) {
        if call.kind == .function {
            if call.arguments.isEmpty { return json.raw("{}") }
            if Self.isObject(call.arguments) { return json.raw(RawJSON(call.arguments)) }
        }
        json.object { $0.member("input", call.arguments) }
    }

    private static func isObject(_ text: String) -> Bool {
        let scanner = JSONScanner()
        return withExtendedLifetime(scanner) { (try? scanner.scan(copying: text))?.isObject == true }
    }

    private mutating func write(
        _ result: ToolResultItem, of index: Int, _ json: inout JSONWriter
    ) throws(APIError) {
        try json.object { (json) throws(APIError) in
            try json.memberObject("toolResult") { (json) throws(APIError) in
                json.member("toolUseId", BedrockIdentifier.sent(result.callID))
                try json.memberArray("content") { (json) throws(APIError) in
                    for item in result.content { try write(item, of: index, &json) }
                    if result.content.isEmpty { json.object { $0.member("text", "") } }
                }
                json.member("status", result.isError ? "error" : "success")
            }
        }
    }
}

extension BedrockConversation.Turn {
    fileprivate var holdsOnlyFiles: Bool {
        var hasFile = false
        for item in items {
            if case .text = item { return false }
            if case .file = item { hasFile = true }
        }
        return hasFile
    }
}
