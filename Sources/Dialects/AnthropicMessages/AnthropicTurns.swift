import Completions

/// A conversation in the order that Anthropic demands: turns of user and assistant by turns, each call answered in the
/// turn behind it, results first, no empty text. Source: wire spec 5.2.
struct AnthropicTurns {
    enum Role {
        case user, assistant, system
    }

    enum Block {
        case text(TextItem)
        /// Text that stands for something which has no place where it stood.
        case note(String)
        case image(MediaItem)
        case document(MediaItem)
        case reasoning(ReasoningItem)
        /// A call, with its id and name as sent.
        case call(ToolCallItem, id: String, name: String)
        /// A result; nil for a call that was never answered.
        case result(ToolResultItem?, id: String)
        case native(RawJSON)
    }

    struct Turn {
        var role: Role
        /// Results of calls, which stand first.
        var results: [Block] = []
        var blocks: [Block] = []
    }

    private(set) var turns: [Turn] = []
    /// The messages of the system before the first turn.
    private(set) var system: [TextItem] = []
    private(set) var hasTools = false
    /// Names of what providers of other families ran themselves, of which Anthropic would want proof.
    private(set) var leftOut: [String] = []
    /// The ids of such calls, whose results follow them.
    private var foreignCalls: Set<String> = []
    private let takesSystemAnywhere: Bool
    private var ids = AnthropicCallIDs()
    /// Calls of the last turn of the assistant that wait for their results, by id as sent, in order.
    private var openCalls: [String] = []
    /// System messages that wait for a place behind the results of tools.
    private var waitingSystem: [Block] = []
    /// Images of the assistant: only users show images here.
    private var waitingMedia: [Block] = []

    init(takesSystemAnywhere: Bool) {
        self.takesSystemAnywhere = takesSystemAnywhere
    }

    /// Adds all messages and closes the conversation.
    mutating func build(
        _ messages: [Message], name: (String) -> String
    ) throws(APIError) {
        for message in messages { try add(message, name: name) }
        finish()
    }

    /// - Returns: whether there were any.
    mutating func removeCitationsOfUsers() -> Bool {
        var hadAny = false
        for turn in turns.indices where turns[turn].role == .user {
            for index in turns[turn].blocks.indices {
                guard case .text(var item) = turns[turn].blocks[index], !item.citations.isEmpty else { continue }
                item.citations = []
                turns[turn].blocks[index] = .text(item)
                hadAny = true
            }
        }
        return hadAny
    }

    private mutating func add(_ message: Message, name: (String) -> String) throws(APIError) {
        switch message.role {
        case .system, .developer: try addSystem(message)
        case .user: try addUser(message)
        case .tool: addResults(message)
        case .assistant: addAssistant(message, name: name)
        }
    }

    private mutating func addSystem(_ message: Message) throws(APIError) {
        for item in message.items {
            switch item {
            case .text(let text):
                if text.text.allSatisfy(\.isWhitespace) { continue }
                if turns.isEmpty { system.append(text) } else { waitingSystem.append(.text(text)) }
            // Such as the news that a tool can be called from here on.
            case .native(let native) where native.dialect == AnthropicWords.dialect:
                if takesSystemAnywhere, !turns.isEmpty { waitingSystem.append(.native(native.json)) }
            default:
                throw .invalid("messages", "A system message of this model is text; send other parts as the user.")
            }
        }
    }

    private mutating func addUser(_ message: Message) throws(APIError) {
        startUser()
        placeSystem(before: .user)
        turns[turns.count - 1].blocks += waitingMedia
        waitingMedia = []
        var blocks: [Block] = []
        for item in message.items { blocks.append(contentsOf: try Self.userBlocks(item)) }
        if let name = message.name { Self.prefix(&blocks, with: name) }
        turns[turns.count - 1].blocks += blocks
    }

    /// Who speaks, in the text: only OpenAI's dialects have a field for it. Source: openrouter spec 3.2.
    private static func prefix(_ blocks: inout [Block], with name: String) {
        guard let index = blocks.firstIndex(where: { if case .text = $0 { true } else { false } }),
            case .text(var item) = blocks[index]
        else { return blocks.insert(.note("\(name):"), at: 0) }
        item.text = "\(name): \(item.text)"
        blocks[index] = .text(item)
    }

    /// What a user, or a tool, may show.
    static func userBlocks(_ item: MessageItem) throws(APIError) -> [Block] {
        switch item {
        case .text(let text): return text.text.allSatisfy(\.isWhitespace) ? [] : [.text(text)]
        case .refusal(let text): return [.note(text)]
        case .image(let media): return [.image(media)]
        case .file(let media): return [media.mediaType?.hasPrefix("image/") == true ? .image(media) : .document(media)]
        case .native(let native): return native.dialect == AnthropicWords.dialect ? [.native(native.json)] : []
        case .audio: throw .invalid("messages", "This model does not take audio; send text, images or documents.")
        case .video: throw .invalid("messages", "This model does not take video; send text, images or documents.")
        case .reasoning, .toolCall, .toolResult, .serverTool: return []
        }
    }

    private mutating func addResults(_ message: Message) {
        startUser()
        let turn = turns.count - 1
        for item in message.items {
            guard case .toolResult(let result) = item else { continue }
            hasTools = true
            if let id = ids.sent(forResult: result.callID), let open = openCalls.firstIndex(of: id) {
                openCalls.remove(at: open)
                turns[turn].results.append(.result(result, id: id))
            } else {
                // Nothing asked for it, which is an error here; what it says is kept.
                let tool = result.name.map { " of \($0)" } ?? ""
                turns[turn].blocks.append(.note("Result of the tool call \(result.callID)\(tool):"))
                for inner in result.content { turns[turn].blocks += (try? Self.userBlocks(inner)) ?? [] }
            }
        }
    }

