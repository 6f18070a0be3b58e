import Buffers
import Completions
import JSONText

/// Tools that a provider runs itself: each use is an item that is begun, goes on, and ends. Source: openrouter spec 27.2.
extension ResponsesEventWriter {
    mutating func writeTool(_ step: ServerToolItem, into out: inout ByteBuffer) {
        let index = tools[step.id] ?? begin(step, into: &out)
        guard let before = items[index].tool?.status, !before.isEnd else { return }
        var step = step
        // That code runs is said behind the code: where none has come, not before the end.
        let hasCode = !step.code.isEmpty || items[index].tool?.code.isEmpty == false
        if step.kind == .codeInterpreter, step.status == .running, !hasCode { step.status = .inProgress }
        if step.kind == .imageGeneration { drawing = step.id }
        items[index].tool?.join(step)
        if !step.code.isEmpty, before < .running {
            send("response.code_interpreter_call_code.delta", about: index, into: &out) { json in
                json.member("delta", step.code)
            }
        }
        if before < .running, step.status >= .running { sendRunning(index, into: &out) }
        if let draft = step.draft {
            send("response.image_generation_call.partial_image", about: index, into: &out) { json in
                json.member("partial_image_index", draft.index)
                json.member("partial_image_b64", draft.data)
            }
        }
        if step.status.isEnd { end(index, into: &out) }
    }

    /// A picture is what the open drawing came to, or a drawing of its own where its provider told of none.
    mutating func writeMedia(_ item: MessageItem, into out: inout ByteBuffer) {
        guard case .image(let media) = item else { return }
        let id = drawing ?? itemID("drawing")
        writeTool(ServerToolItem(.imageGeneration, id: id, .running, dialect: ""), into: &out)
        drawing = nil
        guard let index = tools[id] else { return }
        switch media.source {
        case .base64(let data), .url(let data), .text(let data), .fileID(let data): items[index].text = data
        }
        items[index].extras = Self.extras(of: media)
        items[index].tool?.status = .completed
        end(index, into: &out)
    }

    /// What the item says beside the picture itself. Clients take pictures that say nothing for PNG.
    private static func extras(of media: MediaItem) -> RawJSON? {
        if let extras = media.extras, extras.dialect == ResponsesRequestReader.dialect { return extras.json.onOneLine }
        let format = media.mediaType == "image/jpg" ? "jpeg" : media.mediaType?.split(separator: "/").last ?? "png"
        guard ["jpeg", "webp"].contains(format) else { return nil }
        return RawJSON("{\"output_format\":\"\(format)\"}")
    }

    private mutating func begin(_ step: ServerToolItem, into out: inout ByteBuffer) -> Int {
        closeOpen(into: &out)
        // The provider of this dialect knows its items by their ids.
        let isOwn = step.dialect == ResponsesRequestReader.dialect && !itemIDs.contains(step.id)
        var item = ResponsesItem(.serverTool, id: isOwn ? step.id : itemID(step.kind.responsesPrefix))
        item.tool = ServerToolItem(step.kind, id: item.id, .inProgress, dialect: step.dialect)
        let index = add(item, into: &out)
        tools[step.id] = index
        send(step.kind.begunEvent, about: index, into: &out) { _ in }
        return index
    }

    private mutating func sendRunning(_ index: Int, into out: inout ByteBuffer) {
        guard let tool = items[index].tool else { return }
        if tool.kind == .codeInterpreter {
            send("response.code_interpreter_call_code.done", about: index, into: &out) { $0.member("code", tool.code) }
        }
        send(tool.kind.runningEvent, about: index, into: &out) { _ in }
    }

    private mutating func end(_ index: Int, into out: inout ByteBuffer) {
        guard let tool = items[index].tool else { return }
        if tool.kind == .imageGeneration { drawing = nil }
        // There is no event for a use that failed but its item.
        if tool.status == .completed { send(tool.kind.endedEvent, about: index, into: &out) { _ in } }
        close(index, .completed, into: &out)
    }
}

extension ServerToolItem.Kind {
    fileprivate var begunEvent: StaticString {
        switch self {
        case .webSearch: "response.web_search_call.in_progress"
        case .fileSearch: "response.file_search_call.in_progress"
        case .codeInterpreter: "response.code_interpreter_call.in_progress"
        case .imageGeneration: "response.image_generation_call.in_progress"
        }
    }

    fileprivate var runningEvent: StaticString {
        switch self {
        case .webSearch: "response.web_search_call.searching"
        case .fileSearch: "response.file_search_call.searching"
        case .codeInterpreter: "response.code_interpreter_call.interpreting"
        case .imageGeneration: "response.image_generation_call.generating"
        }
    }

    fileprivate var endedEvent: StaticString {
        switch self {
        case .webSearch: "response.web_search_call.completed"
        case .fileSearch: "response.file_search_call.completed"
        case .codeInterpreter: "response.code_interpreter_call.completed"
        case .imageGeneration: "response.image_generation_call.completed"
        }
    }
}
