package import Catalog
package import Completions

/// Images and documents that a request names by a URL of the web, where a provider wants them inlined.
package enum WebMedia {
    package enum Kind: UInt8, Sendable {
        case image, document
    }

    /// One to be fetched.
    package struct Wanted: Sendable, Equatable {
        package var url: String
        package var kind: Kind
        /// Its first place in the request, for errors.
        package var path: String

        package init(url: String, kind: Kind, path: String) {
            self.url = url
            self.kind = kind
            self.path = path
        }
    }

    /// What was fetched.
    package struct Contents: Sendable, Equatable {
        package var base64: String
        /// The MIME type.
        package var mediaType: String

        package init(base64: String, mediaType: String) {
            self.base64 = base64
            self.mediaType = mediaType
        }
    }

    /// What an endpoint cannot take by its URL, each URL once, in the order of the request.
    package static func wanted(
        of request: CanonicalRequest, in dialect: ProviderDialect, for target: TranslationTarget
    ) -> [Wanted] {
        if target.abilities.contains(.mediaByURL) { return [] }
        var found: [Wanted] = []
        for (index, message) in request.messages.enumerated() {
            for (place, item) in message.items.enumerated() {
                collect(item, dialect, "messages[\(index)].content[\(place)]", &found)
            }
        }
        return found
    }

    private static func collect(
        _ item: MessageItem, _ dialect: ProviderDialect, _ path: @autoclosure () -> String, _ found: inout [Wanted]
    ) {
        switch item {
        case .image(let media): collect(media, .image, dialect, path(), &found)
        case .file(let media): collect(media, .document, dialect, path(), &found)
        case .toolResult(let result): for inner in result.content { collect(inner, dialect, path(), &found) }
        case .text, .audio, .video, .reasoning, .toolCall, .refusal, .serverTool, .native: break
        }
    }

    private static func collect(
        _ media: MediaItem, _ kind: Kind, _ dialect: ProviderDialect, _ path: @autoclosure () -> String,
        _ found: inout [Wanted]
    ) {
        guard case .url(let url) = media.source, isFetched(url, dialect), !found.contains(where: { $0.url == url })
        else { return }
        found.append(Wanted(url: url, kind: kind, path: path()))
    }

    /// Puts what was fetched in place of its URLs.
    package static func inline(
        _ contents: (_ url: String) -> Contents?, into request: inout CanonicalRequest, in dialect: ProviderDialect
    ) {
        for index in request.messages.indices { inline(contents, into: &request.messages[index].items, dialect) }
    }

    private static func inline(
        _ contents: (String) -> Contents?, into items: inout [MessageItem], _ dialect: ProviderDialect
    ) {
        for place in items.indices {
            switch items[place] {
            case .image(let media):
                if let inlined = inlined(media, contents, dialect) { items[place] = .image(inlined) }
            case .file(let media):
                if let inlined = inlined(media, contents, dialect) { items[place] = .file(inlined) }
            case .toolResult(var result):
                inline(contents, into: &result.content, dialect)
                items[place] = .toolResult(result)
            case .text, .audio, .video, .reasoning, .toolCall, .refusal, .serverTool, .native: break
            }
        }
    }

    private static func inlined(
        _ media: MediaItem, _ contents: (String) -> Contents?, _ dialect: ProviderDialect
    ) -> MediaItem? {
        guard case .url(let url) = media.source, isFetched(url, dialect), let found = contents(url) else { return nil }
        var media = media
        media.source = .base64(found.base64)
        media.mediaType = found.mediaType
        return media
    }

    /// Whether it is of the web and of no place that the provider reads by itself.
    private static func isFetched(_ url: String, _ dialect: ProviderDialect) -> Bool {
        guard isWeb(url) else { return false }
        switch dialect {
        case .gemini, .vertex: return !GeminiURL.isGoogleFile(url) && !GeminiURL.isYouTube(url)
        case .vertexAnthropic, .bedrock, .anthropic, .cohere, .openAIResponses, .openAI, .azure: return true
        }
    }

    static func isWeb(_ url: String) -> Bool {
        let scheme = url.prefix(8).lowercased()
        return scheme == "https://" || scheme.hasPrefix("http://")
    }
}
