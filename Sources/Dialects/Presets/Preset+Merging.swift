package import Buffers
package import Completions
package import JSONText

/// Laying a request over its preset: a new body in the caller's own dialect, which then goes the way of any other.
///
/// The merge is shallow: a field of the request takes the place of the preset's whole, under whichever name its dialect
/// has for it. Null says nothing, as everywhere. Tools are joined, and a system prompt is for conversations without one.
extension Preset {
    /// Appends the merged body.
    ///
    /// - Parameters:
    ///   - root: the body, as `source` has it.
    ///   - reference: how it names this preset.
    /// - Returns: what came from the preset.
    /// - Throws: a 400 for a repeated key, since which of the two counts would be anybody's guess, and for more members or
    ///   tools than are taken.
    package func merge(
        under root: JSONValue, naming reference: PresetReference, of caller: CallerDialect, source: Span<UInt8>,
        into out: inout ByteBuffer
    ) throws(APIError) -> AppliedPreset {
        try root.requireRequest()
        var edits = JSONEdits()
        var own = OwnFields()
        for member in root.members {
            let name = member.key.string
            if name == "preset" {
                edits.removeMember(member)
            } else if name == "model", reference.isInModel {
                guard let model = reference.model else {
                    edits.removeMember(member)
                    continue
                }
                edits.replace(member.value.range) { $0.string(model) }
                own.subjects.insert(name)
            } else if member.value.isNull {
                own.nulls[name] = member
            } else {
                own.subjects.insert(caller.subject(of: name))
                own.subjects.formUnion(caller.nestedSubjects(of: name, member.value))
            }
        }
        var applied = AppliedPreset(slug: slug, fields: addFields(to: root, own, caller, &edits))
        try addTools(to: root, own, caller, &edits, &applied)
        applied.beginsMessages = addSystemPrompt(to: root, caller, &edits)
        edits.apply(to: source, into: &out)
        return applied
    }

    /// What a request says itself.
    private struct OwnFields {
        var subjects: Set<String> = []
        /// Members that are there and say nothing.
        var nulls: [String: JSONMember] = [:]
    }

    private func addFields(
        to root: JSONValue, _ own: OwnFields, _ caller: CallerDialect, _ edits: inout JSONEdits
    ) -> Set<String> {
        let isText = root.isTextRequest(of: caller)
        let form = form(in: caller)
        var added: Set<String> = []
        for field in form.members {
            if own.subjects.contains(caller.subject(of: field.name)) || isText && Self.isOfChat(field.name) { continue }
            if let null = own.nulls[field.name] { edits.removeMember(null) }
            let isJudged = field.name == "reasoning" && own.subjects.contains("include_reasoning")
            edits.append(to: root) { json in
                json.key(text: field.name)
                json.raw(isJudged ? form.reasoningToShow ?? field.json : field.json)
            }
            added.insert(field.name)
        }
        return added
    }

    /// What means nothing, or something else, where a text is to be gone on with.
    private static func isOfChat(_ name: String) -> Bool {
        switch name {
        case "tool_choice", "parallel_tool_calls", "logprobs", "top_logprobs": true
        default: false
        }
    }

    private func addTools(
        to root: JSONValue, _ own: OwnFields, _ caller: CallerDialect, _ edits: inout JSONEdits,
        _ applied: inout AppliedPreset
    ) throws(APIError) {
        let tools = form(in: caller).tools
        if tools.isEmpty || root.isTextRequest(of: caller) { return }
        guard let list = root.given("tools") else {
            if let null = own.nulls["tools"] { edits.removeMember(null) }
            edits.append(to: root) { json in
                json.memberArray("tools") { json in
                    for tool in tools { json.raw(tool.json) }
                }
            }
            applied.fields.insert("tools")
            return
        }
        guard list.isArray else { return }
        guard list.count <= DialectLimits.joinedTools else {
            throw .invalid(
                "tools", "'tools' may have at most \(DialectLimits.joinedTools) entries where a preset has tools too.")
        }
        let joined = JoinedTools(tools, Array(list.elements))
        edits.replace(list.range) { joined.write(into: &$0) }
        applied.tools = joined.callerIndexes
        if applied.tools.contains(nil) { applied.fields.insert("tools") }
    }

    /// - Returns: whether it has become the first of the messages.
    private func addSystemPrompt(to root: JSONValue, _ caller: CallerDialect, _ edits: inout JSONEdits) -> Bool {
        guard let systemPrompt else { return false }
        let turns = root[caller == .responses ? "input" : "messages"]
        if let turns, turns.elements.contains(where: \.isInstruction) { return false }
        switch caller {
        case .chat, .completions:
            // None at all is for the decoder to refuse.
            guard let turns, turns.isArray, turns.count > 0 else { return false }
            edits.prepend(to: turns) { json in
                json.object { json in
                    json.member("role", "system")
                    json.member("content", systemPrompt)
                }
            }
            return true
        case .messages: append("system", systemPrompt, to: root, &edits)
        case .responses: append("instructions", systemPrompt, to: root, &edits)
        }
        return false
    }

    private func append(_ name: StaticString, _ text: String, to root: JSONValue, _ edits: inout JSONEdits) {
        if let member = root.member(name) {
            if !member.value.isNull { return }
            edits.removeMember(member)
        }
        edits.append(to: root) { $0.member(name, text) }
    }
}

extension JSONValue {
    /// Whether a text is to be gone on with.
    fileprivate func isTextRequest(of caller: CallerDialect) -> Bool { caller.isChat && given("prompt") != nil }

    /// Whether this is a message that tells the model what it is to do.
    fileprivate var isInstruction: Bool {
        guard let role = self["role"] else { return false }
        return role.equals("system") || role.equals("developer")
    }
}
