import Completions
import JSONText

extension ReasoningItem {
    /// What seals a call of Gemini's is an encrypted piece of this format that has the call's id. Source: wire spec 6.2.
    static let sealFormat = "google-gemini-v1"

    /// One entry of `reasoning_details`; nil for an entry of another type.
    init?(chat detail: JSONValue) {
        guard let type = detail["type"] else { return nil }
        if type.equals("reasoning.text") {
            self.init(.text)
        } else if type.equals("reasoning.summary") {
            self.init(.summary)
        } else if type.equals("reasoning.encrypted") {
            self.init(.encrypted)
        } else {
            return nil
        }
        for member in detail.members {
            switch member.name {
            case "text", "summary": text = member.value.string ?? ""
            case "data": data = member.value.string
            case "signature": signature = member.value.string
            case "id": id = member.value.string
            case "format": format = member.value.string
            case "index": index = member.value.int
            default: break
            }
        }
    }

    /// Appends what an assistant message says of its thoughts. The details win; the plain text stands where they have
    /// none. A detail that seals a call becomes the call's signature.
    static func read(
        details: JSONValue?, text: JSONValue?, calls: inout [ToolCallItem], into items: inout [MessageItem]
    ) {
        let start = items.count
        var hasText = false
        for detail in (details.map { Array($0.elements) }) ?? [] {
            guard let item = ReasoningItem(chat: detail) else {
                if let type = detail["type"]?.string, !type.hasPrefix("reasoning.") { continue }
                items.append(.native(NativeItem(chat: detail)))
                continue
            }
            if item.kind == .encrypted, let call = calls.firstIndex(where: { item.seals($0) }) {
                calls[call].signature = item.data
                continue
            }
            if !item.text.isEmpty { hasText = true }
            items.append(.reasoning(item))
        }
        if !hasText, let text = text?.string, !text.isEmpty {
            items.insert(.reasoning(ReasoningItem(.text, text: text)), at: start)
        }
    }

    private func seals(_ call: ToolCallItem) -> Bool {
        call.signature == nil && id == call.id && (format == Self.sealFormat || format == nil)
    }

    /// Writes the entry of `reasoning_details`.
    func writeDetail(index: Int?, format: String?, into json: inout JSONWriter) {
        json.object { json in
            switch kind {
            case .text:
                json.member("type", "reasoning.text")
                if !text.isEmpty || signature == nil { json.member("text", text) }
            case .summary:
                json.member("type", "reasoning.summary")
                json.member("summary", text)
            case .encrypted:
                json.member("type", "reasoning.encrypted")
                json.member("data", data ?? "")
            }
            json.member("signature", signature)
            json.member("id", id)
            json.member("format", format)
            json.member("index", index)
        }
    }
}
