package import Completions

/// What a request got from its preset, for the errors that come of it.
package struct AppliedPreset: Sendable {
    package let slug: String
    /// The top-level fields of the preset that the request did not have, in the words of the caller's dialect; `tools` where
    /// some of them are the preset's.
    package internal(set) var fields: Set<String>
    /// Whether the first of the messages is the preset's system prompt.
    var beginsMessages = false
    /// Where each tool stands in what the caller sent; nil for the preset's. Empty where not both have tools.
    var tools: [Int?] = []

    init(slug: String, fields: Set<String>) {
        self.slug = slug
        self.fields = fields
    }

    /// The error in terms of what the caller sent, with a sentence more where the field at fault is the preset's.
    package func explain(_ error: APIError) -> APIError {
        var explained = error
        explained.param = error.param.map(renumbered)
        explained.message = renumbered(error.message)
        if let part = error.param.flatMap(givenPart) {
            explained.message += " The preset \"\(slug)\" gives \(part) to this request."
        }
        return explained
    }

    /// What of the field at a path is the preset's; nil where it is the caller's.
    private func givenPart(at param: String) -> String? {
        let field = String(param.prefix { $0 != "." && $0 != "[" })
        let index = Int(param.dropFirst(field.count + 1).prefix { $0 != "]" })
        if field == "messages", beginsMessages { return index == 0 ? "'messages[0]'" : nil }
        if field == "tools", let index, tools.indices.contains(index) {
            return tools[index] == nil ? "'tools[\(index)]'" : nil
        }
        guard fields.contains(field) else { return nil }
        return field == "tools" && !tools.isEmpty ? "some of 'tools'" : "'\(field)'"
    }

    private func renumbered(_ text: String) -> String {
        guard text.utf8.count <= DialectLimits.errorMessageBytes else { return text }
        var text = text
        if beginsMessages { text = Self.renumber("messages", in: text) { $0 > 0 ? $0 - 1 : nil } }
        if !tools.isEmpty { text = Self.renumber("tools", in: text) { tools.indices.contains($0) ? tools[$0] : nil } }
        return text
    }

    /// The text with the caller's indexes of a list at the top level of the request; what is not the caller's stays.
    private static func renumber(_ list: String, in text: String, _ callerIndex: (Int) -> Int?) -> String {
        let pieces = text.split(separator: "\(list)[", omittingEmptySubsequences: false)
        var result = String(pieces[0])
        for piece in pieces.dropFirst() {
            let digits = piece.prefix { $0 != "]" }
            let isInner = result.last.map { $0 == "." || $0 == "_" || $0.isLetter } ?? false
            let index = isInner ? nil : Int(digits).flatMap(callerIndex)
            result += "\(list)[" + (index.map { "\($0)" } ?? String(digits)) + piece.dropFirst(digits.count)
        }
        return result
    }
}
