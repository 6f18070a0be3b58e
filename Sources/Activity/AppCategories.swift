/// The categories that an app gives itself (`X-OpenRouter-Categories`).
package enum AppCategories {
    /// Taken of one request.
    private static let perRequestMax = 2

    /// The names that mean something; what is not one of them is dropped without a word, as the contract says.
    private static let known: Set<Substring> = [
        "cli-agent", "ide-extension", "cloud-agent", "programming-app", "native-app-builder", "creative-writing",
        "video-gen", "image-gen", "audio-gen", "writing-assistant", "general-chat", "personal-agent", "legal",
        "roleplay", "game",
    ]

    /// The first two known names of a comma list, each once, joined by a comma; nil where there is none.
    package static func kept(of list: String) -> String? {
        var kept: [Substring] = []
        for part in list.utf8.prefix(ActivityLimits.textBytesMax).split(separator: UInt8(ascii: ",")) {
            let name = Substring(part).trimmed
            if known.contains(name), !kept.contains(name) { kept.append(name) }
            if kept.count == perRequestMax { break }
        }
        return kept.isEmpty ? nil : kept.joined(separator: ",")
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
