import Completions
import JSONText

/// A call whose arguments are coming.
struct AnthropicOpenCall {
    enum Form {
        case plain
        /// A freeform tool that was sent as a function: its input is one argument.
        case wrapped
        /// The tool whose arguments are the answer.
        case answer
    }

    var slot: Int
    var form: Form
    /// The input that the block began with; pieces replace it.
    var given: String
    var hasPieces = false
    /// What has come of an input that has to be looked into once it is whole.
    var input = ""
    /// What tool of the provider's it uses, where other dialects have words for it.
    var tool: ServerToolItem?
}

extension AnthropicEventReader {
    mutating func openCall(
        _ block: JSONValue, isServer: Bool, into events: inout [CompletionEvent]
    ) -> AnthropicOpenCall {
        let sent = block["name"]?.string ?? ""
        let given = block["input"].flatMap { $0.isObject && $0.count > 0 ? $0.rawText : nil } ?? "{}"
        if !isServer, sent == translation.answerTool { return AnthropicOpenCall(slot: -1, form: .answer, given: given) }
        let isWrapped = !isServer && translation.wrappedTools.contains(sent)
        var call = AnthropicOpenCall(slot: calls, form: isWrapped ? .wrapped : .plain, given: given)
        calls += 1
        if !isServer { hasClientCalls = true }
        var id = block["id"]?.string ?? ""
        if id.isEmpty { id = "toolu_\(call.slot)" }
        let kind: ToolCallItem.Kind = isServer ? .server : isWrapped ? .custom : .function
        events.append(
            CompletionEvent(
                .toolCall(
                    slot: call.slot, kind: kind, id: id,
                    name: isServer ? sent : translation.names.original(of: sent))))
        if let extras = AnthropicRequestReader().extras(
            of: block, except: ["type", "id", "name", "input", "cache_control"])
        {
            events.append(CompletionEvent(.toolExtras(slot: call.slot, extras)))
        }
        if isServer, let tool = AnthropicServerTool.begun(sent, id: id) {
            call.tool = tool
            events.append(CompletionEvent(.serverTool(tool)))
        }
        return call
    }

    mutating func add(_ json: String, to call: inout AnthropicOpenCall, into events: inout [CompletionEvent]) {
        call.hasPieces = true
        switch call.form {
        case .plain:
            if call.tool != nil { call.input += json }
            events.append(CompletionEvent(.toolArguments(slot: call.slot, json)))
        case .wrapped: call.input += json
        case .answer: say(json, into: &events)
        }
    }

    mutating func close(_ call: AnthropicOpenCall, into events: inout [CompletionEvent]) {
        var call = call
        if !call.hasPieces { add(call.given, to: &call, into: &events) }
        if let tool = call.tool {
            return events.append(CompletionEvent(.serverTool(AnthropicServerTool.asked(tool, call.input))))
        }
        guard call.form == .wrapped else { return }
        events.append(CompletionEvent(.toolArguments(slot: call.slot, FreeformTool.input(of: call.input))))
    }
}
