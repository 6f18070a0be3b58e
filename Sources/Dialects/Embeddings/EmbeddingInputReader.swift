import Completions
import JSONText

/// Reads `input`: a text, texts, tokens, lists of tokens, or contents of several kinds.
enum EmbeddingInputReader {
    static func read(_ value: JSONValue) throws(APIError) -> EmbeddingRequest.Input {
        if value.isString { return .text(try text(value, "input")) }
        guard value.isArray else {
            throw value.wrongType("input", "a string, an array of strings, an array of tokens or an array of contents")
        }
        guard let first = value[0] else { throw .invalid("input", "'input' is empty; send at least one text.") }
        let limit = first.isNumber ? EmbeddingLimits.tokens : EmbeddingLimits.inputs
        if value.count > limit { throw .invalid("input", "'input' may have at most \(limit) entries; send fewer.") }
        switch first.kind {
        case .string:
            var texts: [String] = []
            for element in value.elements { texts.append(try text(element, "input[\(texts.count)]")) }
            return .texts(texts)
        case .number: return .tokens(try tokens(value, "input"))
        case .array:
            var lists: [[Int]] = []
            for element in value.elements { lists.append(try tokens(element, "input[\(lists.count)]")) }
            return .tokenLists(lists)
        case .object:
            var contents: [[MessageItem]] = []
            for element in value.elements { contents.append(try content(element, "input[\(contents.count)]")) }
            return .contents(contents)
        case .true, .false, .null:
            throw first.wrongType("input[0]", "a string, a token, an array of tokens or an object with 'content'")
        }
    }

    private static func text(_ value: JSONValue, _ path: @autoclosure () -> String) throws(APIError) -> String {
        let text = try value.requireString(path())
        if text.isEmpty { throw .invalid(path(), "'\(path())' is empty; send a text that is not.") }
        return text
    }

    private static func tokens(_ value: JSONValue, _ path: String) throws(APIError) -> [Int] {
        try value.requireArray(path)
        if value.count == 0 { throw .invalid(path, "'\(path)' is empty; send at least one token.") }
        if value.count > EmbeddingLimits.tokens {
            throw .invalid(path, "'\(path)' may have at most \(EmbeddingLimits.tokens) tokens; send fewer.")
        }
        var tokens: [Int] = []
        tokens.reserveCapacity(value.count)
        for element in value.elements {
            tokens.append(try element.requireInteger(EmbeddingLimits.tokenIDs, "\(path)[\(tokens.count)]"))
        }
        return tokens
    }

    private static func content(_ value: JSONValue, _ path: String) throws(APIError) -> [MessageItem] {
        try value.requireObject(path)
        let path = path + ".content"
        guard let parts = value["content"] else {
            throw .invalid(path, "'\(path)' is missing; send an array of parts.")
        }
        try parts.requireArray(path)
        if parts.count == 0 { throw .invalid(path, "'\(path)' is empty; send at least one part.") }
        if parts.count > EmbeddingLimits.parts {
            throw .invalid(path, "'\(path)' may have at most \(EmbeddingLimits.parts) parts; send fewer.")
        }
        var items: [MessageItem] = []
        for part in parts.elements { items.append(try item(part, "\(path)[\(items.count)]")) }
        return items
    }

    private static func item(_ part: JSONValue, _ path: String) throws(APIError) -> MessageItem {
        try part.requireObject(path)
        guard let type = part["type"] else { throw .invalid("\(path).type", "'\(path).type' is missing.") }
        switch try type.requireString("\(path).type") {
        case "text":
            return .text(TextItem(try text(try member(part, "text", path), "\(path).text")))
        case "image_url":
            let value = try member(part, "image_url", path)
            let url = value.isString ? value : try member(value, "url", "\(path).image_url")
            var image = media(try text(url, "\(path).image_url.url"), type: nil)
            image.detail = value["detail"]?.string
            return .image(image)
        case "input_audio": return .audio(try inline(part, "input_audio", "audio", path))
        case "input_video": return .video(try inline(part, "input_video", "video", path))
        case "input_file": return .file(try inline(part, "input_file", "application", path))
        case "file":
            let file = try member(part, "file", path)
            var item = media(
                try text(try member(file, "file_data", "\(path).file"), "\(path).file.file_data"), type: nil)
            item.name = file["filename"]?.string
            return .file(item)
        default:
            throw .invalid(
                "\(path).type",
                """
                '\(path).type' must be "text", "image_url", "input_audio", "input_video", "input_file" or "file".
                """)
        }
    }

    /// `{data, format?}`: base64, a data URL or a URL.
    private static func inline(
        _ part: JSONValue, _ name: StaticString, _ kind: String, _ path: String
    ) throws(APIError) -> MediaItem {
        let value = try member(part, name, path)
        let data = try text(try member(value, "data", "\(path).\(name)"), "\(path).\(name).data")
        let format = value["format"]?.string
        return media(data, type: format.map { $0.contains("/") ? $0 : "\(kind)/\($0)" }, isBare: true)
    }

    private static func member(_ value: JSONValue, _ name: StaticString, _ path: String) throws(APIError) -> JSONValue {
        try value.requireObject(path)
        guard let found = value[name] else { throw .invalid("\(path).\(name)", "'\(path).\(name)' is missing.") }
        return found
    }

    /// A data URL taken apart, a URL as it is, or bare base64.
    private static func media(_ text: String, type: String?, isBare: Bool = false) -> MediaItem {
        if text.hasPrefix("data:"), let comma = text.firstIndex(of: ",") {
            let head = text[text.index(text.startIndex, offsetBy: 5)..<comma]
            let essence = head.prefix { $0 != ";" }
            let data = String(text[text.index(after: comma)...])
            return MediaItem(.base64(data), mediaType: essence.isEmpty ? type : String(essence))
        }
        return MediaItem(isBare && !text.contains("://") ? .base64(text) : .url(text), mediaType: type)
    }
}
