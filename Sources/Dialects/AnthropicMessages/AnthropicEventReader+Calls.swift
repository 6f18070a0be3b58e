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
    /// What has come of a wrapped input.
    var wrapped = ""
}

extension AnthropicEventReader {
    mutating func openCall(
        _ block: JSONValue, isServer: Bool, into events: inout [CompletionEvent]
    ) -> AnthropicOpenCall {
        let sent = block["name"]?.string ?? ""
        let given = block["input"].flatMap { $0.isObject && $0.count > 0 ? $0.rawText : nil } ?? "{}"
        if !isServer, sent == translation.answerTool { return AnthropicOpenCall(slot: -1, form: .answer, given: given) }
        let isWrapped = !isServer && translation.wrappedTools.contains(sent)
        let call = AnthropicOpenCall(slot: calls, form: isWrapped ? .wrapped : .plain, given: given)
        calls += 1
        if !isServer { hasClientCalls = true }
        let id = block["id"]?.string ?? ""
        let kind: ToolCallItem.Kind = isServer ? .server : isWrapped ? .custom : .function
        events.append(
            CompletionEvent(
                .toolCall(
                    slot: call.slot, kind: kind, id: id.isEmpty ? "toolu_\(call.slot)" : id,
                    name: isServer ? sent : translation.names.original(of: sent))))
        if let extras = AnthropicRequestReader().extras(
            of: block, except: ["type", "id", "name", "input", "cache_control"])
        {
            events.append(CompletionEvent(.toolExtras(slot: call.slot, extras)))
        }
        return call
    }

    mutating func add(_ json: String, to call: inout AnthropicOpenCall, into events: inout [CompletionEvent]) {
        call.hasPieces = true
        switch call.form {
        case .plain: events.append(CompletionEvent(.toolArguments(slot: call.slot, json)))
        case .wrapped: call.wrapped += json
        case .answer: say(json, into: &events)
        }
    }

    mutating func close(_ call: AnthropicOpenCall, into events: inout [CompletionEvent]) {
        var call = call
        if !call.hasPieces { add(call.given, to: &call, into: &events) }
        guard call.form == .wrapped else { return }
        events.append(CompletionEvent(.toolArguments(slot: call.slot, FreeformTool.input(of: call.wrapped))))
    }
}
