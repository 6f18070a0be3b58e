package import JSONText

extension WebMedia {
    /// A URL in a chat request.
    package struct Place: Sendable, Equatable {
        package var wanted: Wanted
        /// Of the string with its quotes, in the bytes of the request.
        package var range: Range<Int>
        /// A file without a name, which contents need.
        package var lacksName: Bool
    }

    /// Where a chat request names images and documents of the web, for hosts of the chat dialect that read no URLs of
    /// such kinds: their requests are spliced, and never become canonical ones.
    package static func places(inChat root: JSONValue, of kinds: [Kind]) -> [Place] {
        var found: [Place] = []
        guard let messages = root["messages"], messages.isArray else { return [] }
        for (index, message) in messages.elements.enumerated() {
            guard let content = message["content"], content.isArray else { continue }
            for (part, value) in content.elements.enumerated() {
                guard let (kind, url) = media(value), kinds.contains(kind), let text = url.string, isWeb(text) else {
                    continue
                }
                let path = "messages[\(index)].content[\(part)]"
                let wanted = Wanted(url: text, kind: kind, path: path)
                let lacksName = kind == .document && value["file"]?["filename"] == nil
                found.append(Place(wanted: wanted, range: url.range, lacksName: lacksName))
            }
        }
        return found
    }

    private static func media(_ part: JSONValue) -> (Kind, JSONValue)? {
        guard part.isObject else { return nil }
        if part["type"]?.equals("image_url") == true, let image = part["image_url"] {
            let url = image.isObject ? image["url"] : image
            return url.flatMap { isLong($0) ? nil : (.image, $0) }
        }
        if part["type"]?.equals("file") == true,
            let data = part["file"].flatMap({ $0.isObject ? $0["file_data"] : nil })
        {
            return isLong(data) ? nil : (.document, data)
        }
        return nil
    }

    /// Contents, and no URL: not worth copying.
    private static func isLong(_ value: JSONValue) -> Bool { value.range.count > DialectLimits.mediaURLBytes * 2 }
}

extension WebMedia.Contents {
    /// As a data URL.
    package var dataURL: String { "data:\(mediaType);base64,\(base64)" }
}
