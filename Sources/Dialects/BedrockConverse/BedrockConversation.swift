import Completions

/// A conversation under Converse's rules: the system's words apart, turns that alternate and begin with the user, and
/// behind each turn that calls tools one turn with the results of exactly those calls. Source: wire spec 5.4.
struct BedrockConversation {
    struct Turn {
        enum Role { case user, assistant, system }

        var role: Role
        var items: [MessageItem]
        /// The message that it began with, for error messages.
        var index: Int
    }

    private(set) var system: [TextItem] = []
    private(set) var turns: [Turn] = []
    /// Whether something in the messages was left out that has no place here.
    private(set) var leavesOut = false

    /// What stands for a message where there has to be one.
    private static let placeholder = "."

    init(_ messages: [Message], for target: TranslationTarget) throws(APIError) {
        for (index, message) in messages.enumerated() { try add(message, index) }
        settleSystem(target.abilities.contains(.systemAnywhere))
        if turns.first?.role != .user {
            turns.insert(Turn(role: .user, items: [.text(TextItem(Self.placeholder))], index: 0), at: 0)
        }
        pairTools()
        try finish(canContinue: target.abilities.contains(.prefill))
    }

    /// Whether tools are called or answered anywhere.
    var hasToolBlocks: Bool {
        turns.contains { turn in
            turn.items.contains { item in
                switch item {
                case .toolCall, .toolResult: true
                default: false
                }
            }
        }
    }

    /// Whether the model is in the middle of a turn with tools that it began without signed thinking: it cannot be made
    /// to think then.
    var isInLoopWithoutThinking: Bool {
        guard turns.count >= 2, turns[turns.count - 1].hasResults else { return false }
        if case .reasoning? = turns[turns.count - 2].items.first { return false }
        return true
    }

    private mutating func add(_ message: Message, _ index: Int) throws(APIError) {
        switch message.role {
        case .system, .developer: try addSystem(message, index)
        case .user, .tool:
            var items = try kept(message, index)
            if let name = message.name { Self.prefix(&items, with: name) }
            append(.user, items, index)
        case .assistant: append(.assistant, try kept(message, index), index)
        }
    }

    private mutating func kept(_ message: Message, _ index: Int) throws(APIError) -> [MessageItem] {
        var items: [MessageItem] = []
        for item in message.items {
            try BedrockMedia.check(item, "messages[\(index)].content")
            if let kept = keep(item) { items.append(kept) }
        }
        return items
    }

    /// Who speaks, in the text: Converse has no field for it. Source: openrouter spec 3.2.
    private static func prefix(_ items: inout [MessageItem], with name: String) {
        for index in items.indices {
            guard case .text(var item) = items[index] else { continue }
            item.text = "\(name): \(item.text)"
            items[index] = .text(item)
            return
        }
        items.insert(.text(TextItem("\(name):")), at: 0)
    }

    private mutating func addSystem(_ message: Message, _ index: Int) throws(APIError) {
        var texts: [TextItem] = []
        for item in message.items {
            guard case .text(let text) = item else {
                throw .invalid(
                    "messages[\(index)].content", "A system message may only hold text here; send the rest as the user."
                )
            }
            if !Self.isBlank(text.text) { texts.append(text) }
        }
        if turns.isEmpty {
            system += texts
        } else {
            append(.system, texts.map { .text($0) }, index)
        }
    }

    /// Words of the system between other turns: in place where the model takes them, behind a user's turn and before
    /// one of the assistant. Elsewhere they become a user's, for at the front they would change what was cached.
    private mutating func settleSystem(_ isTaken: Bool) {
        let written = turns
        turns = []
        for (position, turn) in written.enumerated() {
            let before = position > 0 ? written[position - 1].role : nil
            let after = position + 1 < written.count ? written[position + 1].role : .assistant
            if turn.role != .system || isTaken && before == .user && after == .assistant {
                append(turn.role, turn.items, turn.index)
                continue
            }
            let notes = turn.items.map { item in
                guard case .text(var text) = item else { return item }
                text.text = "Note from the operator: " + text.text
                return MessageItem.text(text)
            }
            append(.user, notes, turn.index)
        }
    }