    private mutating func addAssistant(_ message: Message, name: (String) -> String) {
        var blocks: [Block] = []
        var calls: [String] = []
        for item in message.items { addAssistantItem(item, to: &blocks, calls: &calls, name: name) }
        if blocks.isEmpty { return }
        if turns.last?.role == .user { closeCalls() }
        placeSystem(before: .assistant)
        if turns.last?.role == .user { closeCalls() }
        if turns.last?.role != .assistant { turns.append(Turn(role: .assistant)) }
        turns[turns.count - 1].blocks += blocks
        openCalls += calls
    }

    private mutating func addAssistantItem(
        _ item: MessageItem, to blocks: inout [Block], calls: inout [String], name: (String) -> String
    ) {
        switch item {
        case .text(let text): if !text.text.allSatisfy(\.isWhitespace) { blocks.append(.text(text)) }
        case .refusal(let text): if !text.allSatisfy(\.isWhitespace) { blocks.append(.note(text)) }
        case .reasoning(let piece):
            // A seal cannot be made up, and that of another family means nothing here.
            guard piece.format == AnthropicWords.reasoningFormat else { return }
            if piece.kind == .encrypted ? piece.data != nil : piece.signature != nil {
                blocks.append(.reasoning(piece))
            }
        case .toolCall(let call) where call.kind == .server:
            // The provider's own tools come with results that only it can read.
            if call.id.hasPrefix(AnthropicWords.serverCallPrefix) {
                blocks.append(.call(call, id: call.id, name: call.name))
            } else {
                foreignCalls.insert(call.id)
                leftOut.append("messages.tool_calls.\(call.name)")
            }
        case .toolCall(let call):
            hasTools = true
            let id = ids.sent(forCall: call.id)
            calls.append(id)
            blocks.append(.call(call, id: id, name: name(call.name)))
        case .image(let media): waitingMedia.append(.image(media))
        case .native(let native): addAssistant(native, to: &blocks)
        case .audio, .video, .file, .toolResult, .serverTool: break
        }
    }

    private mutating func addAssistant(_ native: NativeItem, to blocks: inout [Block]) {
        if native.dialect == AnthropicWords.dialect {
            let isForeign = !foreignCalls.isEmpty && native.string(of: "tool_use_id").map(foreignCalls.contains) == true
            if !isForeign { blocks.append(.native(native.json)) }
        } else if let image = native.generatedImage {
            waitingMedia.append(.image(image))
        } else if native.dialect != NativeItem.chat {
            leftOut.append("messages.content.\(native.type ?? native.dialect)")
        }
    }

    /// Makes the last turn one of the user.
    private mutating func startUser() {
        if turns.last?.role != .user { turns.append(Turn(role: .user)) }
    }

    /// Every call needs an answer.
    private mutating func closeCalls() {
        if openCalls.isEmpty { return }
        startUser()
        for id in openCalls { turns[turns.count - 1].results.append(.result(nil, id: id)) }
        openCalls = []
    }

    /// A later system message is not moved to the front, which would change the beginning that the provider has cached.
    /// Where the model takes it, it stands between a user and an assistant; else it is a note in the user's turn.
    private mutating func placeSystem(before role: Role) {
        guard !waitingSystem.isEmpty else { return }
        if takesSystemAnywhere, role == .assistant, turns.last?.role == .user {
            turns.append(Turn(role: .system, blocks: waitingSystem))
            waitingSystem = []
            return
        }
        let notes = waitingSystem.filter { if case .text = $0 { true } else { false } }
        waitingSystem = []
        if notes.isEmpty { return }
        startUser()
        turns[turns.count - 1].blocks.append(.note("Note from the operator of this conversation:"))
        turns[turns.count - 1].blocks += notes
    }

    private mutating func finish() {
        closeCalls()
        placeSystem(before: .assistant)
        if turns.first?.role != .user { turns.insert(Turn(role: .user), at: 0) }
        for index in turns.indices { complete(index) }
    }

    private mutating func complete(_ index: Int) {
        switch turns[index].role {
        case .user:
            if turns[index].results.isEmpty, turns[index].blocks.isEmpty { turns[index].blocks = [.note(".")] }
        case .assistant:
            // A turn may not end with a thought, nor the last one with white space.
            while case .reasoning? = turns[index].blocks.last { turns[index].blocks.removeLast() }
            if index == turns.count - 1, case .text(var item)? = turns[index].blocks.last {
                while item.text.last?.isWhitespace == true { item.text.removeLast() }
                turns[index].blocks[turns[index].blocks.count - 1] = .text(item)
            }
            if turns[index].blocks.isEmpty { turns[index].blocks = [.note(".")] }
        case .system: break
        }
    }
}

/// Ids of calls as Anthropic takes them: of its own letters, and each only once.
struct AnthropicCallIDs {
    private var latest: [String: String] = [:]
    private var taken: Set<String> = []
    /// The last number that each id got, so that many alike do not each count from the first.
    private var numbers: [String: Int] = [:]

    /// The id to send for a call.
    mutating func sent(forCall id: String) -> String {
        let bytes = id.utf8.map { AnthropicWords.isNameByte($0) ? $0 : UInt8(ascii: "_") }
        let base = bytes.isEmpty ? "call" : String(decoding: bytes, as: UTF8.self)
        var candidate = base
        while taken.contains(candidate) {
            let number = numbers[base, default: 1] + 1
            numbers[base] = number
            candidate = "\(base)_\(number)"
        }
        taken.insert(candidate)
        latest[id] = candidate
        return candidate
    }

    /// The id of the latest call with the caller's id.
    func sent(forResult id: String) -> String? { latest[id] }
}
