import Buffers
package import Completions
package import JSONText

/// Says a conversation as a host wants it that differs deep inside of it. It works on the scanned body, beside the
/// splice and by the same list of edits. Source: wire spec 5.1, 7, 12.
package enum ChatRequestRewriter {
    /// Adds the edits for `rewrites`.
    package static func write(_ rewrites: RequestRewrites, of root: JSONValue, into edits: inout JSONEdits) {
        if rewrites.contains(.withoutStrict) { removeStrict(root, into: &edits) }
        guard let messages = root["messages"], messages.isArray else { return }
        if rewrites.contains(.oneSystemMessage) { joinSystem(messages, into: &edits) }
        if rewrites.contains(.developerAsSystem) { renameDevelopers(messages, into: &edits) }
        if !rewrites.isDisjoint(with: .prefills) {
            let isPrefix = rewrites.contains(.prefixedPrefill)
            markPrefill(messages, isPrefix ? "\"prefix\":true," : "\"partial\":true,", &edits)
        }
        if rewrites.contains(.reasoningPlaceholder) { fillReasoning(messages, into: &edits) }
    }

    private static func removeStrict(_ root: JSONValue, into edits: inout JSONEdits) {
        if let tools = root["tools"] {
            for tool in tools.elements {
                if let function = tool["function"] { edits.removeMember("strict", of: function) }
            }
        }
        if let schema = root["response_format"]?["json_schema"], schema.isObject {
            edits.removeMember("strict", of: schema)
        }
    }

    private static func renameDevelopers(_ messages: JSONValue, into edits: inout JSONEdits) {
        for message in messages.elements {
            if let role = message["role"], role.equals("developer") { edits.replace(role.range, raw: "\"system\"") }
        }
    }

    // MARK: System messages

    /// Templates of such hosts know a system message as the first of all and nowhere else.
    private static func joinSystem(_ messages: JSONValue, into edits: inout JSONEdits) {
        var leading: [JSONValue] = []
        var isLeading = true
        for message in messages.elements {
            guard let role = message["role"], role.equals("system") || role.equals("developer") else {
                isLeading = false
                continue
            }
            if isLeading {
                leading.append(message)
            } else {
                edits.replace(role.range, raw: "\"user\"")
            }
        }
        guard leading.count > 1, let content = leading[0]["content"] else { return }
        var text = ByteBuffer()
        text.append("\"")
        for message in leading { append(message["content"], to: &text) }
        text.append("\"")
        edits.replace(content.range, raw: text.span)
        for message in leading.dropFirst() { edits.removeElement(message) }
    }

    /// The text of a content as it is escaped in the source, a blank line before it where it is not the first.
    private static func append(_ content: JSONValue?, to text: inout ByteBuffer) {
        guard let content else { return }
        let pieces = content.isString ? [content] : content.elements.compactMap { $0["text"] }
        for piece in pieces where piece.isString && !piece.isEmptyString {
            if text.count > 1 { text.append("\\n\\n") }
            piece.withRawSpan { raw in text.append(raw.extracting(1..<raw.count - 1)) }
        }
    }

    // MARK: Messages of the assistant

    private static func markPrefill(_ messages: JSONValue, _ mark: StaticString, _ edits: inout JSONEdits) {
        guard let last = messages[messages.count - 1], last["role"]?.equals("assistant") == true,
            last["tool_calls"]?.isArray != true, last["prefix"] == nil, last["partial"] == nil
        else { return }
        edits.insert(at: last.range.lowerBound + 1, raw: mark)
    }

    private static func fillReasoning(_ messages: JSONValue, into edits: inout JSONEdits) {
        for message in messages.elements where message["role"]?.equals("assistant") == true {
            let said = [message["reasoning_content"], message["reasoning"]]
            if said.contains(where: { $0?.isString == true && $0?.isEmptyString == false }) { continue }
            // The splice gives the member the name that the host knows.
            if let empty = said.compactMap(\.self).first {
                edits.replace(empty.range, raw: "\" \"")
            } else {
                edits.insert(at: message.range.lowerBound + 1, raw: "\"reasoning_content\":\" \",")
            }
        }
    }
}
