import Completions
import JSONText

extension ChatRequestDecoder {
    private enum Role: String, CaseIterable {
        case system, developer, user, assistant, tool, function
    }

    mutating func readMessages(_ value: JSONValue) throws(APIError) {
        guard value.kind == .array else { throw value.wrongType("messages", "an array of messages") }
        var index = 0
        for message in value.elements {
            try readMessage(message, index)
            index += 1
        }
        guard index > 0 else {
            throw .invalid(
                "messages",
                "'messages' is empty; send at least one message, such as "
                    + "{\"role\": \"user\", \"content\": \"Hello\"}.")
        }
        request.promptSize.messages = index
    }

    private mutating func readMessage(_ message: JSONValue, _ index: Int) throws(APIError) {
        guard message.kind == .object else { throw message.wrongType("messages[\(index)]", "an object") }
        try message.rejectRepeatedKeys("messages[\(index)]")
        var role: JSONValue?
        var content: JSONValue?
        var hasConfiguration = false
        var hasToolCallID = false
        var cuts = MemberCuts()
        for member in message.members {
            var kind: RequestLayout.Extra.Kind?
            switch member.name {
            case "role": role = member.value
            case "content": content = member.value
            case "tool_calls": try checkToolCalls(member.value, index)
            case "tool_call_id":
                try member.value.checkString("messages[\(index)].tool_call_id")
                hasToolCallID = true
                // With its quotes; what is of that length is nearly always one that a host made which wants it so.
                if member.value.range.count != ChatHostRules.shortCallIDBytes + 2 {
                    request.layout.rewrites.formUnion(.shortCallIDs)
                }
            case "reasoning", "reasoning_content":
                kind = .reasoning
                request.promptSize.textBytes += member.value.range.count
            case "reasoning_details": kind = .reasoningDetails
            case "annotations", "images", "model": kind = .routerOnly
            case "is_error":
                kind = .routerOnly
                if member.value.bool == true { request.layout.rewrites.formUnion(.hostRules) }
            case "cache_control": kind = .cacheMarker
            case "configuration_update":
                kind = .routerOnly
                hasConfiguration = true
            default: break
            }
            cuts.visit(member, cut: kind, into: &request.layout.extras)
        }
        let speaker = try readRole(role, index)
        if case .tool = speaker, !hasToolCallID {
            throw .invalid(
                "messages[\(index)].tool_call_id",
                "'messages[\(index)].tool_call_id' is missing; a tool message names the call it answers.")
        }
        var mayBeEmpty = hasConfiguration
        switch speaker {
        case .assistant:
            mayBeEmpty = true
            request.layout.rewrites.formUnion(.prefills)
        case .system, .developer: noteSystem(speaker, index)
        case .user, .tool, .function: request.layout.rewrites.subtract(.prefills)
        }
        let media = request.promptSize.media
        try readContent(content, index, mayBeEmpty: mayBeEmpty)
        if case .tool = speaker, request.promptSize.media > media { request.layout.rewrites.formUnion(.hostRules) }
    }

    private mutating func noteSystem(_ speaker: Role, _ index: Int) {
        request.layout.rewrites.subtract(.prefills)
        if case .developer = speaker { request.layout.rewrites.formUnion(.developerAsSystem) }
        if index > 0 { request.layout.rewrites.formUnion(.oneSystemMessage) }
    }

    private func readRole(_ value: JSONValue?, _ index: Int) throws(APIError) -> Role {
        guard let value else {
            throw .invalid(
                "messages[\(index)].role",
                "'messages[\(index)].role' is missing; it is \"system\", \"user\", \"assistant\" or \"tool\".")
        }
        if value.equals("user") { return .user }
        if value.equals("assistant") { return .assistant }
        if value.equals("system") { return .system }
        if value.equals("tool") { return .tool }
        return try value.requireWord(Role.self, "messages[\(index)].role")
    }

    private mutating func checkToolCalls(_ value: JSONValue, _ index: Int) throws(APIError) {
        guard value.isNull || value.kind == .array else {
            throw value.wrongType("messages[\(index)].tool_calls", "an array of tool calls")
        }
        request.layout.rewrites.formUnion(.reasoningPlaceholder)
        request.promptSize.textBytes += value.range.count
    }

    private mutating func readContent(
        _ value: JSONValue?, _ index: Int, mayBeEmpty: Bool
    ) throws(APIError) {
        guard let value, !value.isNull else {
            if mayBeEmpty { return }
            throw .invalid(
                "messages[\(index)].content",
                "'messages[\(index)].content' is missing; send a string or an array of content parts.")
        }
        switch value.kind {
        case .string: request.promptSize.textBytes += value.range.count - 2
        case .array:
            var part = 0
            for element in value.elements {
                try readPart(element, index, part)
                part += 1
            }
        default:
            throw value.wrongType("messages[\(index)].content", "a string or an array of content parts")
        }
    }
}
