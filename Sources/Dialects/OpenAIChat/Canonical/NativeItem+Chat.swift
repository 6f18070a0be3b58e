import Buffers
import Completions
import JSONText

extension NativeItem {
    /// The name of the chat dialect.
    static let chat = "openai"

    init(chat value: JSONValue) {
        self.init(dialect: Self.chat, json: RawJSON(value.rawText))
    }

    /// The `type` of the item as written. Items of this kind are rare, so that a scanner of its own is no matter.
    var type: String? { string(of: "type") }

    /// Whether the item, an object, has a member of that name.
    func has(_ name: StaticString) -> Bool {
        let scanner = JSONScanner()
        return (try? scanner.scan(copying: json.text))?[name] != nil
    }

    /// What `image_generation_call` of the Responses API drew: a picture in every other dialect.
    var generatedImage: MediaItem? {
        guard dialect == ResponsesRequestReader.dialect, type == "image_generation_call",
            let data = string(of: "result"), !data.isEmpty
        else { return nil }
        return MediaItem(.base64(data), mediaType: "image/\(string(of: "output_format") ?? "png")")
    }

    /// A member of the item that is a string.
    func string(of name: StaticString) -> String? {
        let scanner = JSONScanner()
        return (try? scanner.scan(copying: json.text))?[name]?.string
    }
}

/// Members that nobody here knows, kept as one object for who writes the same dialect again.
struct KeptMembers {
    private var members: [JSONMember] = []

    mutating func append(_ member: JSONMember) { members.append(member) }

    /// nil where there are none.
    var item: NativeItem? {
        if members.isEmpty { return nil }
        var out = ByteBuffer()
        for member in members { member.copyRaw(after: UInt8(ascii: out.isEmpty ? "{" : ","), into: &out) }
        out.append("}")
        return NativeItem(dialect: NativeItem.chat, json: RawJSON(out.text))
    }
}

extension JSONWriter {
    /// The members that were kept, beside those that are written already.
    mutating func members(kept item: NativeItem?) {
        guard let item, item.dialect == NativeItem.chat, item.json.text.utf8.count > 2 else { return }
        let text = item.json.text.utf8
        raw(text.span.extracting(1..<text.count - 1))
    }
}
