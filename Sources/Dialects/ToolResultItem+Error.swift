import Completions

/// Results that are errors, in the words of dialects that have no member for it.
extension ToolResultItem {
    /// What was said, with the word in front that it is an error, unless it says so itself.
    var contentSayingError: [MessageItem] {
        guard isError else { return content }
        var content = content
        for index in content.indices {
            guard case .text(var item) = content[index] else { continue }
            item.text = Self.sayingError(item.text)
            content[index] = .text(item)
            return content
        }
        return [.text(TextItem(Self.sayingError("")))] + content
    }

    static func sayingError(_ text: String) -> String {
        if text.isEmpty { return "Error" }
        return text.prefix(5).lowercased() == "error" ? text : "Error: \(text)"
    }
}
