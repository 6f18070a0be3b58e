package import Completions
package import JSONText

/// The messages of a request as compression sees them: where they are in its bytes, and what they take.
package struct Conversation: Sendable, Equatable {
    package enum Role: UInt8, Sendable {
        case system, user, assistant, tool
    }

    /// A text of a message, which may be shortened.
    package struct Text: Sendable, Equatable {
        /// The JSON string with its quotes.
        package var range: Range<Int>
        package var tokens: Int

        package init(range: Range<Int>, tokens: Int) {
            self.range = range
            self.tokens = tokens
        }
    }

    package struct Message: Sendable, Equatable {
        package var role: Role
        package var range: Range<Int>
        /// Of everything in it, its texts included.
        package var tokens: Int
        package var texts: [Text]
        /// Whether it calls tools, and by which ids.
        package var hasCalls: Bool
        package var callIDs: [String]
        /// The id of the call that it answers.
        package var answeredID: String?

        package init(
            role: Role, range: Range<Int>, tokens: Int, texts: [Text] = [], callIDs: [String]? = nil,
            answeredID: String? = nil
        ) {
            self.role = role
            self.range = range
            self.tokens = tokens
            self.texts = texts
            hasCalls = callIDs != nil
            self.callIDs = callIDs ?? []
            self.answeredID = answeredID
        }
    }

    package var messages: [Message]
    /// What the prompt has beside its messages: tools, above all.
    package var otherTokens: Int

    package init(messages: [Message], otherTokens: Int = 0) {
        self.messages = messages
        self.otherTokens = otherTokens
    }

    package var tokens: Int { messages.reduce(otherTokens) { $0 + $1.tokens } }

    /// Reads a chat request that was decoded without fault.
    ///
    /// - Parameter source: the bytes that `root` was scanned from.
    package init(_ root: JSONValue, of request: CompletionRequest, in source: Span<UInt8>) {
        let size = request.promptSize
        otherTokens = size.toolBytes / CompressionLimits.bytesPerToken + size.tools * CompressionLimits.toolTokens + 3
        messages = []
        messages.reserveCapacity(size.messages)
        guard let list = root["messages"] else { return }
        for element in list.elements { messages.append(Message(element, in: source)) }
    }
}

extension Conversation.Message {
    fileprivate init(_ value: JSONValue, in source: Span<UInt8>) {
        let role = value["role"]?.string
        self.init(role: Self.role(role), range: value.range, tokens: CompressionLimits.messageTokens)
        for member in value.members {
            switch member.name {
            case "content": readContent(member.value, in: source)
            case "tool_calls":
                guard member.value.count > 0 else { break }
                hasCalls = true
                for call in member.value.elements {
                    if let id = call["id"]?.string { callIDs.append(id) }
                }
                tokens += Self.estimate(member.value.range, source)
            case "function_call":
                hasCalls = !member.value.isNull
                tokens += Self.estimate(member.value.range, source)
            case "tool_call_id": answeredID = member.value.string
            case "reasoning", "reasoning_content", "name": tokens += Self.estimate(member.value.range, source)
            default: break
            }
        }
    }

    private static func role(_ name: String?) -> Conversation.Role {
        switch name {
        case "system", "developer": .system
        case "assistant": .assistant
        case "tool", "function": .tool
        default: .user
        }
    }

    private mutating func readContent(_ content: JSONValue, in source: Span<UInt8>) {
        if content.kind == .string { return add(content, source) }
        for part in content.elements {
            if let text = part["text"], text.kind == .string {
                add(text, source)
            } else {
                tokens += CompressionLimits.mediaTokens
            }
        }
    }

    private mutating func add(_ text: JSONValue, _ source: Span<UInt8>) {
        var estimator = TokenEstimator()
        estimator.add(escaped: source.extracting(text.range))
        texts.append(Conversation.Text(range: text.range, tokens: estimator.tokens))
        tokens += estimator.tokens
    }

    private static func estimate(_ range: Range<Int>, _ source: Span<UInt8>) -> Int {
        var estimator = TokenEstimator()
        estimator.add(source.extracting(range))
        return estimator.tokens
    }
}
