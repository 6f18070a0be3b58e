/// A request for embeddings, in no dialect. Source: openrouter spec 17.3.
package struct EmbeddingRequest: Sendable, Equatable {
    package enum Input: Sendable, Equatable {
        case text(String)
        case texts([String])
        case tokens([Int])
        case tokenLists([[Int]])
        /// Each of them becomes one vector: texts, images, sounds, films and files.
        case contents([[MessageItem]])
    }

    /// How vectors are written: as JSON numbers, or as base64 of little-endian 32-bit floats.
    package enum Encoding: String, CaseIterable, Sendable {
        case float, base64
    }

    /// `model` as the caller sent it.
    package var model: String
    package var input: Input
    /// The length that vectors shall have; nil for the model's own.
    package var dimensions: Int?
    /// nil where the caller said nothing, which is `float`.
    package var encoding: Encoding?
    /// `search_query`, `search_document`, …: what the vectors are for, in the caller's words.
    package var inputType: String?
    package var provider = ProviderPreferences()
    package var user: String?
    package var sessionID: String?
    /// `trace` as JSON text: an object.
    package var trace: RawJSON?
    /// Members that are the router's own or unknown, in the order sent.
    package var others: [NamedJSON] = []

    package init(model: String, input: Input) {
        self.model = model
        self.input = input
    }

    /// How many vectors the answer must have.
    package var count: Int {
        switch input {
        case .text, .tokens: 1
        case .texts(let texts): texts.count
        case .tokenLists(let lists): lists.count
        case .contents(let contents): contents.count
        }
    }

    /// How big the input is. Tokens count as four bytes each.
    package var promptSize: PromptSize {
        var size = PromptSize()
        size.messages = count
        switch input {
        case .text(let text): size.textBytes = text.utf8.count
        case .texts(let texts): size.textBytes = texts.reduce(0) { $0 + $1.utf8.count }
        case .tokens(let tokens): size.textBytes = tokens.count * 4
        case .tokenLists(let lists): size.textBytes = lists.reduce(0) { $0 + $1.count } * 4
        case .contents(let contents): for item in contents.joined() { size.add(item) }
        }
        return size
    }
}

extension EmbeddingRequest {
    /// Bytes of the longest text: each input has the model's context to itself. Tokens count as four bytes each.
    package var longestTextBytes: Int {
        switch input {
        case .text, .tokens: promptSize.textBytes
        case .texts(let texts): texts.reduce(0) { max($0, $1.utf8.count) }
        case .tokenLists(let lists): lists.reduce(0) { max($0, $1.count) } * 4
        case .contents(let contents):
            contents.reduce(0) { longest, content in
                var size = PromptSize()
                for item in content { size.add(item) }
                return max(longest, size.textBytes)
            }
        }
    }

    /// The kinds of content in the input; text is always among them.
    package var modalities: CompletionRequest.Modalities {
        guard case .contents(let contents) = input else { return .text }
        return contents.joined().reduce(into: .text) { kinds, item in
            switch item {
            case .image: kinds.insert(.image)
            case .audio: kinds.insert(.audio)
            case .video: kinds.insert(.video)
            case .file: kinds.insert(.file)
            case .text, .reasoning, .toolCall, .toolResult, .refusal, .serverTool, .native: break
            }
        }
    }
}

extension PromptSize {
    fileprivate mutating func add(_ item: MessageItem) {
        switch item {
        case .text(let text): textBytes += text.text.utf8.count
        case .image: images += 1
        case .audio: audios += 1
        case .video: videos += 1
        case .file: files += 1
        case .reasoning, .toolCall, .toolResult, .refusal, .serverTool, .native: break
        }
    }
}
