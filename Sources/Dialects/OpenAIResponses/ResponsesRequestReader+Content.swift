import Completions
import JSONText

extension ResponsesRequestReader {
    private enum PartType: String, CaseIterable {
        case inputText = "input_text"
        case outputText = "output_text"
        case image = "input_image"
        case file = "input_file"
        case audio = "input_audio"
        case video = "input_video"
        case refusal
    }

    /// A string, or an array of content parts.
    static func readContent(_ value: JSONValue, _ path: String) throws(APIError) -> [MessageItem] {
        if let text = value.string { return [.text(TextItem(text))] }
        guard value.kind == .array else { throw value.wrongType(path, "a string or an array of content parts") }
        var parts: [MessageItem] = []
        for part in value.elements { parts.append(try readPart(part, "\(path)[\(parts.count)]")) }
        return parts
    }

    private static func readPart(_ part: JSONValue, _ path: String) throws(APIError) -> MessageItem {
        try part.requireObject(path)
        let type = try part.requireMember("type", in: path).requireWord(PartType.self, "\(path).type")
        switch type {
        case .inputText, .outputText:
            let text = try part.requireMember("text", in: path).requireString("\(path).text")
            var item = TextItem(text, cache: cacheMarker(part))
            if let annotations = part["annotations"] { item.citations = readCitations(annotations) }
            return .text(item)
        case .refusal:
            return .refusal(try part.requireMember("refusal", in: path).requireString("\(path).refusal"))
        case .image:
            var item = try readImage(part, path)
            item.cache = cacheMarker(part)
            return .image(item)
        case .file:
            var item = try readFile(part, path)
            item.cache = cacheMarker(part)
            return .file(item)
        case .audio:
            let audio = try part.requireMember("input_audio", in: path)
            guard audio.kind == .object else { throw audio.wrongType("\(path).input_audio", "an object") }
            let inner = "\(path).input_audio"
            let data = try audio.requireMember("data", in: inner).requireString("\(inner).data")
            let format = try audio.requireMember("format", in: inner).requireString("\(inner).format")
            return .audio(MediaItem(.base64(data), mediaType: ResponsesMedia.audioType(of: format)))
        case .video:
            let url = try part.requireMember("video_url", in: path).requireString("\(path).video_url")
            return .video(try ResponsesMedia.item(url, "\(path).video_url"))
        }
    }

    private static func readImage(_ part: JSONValue, _ path: String) throws(APIError) -> MediaItem {
        let detail = try part.optionalString("detail", in: path)
        if let url = part["image_url"], !url.isNull {
            guard url.kind == .string, let text = url.string else {
                throw .invalid("\(path).image_url", "'\(path).image_url' must be a string: an https or data URL.")
            }
            var item = try ResponsesMedia.item(text, "\(path).image_url")
            item.detail = detail
            return item
        }
        guard let id = try part.optionalString("file_id", in: path) else {
            throw .invalid(
                "\(path).image_url", "'\(path).image_url' is missing; send an https or data URL, or a 'file_id'.")
        }
        return MediaItem(.fileID(id), detail: detail)
    }

    private static func readFile(_ part: JSONValue, _ path: String) throws(APIError) -> MediaItem {
        let name = try part.optionalString("filename", in: path)
        if let data = try part.optionalString("file_data", in: path) {
            // Plain base64 is taken too, and so is a URL.
            if !data.hasPrefix("data:"), !data.hasPrefix("http") {
                return MediaItem(.base64(data), mediaType: ResponsesMedia.documentType(of: name), name: name)
            }
            var item = try ResponsesMedia.item(data, "\(path).file_data")
            item.name = name
            return item
        }
        if let url = try part.optionalString("file_url", in: path) {
            var item = try ResponsesMedia.item(url, "\(path).file_url")
            item.name = name
            return item
        }
        guard let id = try part.optionalString("file_id", in: path) else {
            throw .invalid(
                "\(path).file_data", "'\(path).file_data' is missing; send a data URL, or a 'file_url' or 'file_id'.")
        }
        return MediaItem(.fileID(id), name: name)
    }

    /// The sources a text names. Positions are the part's own.
    static func readCitations(_ annotations: JSONValue) -> [Citation] {
        annotations.elements.map { readCitation($0, offset: 0) }
    }

    /// - Parameter offset: code points of the answer's text that stand before the part.
    static func readCitation(_ annotation: JSONValue, offset: Int) -> Citation {
        // OpenRouter nests what OpenAI has beside the type.
        let body = annotation["url_citation"].flatMap { $0.isObject ? $0 : nil } ?? annotation
        var citation = Citation(
            url: body["url"]?.string, title: body["title"]?.string ?? body["filename"]?.string,
            text: body["content"]?.string)
        if let start = body["start_index"]?.integer, let end = body["end_index"]?.integer, start >= 0, end >= start,
            end < 1 << 40
        {
            citation.range = offset + Int(start)..<offset + Int(end)
        }
        citation.native =
            NativeItem(citedIn: annotation) ?? NativeItem(dialect: dialect, json: RawJSON(annotation.rawText))
        return citation
    }
}
