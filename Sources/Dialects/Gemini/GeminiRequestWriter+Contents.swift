import Completions
import JSONText

/// The conversation: turns of `user` and `model` that alternate. Source: wire spec 5.3.
extension GeminiRequestWriter {
    /// The turn that is being written.
    struct OpenTurn {
        var isModel: Bool
        var hasText = false
        var hasResults = false
    }

    /// A call of the model's turn that waits for its result.
    private struct PendingCall {
        var id: String
        /// As sent.
        var name: String
    }

    /// A result that was written with its call, by its place among the messages.
    private struct ResultPlace: Hashable {
        var message: Int
        var item: Int
    }

    mutating func writeContents(from start: Int, _ json: inout JSONWriter) throws(APIError) {
        json.key("contents")
        json.beginArray()
        var turn: OpenTurn?
        var answered: Set<ResultPlace> = []
        var index = start
        while index < request.messages.count {
            switch request.messages[index].role {
            case .assistant:
                var calls: [PendingCall] = []
                while index < request.messages.count, request.messages[index].role == .assistant {
                    try writeModel(index, &turn, &calls, &json)
                    index += 1
                }
                if !calls.isEmpty { try writeResults(of: calls, from: index, &turn, &answered, &json) }
                continue
            case .system, .developer: try writeOperatorNote(index, &turn, &json)
            case .user: try writeUser(index, &turn, &json)
            case .tool: break
            }
            try writeOrphans(index, answered, &turn, &json)
            index += 1
        }
        // A request of system messages alone still needs a turn to answer.
        if turn == nil {
            open(isModel: false, &turn, &json)
            json.object { $0.member("text", " ") }
            turn?.hasText = true
        }
        close(&turn, &json)
        json.endArray()
    }

    /// Goes on with the turn of that role, or ends the other one and begins it.
    private func open(isModel: Bool, _ turn: inout OpenTurn?, _ json: inout JSONWriter) {
        if turn?.isModel == isModel { return }
        // A conversation begins with its user.
        if turn == nil, isModel {
            json.object { json in
                json.member("role", "user")
                json.memberArray("parts") { json in json.object { $0.member("text", " ") } }
            }
        }
        close(&turn, &json)
        json.beginObject()
        json.member("role", isModel ? "model" : "user")
        json.key("parts")
        json.beginArray()
        turn = OpenTurn(isModel: isModel)
    }

    private func close(_ turn: inout OpenTurn?, _ json: inout JSONWriter) {
        guard let open = turn else { return }
        // Vertex AI wants text in each turn of the user's.
        if target.platform == .vertex, !open.isModel, !open.hasText, !open.hasResults {
            json.object { $0.member("text", " ") }
        }
        json.endArray()
        json.endObject()
        turn = nil
    }
}

/// The user's side.
extension GeminiRequestWriter {
    private mutating func writeUser(
        _ index: Int, _ turn: inout OpenTurn?, _ json: inout JSONWriter
    ) throws(APIError) {
        let message = request.messages[index]
        open(isModel: false, &turn, &json)
        var prefix = message.name.map { "\($0): " }
        var count = 0
        for (place, item) in message.items.enumerated() {
            switch item {
            case .text(let text):
                noteCache(text.cache)
                guard !text.text.isEmpty || prefix != nil else { continue }
                json.object { $0.member("text", (prefix ?? "") + text.text) }
                prefix = nil
                turn?.hasText = true
                count += 1
            case .refusal(let text):
                json.object { $0.member("text", text) }
                turn?.hasText = true
                count += 1
            case .image, .audio, .video, .file, .native:
                if let name = prefix {
                    json.object { $0.member("text", name) }
                    prefix = nil
                    turn?.hasText = true
                }
                if try writePart(item, "messages[\(index)].content[\(place)]", &json) { count += 1 }
            case .reasoning, .toolCall, .toolResult, .serverTool: continue
            }
        }
        guard count == 0 else { return }
        json.object { $0.member("text", " ") }
        turn?.hasText = true
    }

