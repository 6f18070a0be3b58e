import Buffers
import Completions
import JSONText

/// Reasoning of other families on its way through a caller of the Messages API and back.
///
/// That dialect knows a thinking text with a signature, and sealed data. What else a family needs to take its reasoning
/// back (its format, id, kind) travels in the signature or the data, behind a prefix that no provider writes. What signs a
/// call of Gemini's is sealed data with the call's id. Callers treat both as opaque.
enum SealedReasoning {
    private static let prefix = "martlet.reasoning:"

    /// What stands for `signature` of a thinking block; empty where there is nothing to keep.
    static func signature(for item: ReasoningItem) -> String {
        if item.format == AnthropicWords.reasoningFormat { return item.signature ?? "" }
        let isPlain = item.kind == .text && item.signature == nil && item.id == nil
        return isPlain && (item.format == nil || item.format == unknown) ? "" : seal(item)
    }

    /// What stands for `data` of a redacted block.
    static func data(for item: ReasoningItem) -> String {
        item.format == AnthropicWords.reasoningFormat ? item.data ?? "" : seal(item)
    }

    /// A thinking block as it was.
    static func thinking(_ text: String, signature: String?) -> ReasoningItem {
        guard let signature, !signature.isEmpty else { return ReasoningItem(.text, text: text, format: unknown) }
        if var item = open(signature) {
            item.text = text
            return item
        }
        return ReasoningItem(.text, text: text, signature: signature, format: AnthropicWords.reasoningFormat)
    }

    /// A redacted block as it was.
    static func redacted(_ data: String) -> ReasoningItem {
        open(data) ?? ReasoningItem(.encrypted, data: data, format: AnthropicWords.reasoningFormat)
    }

    /// Whether a signature or data is one of ours, which no provider takes.
    static func isSealed(_ text: String) -> Bool { text.hasPrefix(prefix) }

    private static let unknown = "unknown"

    private static func seal(_ item: ReasoningItem) -> String {
        var out = ByteBuffer()
        out.append(text: prefix)
        out.appendJSON { json in
            json.object { json in
                json.member("kind", Int(item.kind.rawValue))
                json.member("format", item.format)
                json.member("id", item.id)
                json.member("index", item.index)
                json.member("signature", item.signature)
                json.member("data", item.data)
            }
        }
        return out.text
    }

    private static func open(_ text: String) -> ReasoningItem? {
        guard isSealed(text) else { return nil }
        return RawJSON(String(text.dropFirst(prefix.count))).scanned { root in
            guard let root, root.isObject,
                let kind = root["kind"]?.integer.flatMap({ UInt8(exactly: $0) }).flatMap(ReasoningItem.Kind.init)
            else { return nil }
            return ReasoningItem(
                kind, data: root["data"]?.string, signature: root["signature"]?.string, id: root["id"]?.string,
                format: root["format"]?.string, index: root["index"]?.integer.flatMap { Int(exactly: $0) })
        }
    }
}
