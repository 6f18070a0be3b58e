import Accounting
import Buffers
import Completions
import JSONText

/// OpenAI's embeddings, as most providers take them.
enum OpenAIEmbeddings {
    static func write(
        _ request: EmbeddingRequest, for target: TranslationTarget, into out: inout ByteBuffer
    ) -> Translation {
        out.appendJSON { json in
            json.object { json in
                json.member("model", target.model)
                json.key("input")
                write(request.input, &json)
                json.member("encoding_format", request.encoding?.rawValue)
                json.member("dimensions", request.dimensions)
                json.member("input_type", request.inputType)
                json.member("user", request.user)
                json.members(request.others.forProviders)
            }
        }
        return Translation()
    }

    private static func write(_ input: EmbeddingRequest.Input, _ json: inout JSONWriter) {
        switch input {
        case .text(let text): json.string(text)
        case .texts(let texts): json.array { json in for text in texts { json.string(text) } }
        case .tokens(let tokens): write(tokens, &json)
        case .tokenLists(let lists): json.array { json in for tokens in lists { write(tokens, &json) } }
        case .contents(let contents):
            json.array { json in
                for content in contents {
                    json.object { json in
                        json.memberArray("content") { json in for item in content { write(item, &json) } }
                    }
                }
            }
        }
    }

    private static func write(_ tokens: [Int], _ json: inout JSONWriter) {
        json.array { json in for token in tokens { json.integer(token) } }
    }

    /// OpenRouter's parts, which those hosts take that take any.
    private static func write(_ item: MessageItem, _ json: inout JSONWriter) {
        json.object { json in
            switch item {
            case .text(let text):
                json.member("type", "text")
                json.member("text", text.text)
            case .image(let media):
                json.member("type", "image_url")
                json.memberObject("image_url") { json in
                    json.member("url", media.address)
                    json.member("detail", media.detail)
                }
            case .audio(let media): inline("input_audio", media, &json)
            case .video(let media): inline("input_video", media, &json)
            case .file(let media): inline("input_file", media, &json)
            case .reasoning, .toolCall, .toolResult, .refusal, .serverTool, .native: break
            }
        }
    }

    private static func inline(_ type: StaticString, _ media: MediaItem, _ json: inout JSONWriter) {
        json.member("type", "\(type)")
        json.memberObject(type) { json in
            if case .base64(let text) = media.source {
                json.member("data", text)
            } else {
                json.member("data", media.address)
            }
            json.member("format", media.mediaType.map { String($0.split(separator: "/").last ?? "") })
        }
    }

    static func readAnswer(
        _ root: JSONValue, _ encoding: EmbeddingRequest.Encoding
    ) throws(AnswerError) -> EmbeddingAnswer {
        guard let data = root["data"], data.isArray else {
            throw AnswerError(status: 502, message: "The provider's answer has no embeddings in 'data'.")
        }
        var answer = EmbeddingAnswer()
        answer.id = root["id"]?.string
        var places: [Int] = []
        for (position, entry) in data.elements.enumerated() {
            answer.vectors.append(try EmbeddingVectors.read(entry["embedding"], encoding))
            places.append(entry["index"]?.integer.flatMap { Int(exactly: $0) } ?? position)
        }
        // Hosts that work in batches may send them in another order.
        if places != Array(places.indices), places.sorted() == Array(places.indices) {
            let vectors = answer.vectors
            for (position, place) in places.enumerated() { answer.vectors[place] = vectors[position] }
        }
        answer.usage = root["usage"].flatMap(usage)
        return answer
    }

    /// Some hosts, like Voyage, report the total alone.
    static func usage(_ value: JSONValue) -> TokenUsage? {
        if let usage = ChatUsage.read(value) { return usage }
        guard let total = value["total_tokens"]?.integer else { return nil }
        return TokenUsage(prompt: Int(min(max(total, 0), 1 << 40)), completion: 0)
    }
}

extension MediaItem {
    /// A URL, or a data URL of what is inline.
    fileprivate var address: String {
        switch source {
        case .url(let url): url
        case .base64(let text): "data:\(mediaType ?? "application/octet-stream");base64,\(text)"
        case .text(let text): "data:text/plain;base64,\(Base64.encode(text.utf8Span.span))"
        case .fileID(let id): id
        }
    }
}
