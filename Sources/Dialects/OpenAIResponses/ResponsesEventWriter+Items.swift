import Buffers
import Completions
import JSONText

extension ResponsesEventWriter {
    // MARK: Items

    func itemID(_ prefix: String) -> String { "\(prefix)_\(token)_\(items.count)" }

    /// Adds an item; returns its place.
    mutating func add(_ item: ResponsesItem, into out: inout ByteBuffer) -> Int {
        let index = items.count
        items.append(item)
        itemIDs.insert(item.id)
        send("response.output_item.added", into: &out) { json in
            json.member("output_index", index)
            json.key("item")
            item.write(&json)
        }
        return index
    }

    mutating func close(_ index: Int, _ status: ResponsesItem.Status, into out: inout ByteBuffer) {
        if items[index].kind == .functionCall || items[index].kind == .customCall { closeArguments(index, into: &out) }
        items[index].status = status
        let item = items[index]
        send("response.output_item.done", into: &out) { json in
            json.member("output_index", index)
            json.key("item")
            item.write(&json)
        }
    }

    /// Closes the open message or reasoning.
    mutating func closeOpen(into out: inout ByteBuffer) {
        guard let index = open else { return }
        closePart(into: &out)
        close(index, .completed, into: &out)
        open = nil
        lastPiece = nil
    }

    // MARK: Calls

    mutating func openCall(
        _ slot: Int, _ kind: ToolCallItem.Kind, id: String, name: String, into out: inout ByteBuffer
    ) {
        // What the provider runs itself is over before the caller could act on it.
        if kind == .server { return }
        closeOpen(into: &out)
        let isCustom = kind == .custom
        var item = ResponsesItem(isCustom ? .customCall : .functionCall, id: itemID(isCustom ? "ctc" : "fc"))
        item.callID = id
        item.name = name
        calls[slot] = add(item, into: &out)
    }

    mutating func writeArguments(_ slot: Int, _ text: String, into out: inout ByteBuffer) {
        guard let index = calls[slot], !text.isEmpty else { return }
        items[index].text += text
        let isCustom = items[index].kind == .customCall
        let type: StaticString =
            isCustom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta"
        send(type, about: index, into: &out) { $0.member("delta", text) }
    }

    private mutating func closeArguments(_ index: Int, into out: inout ByteBuffer) {
        let text = items[index].text
        if items[index].kind == .customCall {
            send("response.custom_tool_call_input.done", about: index, into: &out) { $0.member("input", text) }
            return
        }
        let name = items[index].name
        send("response.function_call_arguments.done", about: index, into: &out) { json in
            json.member("name", name)
            json.member("arguments", text.isEmpty ? "{}" : text)
        }
    }

    /// What signs a call is an item of sealed reasoning that goes by the call's id: clients send those back whole.
    mutating func writeSignature(_ slot: Int, _ signature: String, into out: inout ByteBuffer) {
        guard let call = calls[slot] else { return }
        var item = ResponsesItem(.reasoning, id: items[call].callID)
        item.format = "google-gemini-v1"
        item.data = signature
        closeOpen(into: &out)
        close(add(item, into: &out), .completed, into: &out)
    }

    // MARK: Other items

    mutating func writeNative(_ native: NativeItem, into out: inout ByteBuffer) {
        guard native.dialect == ResponsesRequestReader.dialect else { return }
        closeOpen(into: &out)
        var item = ResponsesItem(.native, id: "")
        item.text = native.json.onOneLine.text
        close(add(item, into: &out), .completed, into: &out)
    }
}
