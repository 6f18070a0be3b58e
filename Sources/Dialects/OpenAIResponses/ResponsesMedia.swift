import Completions

/// Images, sounds and documents as this dialect writes them: URLs, of which some hold the data itself.
enum ResponsesMedia {
    /// What a URL stands for.
    ///
    /// - Throws: a 400 for a data URL that is not base64.
    static func item(_ url: String, _ path: @autoclosure () -> String) throws(APIError) -> MediaItem {
        guard url.hasPrefix("data:") else { return MediaItem(.url(url)) }
        guard let comma = url.firstIndex(of: ","), url[..<comma].hasSuffix(";base64") else {
            throw .invalid(path(), "'\(path())' must be a URL, or a data URL such as \"data:image/png;base64,...\".")
        }
        let type = url[..<comma].dropFirst(5).prefix { $0 != ";" }
        return MediaItem(
            .base64(String(url[url.index(after: comma)...])), mediaType: type.isEmpty ? nil : String(type))
    }

    /// The data URL of base64 data.
    static func dataURL(_ base64: String, _ mediaType: String?, otherwise: String) -> String {
        "data:\(mediaType ?? otherwise);base64,\(base64)"
    }

    static func audioType(of format: String) -> String {
        format == "mp3" ? "audio/mpeg" : "audio/\(format)"
    }

    /// The word for a sound of this type: `mp3`, `wav`, …
    static func audioFormat(of mediaType: String?) -> String {
        switch mediaType {
        case "audio/mpeg", "audio/mp3": "mp3"
        case "audio/wav", "audio/x-wav", "audio/wave", nil: "wav"
        case let type?: String(type.drop { $0 != "/" }.dropFirst())
        }
    }

    private static let documentTypes: [(ending: String, type: String)] = [
        (".pdf", "application/pdf"), (".txt", "text/plain"), (".md", "text/markdown"), (".csv", "text/csv"),
        (".json", "application/json"), (".html", "text/html"),
        (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ]

    /// What the ending of a name says about a document; nil where it says nothing.
    static func documentType(of name: String?) -> String? {
        guard let name = name?.lowercased() else { return nil }
        return documentTypes.first { name.hasSuffix($0.ending) }?.type
    }

    /// A name for a document that has none.
    static func documentName(of mediaType: String?) -> String {
        "document" + (documentTypes.first { $0.type == mediaType }?.ending ?? ".pdf")
    }
}