    /// A system message between other turns: hoisting it would change the beginning of the conversation, which
    /// providers cache, so it stays where it is and says who speaks.
    private mutating func writeOperatorNote(
        _ index: Int, _ turn: inout OpenTurn?, _ json: inout JSONWriter
    ) throws(APIError) {
        for (place, item) in request.messages[index].items.enumerated() {
            guard case .text(let text) = item else {
                let path = "messages[\(index)].content[\(place)]"
                throw .invalid(path, "'\(path)' must be text: system messages to Gemini cannot hold anything else.")
            }
            noteCache(text.cache)
            guard !text.text.isEmpty else { continue }
            open(isModel: false, &turn, &json)
            json.object { $0.member("text", "Instructions of the system:\n\(text.text)") }
            turn?.hasText = true
        }
    }
}

/// Results of tool calls: as many as the turn before made calls, in the order of those.
extension GeminiRequestWriter {
    private mutating func writeResults(
        of calls: [PendingCall], from start: Int, _ turn: inout OpenTurn?, _ answered: inout Set<ResultPlace>,
        _ json: inout JSONWriter
    ) throws(APIError) {
        var places = resultPlaces(from: start)
        open(isModel: false, &turn, &json)
        turn?.hasResults = true
        var media: [(item: MessageItem, path: String)] = []
        for call in calls {
            let place = places[call.id]?.popLast()
            if let place { answered.insert(place) }
            try writeResult(place, of: call, media: &media, &json)
        }
        for part in media { _ = try writePart(part.item, part.path, &json) }
    }

    /// Where results stand up to the next turn of the model's, by their calls' ids, the first one last.
    private func resultPlaces(from start: Int) -> [String: [ResultPlace]] {
        var places: [String: [ResultPlace]] = [:]
        for index in start..<request.messages.count {
            let message = request.messages[index]
            if message.role == .assistant { break }
            for (item, content) in message.items.enumerated() {
                guard case .toolResult(let result) = content else { continue }
                places[result.callID, default: []].append(ResultPlace(message: index, item: item))
            }
        }
        return places.mapValues { $0.reversed() }
    }

    private func result(at place: ResultPlace) -> ToolResultItem? {
        guard case .toolResult(let result) = request.messages[place.message].items[place.item] else { return nil }
        return result
    }

    /// One `functionResponse`. Media goes inside where the model takes it, else beside all of them.
    private mutating func writeResult(
        _ place: ResultPlace?, of call: PendingCall, media: inout [(item: MessageItem, path: String)],
        _ json: inout JSONWriter
    ) throws(APIError) {
        let result = place.flatMap { self.result(at: $0) }
        noteCache(result?.cache)
        json.beginObject()
        json.key("functionResponse")
        json.beginObject()
        if target.abilities.contains(.toolCallIDs) { json.member("id", GeminiSignature.plainID(call.id)) }
        json.member("name", call.name)
        json.key("response")
        writeResponse(result, &json)
        var parts: [(item: MessageItem, path: String)] = []
        if let place, let result {
            for (index, item) in result.content.enumerated() where !item.isText {
                parts.append((item, "messages[\(place.message)].content[\(index)]"))
            }
        }
        if !isThirdGeneration {
            media += parts
        } else if !parts.isEmpty {
            json.key("parts")
            json.beginArray()
            for part in parts { _ = try writePart(part.item, part.path, &json) }
            json.endArray()
        }
        json.endObject()
        json.endObject()
    }

    /// A JSON object stands for itself; other text is the `content` of one, an error its `error`.
    private mutating func writeResponse(_ result: ToolResultItem?, _ json: inout JSONWriter) {
        guard let result else {
            json.object { $0.member("error", "The call was not answered.") }
            return
        }
        let text = result.text
        let object = text.utf8.first == UInt8(ascii: "{") ? try? scan(text) : nil
        let isObject = object?.isObject == true
        if let object, isObject, !result.isError { return json.raw(object) }
        json.beginObject()
        if result.isError { json.key("error") } else { json.key("content") }
        if let object, isObject { json.raw(object) } else { json.string(text) }
        json.endObject()
    }

