import Completions
import JSONText

/// Where a block stands, spelled out only for an error.
struct BlockPath {
    /// nil for the system prompt.
    var message: Int?
    var block: Int
    /// The index in the content of a tool result.
    var inner: Int?

    var text: String {
        let base = message.map { "messages[\($0)].content[\(block)]" } ?? "system[\(block)]"
        return inner.map { base + ".content[\($0)]" } ?? base
    }
}

extension AnthropicRequestReader {
    /// `system`: a string, or text blocks.
    func readSystem(_ value: JSONValue) throws(APIError) -> [MessageItem] {
        if value.isString { return value.isEmptyString ? [] : [.text(TextItem(value.string ?? ""))] }
        guard value.isArray else { throw value.wrongType("system", "a string or an array of text blocks") }
        var items: [MessageItem] = []
        for block in value.elements {
            let path = BlockPath(message: nil, block: items.count, inner: nil)
            let item = try readBlock(block, path)
            guard case .text = item else {
                throw .invalid(path.text + ".type", "'\(path.text).type' must be \"text\"; a system prompt is text.")
            }
            items.append(item)
        }
        return items
    }

    mutating func readMessages(_ value: JSONValue) throws(APIError) {
        guard value.isArray else { throw value.wrongType("messages", "an array of messages") }
        guard value.count > 0 else {
            throw .invalid(
                "messages",
                "'messages' is empty; send at least one message, such as {\"role\": \"user\", \"content\": \"Hello\"}.")
        }
        guard value.count <= DialectLimits.messages else {
            throw .invalid("messages", "'messages' may have at most \(DialectLimits.messages) messages.")
        }
        request.messages.reserveCapacity(value.count + 1)
        var index = 0
        for message in value.elements {
            try readMessage(message, index)
            index += 1
        }
    }

    private mutating func readMessage(_ message: JSONValue, _ index: Int) throws(APIError) {
        try message.requireObject("messages[\(index)]")
        guard let role = message["role"] else {
            throw .invalid(
                "messages[\(index)].role", "'messages[\(index)].role' is missing; it is \"user\" or \"assistant\".")
        }
        guard let content = message["content"] else {
            throw .invalid(
                "messages[\(index)].content",
                "'messages[\(index)].content' is missing; send a string or an array of content blocks.")
        }
        if role.equals("user") {
            try readUser(content, index)
        } else if role.equals("assistant") {
            let items = try readContent(content, index)
            request.messages.append(Message(.assistant, items))
        } else if role.equals("system") {
            let items = try readContent(content, index)
            request.messages.append(Message(.system, items))
        } else {
            try role.checkString("messages[\(index)].role")
            throw .invalid(
                "messages[\(index)].role",
                "'messages[\(index)].role' must be \"user\", \"assistant\" or \"system\".")
        }
    }

    /// Results of tools stand first in a user's turn, and make a turn of their own in canonical form.
    private mutating func readUser(_ content: JSONValue, _ index: Int) throws(APIError) {
        if content.isArray, content.count == 0 {
            throw .invalid(
                "messages[\(index)].content", "'messages[\(index)].content' is empty; send at least one content block.")
        }
        let items = try readContent(content, index)
        var results: [MessageItem] = []
        var others: [MessageItem] = []
        for item in items {
            if case .toolResult = item { results.append(item) } else { others.append(item) }
        }
        if !results.isEmpty { request.messages.append(Message(.tool, results)) }
        if results.isEmpty || !others.isEmpty { request.messages.append(Message(.user, others)) }
    }

    private func readContent(_ content: JSONValue, _ index: Int) throws(APIError) -> [MessageItem] {
        if content.isString { return [.text(TextItem(content.string ?? ""))] }
        guard content.isArray else {
            throw content.wrongType("messages[\(index)].content", "a string or an array of content blocks")
        }
        var items: [MessageItem] = []
        items.reserveCapacity(content.count)
        for block in content.elements {
            items.append(try readBlock(block, BlockPath(message: index, block: items.count, inner: nil)))
        }
        return items
    }

    /// `cache_control`.
    func readCache(_ value: JSONValue?, _ path: @autoclosure () -> String) throws(APIError) -> CacheMarker? {
        guard let value, !value.isNull else { return nil }
        try value.requireObject(path())
        guard let type = value["type"], type.equals("ephemeral") else {
            throw .invalid(path() + ".type", "'\(path()).type' must be \"ephemeral\".")
        }
        guard let ttl = value["ttl"], !ttl.isNull else { return CacheMarker() }
        return CacheMarker(ttl: try ttl.requireString(path() + ".ttl"))
    }
}