    /// What Converse has a block for; nil for what it refuses or cannot know.
    private mutating func keep(_ item: MessageItem) -> MessageItem? {
        switch item {
        case .text(let text): return Self.isBlank(text.text) ? nil : item
        case .refusal(let text): return Self.isBlank(text) ? nil : .text(TextItem(text))
        case .reasoning(let reasoning): return Self.isSealed(reasoning) ? item : nil
        case .toolCall(let call) where call.kind == .server:
            leavesOut = true
            return nil
        case .native(let native) where native.dialect != "bedrock":
            leavesOut = true
            return nil
        case .serverTool: return nil
        case .image, .audio, .video, .file, .toolCall, .toolResult, .native: return item
        }
    }

    private mutating func append(_ role: Turn.Role, _ items: [MessageItem], _ index: Int) {
        if items.isEmpty { return }
        if turns.last?.role == role {
            turns[turns.count - 1].items += items
        } else {
            turns.append(Turn(role: role, items: items, index: index))
        }
    }

    /// Puts results first, adds those that are missing, and makes text of those that answer nothing.
    private mutating func pairTools() {
        var index = 0
        while index < turns.count {
            if turns[index].role == .user {
                let calls = index > 0 ? turns[index - 1].calls : []
                turns[index].items = Self.paired(turns[index].items, with: calls)
            } else if turns[index].hasCalls, index + 1 == turns.count || turns[index + 1].role != .user {
                turns.insert(Turn(role: .user, items: [], index: turns[index].index), at: index + 1)
            }
            index += 1
        }
    }

    private static func paired(_ items: [MessageItem], with calls: [ToolCallItem]) -> [MessageItem] {
        var open = calls.map(\.id)
        var results: [MessageItem] = []
        var rest: [MessageItem] = []
        for item in items {
            guard case .toolResult(let result) = item else {
                rest.append(item)
                continue
            }
            if let place = open.firstIndex(of: result.callID) {
                open.remove(at: place)
                results.append(item)
            } else {
                rest.append(.text(TextItem("Result of the tool call \(result.callID):")))
                rest += result.content
            }
        }
        for id in open {
            let content = MessageItem.text(TextItem("There is no result."))
            results.append(.toolResult(ToolResultItem(callID: id, content: [content], isError: true)))
        }
        return results + rest
    }

    /// A last turn of the assistant is the beginning of the answer.
    private mutating func finish(canContinue: Bool) throws(APIError) {
        guard let last = turns.last, last.role == .assistant else { return }
        guard canContinue else {
            throw .invalid(
                "messages[\(last.index)]",
                "This model does not continue a message of the assistant; end with one of the user.")
        }
        guard case .text(var text)? = last.items.last else { return }
        text.text = Self.trimmingEnd(text.text)
        turns[turns.count - 1].items[last.items.count - 1] = .text(text)
    }
}

extension BedrockConversation.Turn {
    var calls: [ToolCallItem] {
        items.compactMap { item in
            if case .toolCall(let call) = item { return call }
            return nil
        }
    }

    var hasCalls: Bool { !calls.isEmpty }

    var hasResults: Bool {
        if case .toolResult? = items.first { return true }
        return false
    }
}

extension BedrockConversation {
    /// Whether its maker can tell that it is unchanged. What is not sealed would be refused, or believed wrongly.
    fileprivate static func isSealed(_ item: ReasoningItem) -> Bool {
        guard item.format == nil || item.format == BedrockModelFamily.claude.reasoningFormat else { return false }
        return item.kind == .encrypted
            ? item.data?.isEmpty == false : item.kind == .text && item.signature?.isEmpty == false
    }

    fileprivate static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }

    fileprivate static func trimmingEnd(_ text: String) -> String {
        var rest = Substring(text)
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