    /// Results that answer no call of the turn before: Gemini refuses them, so they are told in words.
    private mutating func writeOrphans(
        _ index: Int, _ answered: Set<ResultPlace>, _ turn: inout OpenTurn?, _ json: inout JSONWriter
    ) throws(APIError) {
        for (place, item) in request.messages[index].items.enumerated() {
            guard case .toolResult(let result) = item,
                !answered.contains(ResultPlace(message: index, item: place))
            else { continue }
            open(isModel: false, &turn, &json)
            json.object { json in
                json.member("text", "Result of the tool \(result.name ?? result.callID):\n\(result.text)")
            }
            turn?.hasText = true
            for (part, item) in result.content.enumerated() where !item.isText {
                _ = try writePart(item, "messages[\(index)].content[\(part)]", &json)
            }
        }
    }
}

/// The model's side.
extension GeminiRequestWriter {
    private mutating func writeModel(
        _ index: Int, _ turn: inout OpenTurn?, _ calls: inout [PendingCall], _ json: inout JSONWriter
    ) throws(APIError) {
        let parts = GeminiModelParts(
            request.messages[index], format: target.reasoningFormat ?? Self.reasoningFormat,
            takesDialect: Self.dialect)
        for place in parts.leftOut { translation.drop("messages[\(index)].content[\(place)]") }
        guard !parts.parts.isEmpty else { return }
        open(isModel: true, &turn, &json)
        for part in parts.parts {
            switch part.content {
            case .text(let text, let isThought):
                json.beginObject()
                json.member("text", text)
                if isThought { json.member("thought", true) }
                json.member("thoughtSignature", part.signature)
                json.endObject()
            case .call(let call):
                let name = sentName(call.name)
                write(call, name, part.signature ?? lastResort(calls.isEmpty), &json)
                calls.append(PendingCall(id: call.id, name: name))
            case .media(let item, let place):
                _ = try writePart(item, "messages[\(index)].content[\(place)]", signature: part.signature, &json)
            case .native(let text): json.raw(RawJSON(text))
            }
            if case .text(_, false) = part.content { turn?.hasText = true }
        }
    }

    /// Gemini 3 refuses a step whose first call is unsigned; this value, which Google documents, makes it think anew.
    private func lastResort(_ isFirstOfStep: Bool) -> String? {
        isThirdGeneration && isFirstOfStep ? GeminiSignature.lastResort : nil
    }

    private mutating func write(
        _ call: ToolCallItem, _ name: String, _ signature: String?, _ json: inout JSONWriter
    ) {
        noteCache(call.cache)
        json.beginObject()
        json.key("functionCall")
        json.beginObject()
        if target.abilities.contains(.toolCallIDs) { json.member("id", GeminiSignature.plainID(call.id)) }
        json.member("name", name)
        json.key("args")
        writeArguments(call, &json)
        json.endObject()
        json.member("thoughtSignature", signature)
        json.endObject()
    }

    /// Arguments as the model wrote them. What is no object (freeform input, JSON that was cut off) is the `input` of
    /// one.
    private mutating func writeArguments(_ call: ToolCallItem, _ json: inout JSONWriter) {
        if call.kind == .function {
            if call.arguments.isEmpty { return json.raw("{}") }
            if let value = try? scan(call.arguments) {
                if value.isObject { return json.raw(value) }
                if value.isNull { return json.raw("{}") }
            }
        }
        json.object { $0.member("input", call.arguments) }
    }
}

extension MessageItem {
    var isText: Bool {
        switch self {
        case .text, .refusal: true
        default: false
        }
    }
}

extension ToolResultItem {
    /// What it says in words.
    var text: String {
        content.compactMap { item in
            switch item {
            case .text(let text): text.text
            case .refusal(let text): text
            default: nil
            }
        }.joined(separator: "\n")
    }
}
