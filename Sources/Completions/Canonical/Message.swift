/// One turn of a conversation, in no dialect: a role and what was said in it, in order.
///
/// The order of items is kept because signatures of reasoning are bound to it. Source: wire spec 1, 5.
package struct Message: Sendable, Equatable {
    package enum Role: UInt8, Sendable {
        case system, developer, user, assistant
        /// Results of tool calls and nothing else: every item is a `toolResult`.
        case tool
    }

    package var role: Role
    package var items: [MessageItem]
    /// The participant's name, where the caller gave one.
    package var name: String?
    /// Members that only its dialect knows, as an object in that dialect's words: for a provider of the same one.
    package var extras: NativeItem?

    package init(_ role: Role, _ items: [MessageItem] = [], name: String? = nil, extras: NativeItem? = nil) {
        self.role = role
        self.items = items
        self.name = name
        self.extras = extras
    }
}

/// One thing in a turn, or in an answer.
package enum MessageItem: Sendable, Equatable {
    case text(TextItem)
    case image(MediaItem)
    case audio(MediaItem)
    case video(MediaItem)
    /// A document: PDF, plain text, office formats.
    case file(MediaItem)
    case reasoning(ReasoningItem)
    case toolCall(ToolCallItem)
    case toolResult(ToolResultItem)
    case refusal(String)
    /// A tool that the provider ran itself. Only answers have it.
    indirect case serverTool(ServerToolItem)
    /// A part that only one dialect knows, as written there. Encoders of other dialects leave it out and say so.
    case native(NativeItem)
}

/// A part in the words of one dialect.
package struct NativeItem: Sendable, Equatable {
    /// Of the dialect it came in: `anthropic`, `openai`, `openai-responses`, `gemini`, `bedrock`, `cohere`.
    package var dialect: String
    package var json: RawJSON

    package init(dialect: String, json: RawJSON) {
        self.dialect = dialect
        self.json = json
    }
}

package struct TextItem: Sendable, Equatable {
    package var text: String
    package var cache: CacheMarker?
    package var citations: [Citation]
    /// What signs this text (Gemini's thought signature on a text part).
    package var signature: String?
    /// What the message is for, where its model says so (`phase` of the Responses API: `commentary`, `final_answer`).
    package var phase: String?

    package init(
        _ text: String, cache: CacheMarker? = nil, citations: [Citation] = [], signature: String? = nil,
        phase: String? = nil
    ) {
        self.text = text
        self.cache = cache
        self.citations = citations
        self.signature = signature
        self.phase = phase
    }
}

/// Everything up to here may be cached by the provider. Source: wire spec 3, `cache_control`.
package struct CacheMarker: Sendable, Equatable {
    /// How long, as written (`5m`, `1h`, `30m`, `12h`); nil for the provider's usual time.
    package var ttl: String?

    package init(ttl: String? = nil) {
        self.ttl = ttl
    }
}

/// An image, sound, film or document.
package struct MediaItem: Sendable, Equatable {
    package enum Source: Sendable, Equatable {
        /// `http`, `https` or a scheme of the provider (`gs`, `s3`).
        case url(String)
        /// Base64 as written, without the `data:` head.
        case base64(String)
        /// Plain text of a document.
        case text(String)
        /// A file the provider keeps.
        case fileID(String)
    }

    package var source: Source
    /// The MIME type, where it is known: `image/png`, `audio/wav`, `application/pdf`.
    package var mediaType: String?
    /// A file's name.
    package var name: String?
    /// `auto`, `low`, `high`, `original`: how closely an image is looked at.
    package var detail: String?
    package var cache: CacheMarker?
    /// Members that only its dialect knows, as an object in that dialect's words: for a provider of the same one.
    package var extras: NativeItem?

    package init(
        _ source: Source, mediaType: String? = nil, name: String? = nil, detail: String? = nil,
        cache: CacheMarker? = nil, extras: NativeItem? = nil
    ) {
        self.source = source
        self.mediaType = mediaType
        self.name = name
        self.detail = detail
        self.cache = cache
        self.extras = extras
    }
}

/// A piece of the model's thinking, with all that a provider needs to take it back unchanged.
///
/// One entry of `reasoning_details`. Source: openrouter spec 7, wire spec 6.2.
package struct ReasoningItem: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        case text, summary, encrypted
    }

    package var kind: Kind
    /// The text or summary; empty for an encrypted one.
    package var text: String
    /// The sealed content of an encrypted one.
    package var data: String?
    package var signature: String?
    package var id: String?
    /// Who made it: `anthropic-claude-v1`, `openai-responses-v1`, `google-gemini-v1`, `unknown`, … It goes back only to
    /// a provider of the same format.
    package var format: String?
    /// The position among the answer's pieces of reasoning, where one was given.
    package var index: Int?

    package init(
        _ kind: Kind, text: String = "", data: String? = nil, signature: String? = nil, id: String? = nil,
        format: String? = nil, index: Int? = nil
    ) {
        self.kind = kind
        self.text = text
        self.data = data
        self.signature = signature
        self.id = id
        self.format = format
        self.index = index
    }
}

package struct ToolCallItem: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        case function
        /// Freeform input instead of JSON arguments.
        case custom
        /// Run by the provider (web search, code execution).
        case server
    }

    package var kind: Kind
    package var id: String
    package var name: String
    /// As the model wrote them: never parsed and written again, because signatures and caches are bound to the bytes.
    /// Empty means none, which is `{}` for families that need an object.
    package var arguments: String
    /// What signs the call (Gemini's thought signature).
    package var signature: String?
    package var cache: CacheMarker?
    /// Members that only its dialect knows, as an object in that dialect's words: for a provider of the same one.
    package var extras: NativeItem?

    package init(
        _ kind: Kind = .function, id: String, name: String, arguments: String, signature: String? = nil,
        cache: CacheMarker? = nil, extras: NativeItem? = nil
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.arguments = arguments
        self.signature = signature
        self.cache = cache
        self.extras = extras
    }
}

package struct ToolResultItem: Sendable, Equatable {
    /// The id of the call it answers.
    package var callID: String
    /// The tool's name, where the caller gave it; encoders that need one look it up by the id.
    package var name: String?
    /// Text, images and files.
    package var content: [MessageItem]
    package var isError: Bool
    package var cache: CacheMarker?
    /// Members that only its dialect knows, as an object in that dialect's words: for a provider of the same one.
    package var extras: NativeItem?

    package init(
        callID: String, name: String? = nil, content: [MessageItem], isError: Bool = false, cache: CacheMarker? = nil,
        extras: NativeItem? = nil
    ) {
        self.callID = callID
        self.name = name
        self.content = content
        self.isError = isError
        self.cache = cache
        self.extras = extras
    }
}

/// Where a statement comes from. Source: openrouter spec 7 (`annotations`), wire spec 8.
package struct Citation: Sendable, Equatable {
    package var url: String?
    package var title: String?
    /// What was cited, word for word.
    package var text: String?
    /// Where in the answer's text it stands, in Unicode code points: from, up to.
    package var range: Range<Int>?
    /// The citation as its provider wrote it, and in which dialect: for a caller of the same one.
    package var native: NativeItem?

    package init(
        url: String? = nil, title: String? = nil, text: String? = nil, range: Range<Int>? = nil,
        native: NativeItem? = nil
    ) {
        self.url = url
        self.title = title
        self.text = text
        self.range = range
        self.native = native
    }
}
