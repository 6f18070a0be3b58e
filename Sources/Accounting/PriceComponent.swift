/// What a price sheet can put a price on; the raw value is its place in `PriceRates`.
package enum PriceComponent: UInt8, CaseIterable, Sendable {
    /// Per prompt token that no dearer or cheaper component covers.
    case prompt
    /// Per completion token that no other component covers.
    case completion
    /// Per request.
    case request
    /// Per image in the prompt.
    case image
    /// Per image token of the prompt.
    case imageToken
    /// Per image token of the completion.
    case imageOutput
    /// Per audio token of the prompt.
    case audio
    /// Per audio token of the completion.
    case audioOutput
    /// Per audio token of the prompt that was read from the cache.
    case inputAudioCache
    /// Per search of the web.
    case webSearch
    /// Per reasoning token; where unpriced they are completion tokens.
    case internalReasoning
    /// Per prompt token read from the cache.
    case inputCacheRead
    /// Per prompt token written to the cache, for its usual five minutes.
    case inputCacheWrite
    /// Per prompt token written to the cache for an hour.
    case inputCacheWrite1h

    /// The key in configuration and in `/models`.
    package var name: StaticString {
        switch self {
        case .prompt: "prompt"
        case .completion: "completion"
        case .request: "request"
        case .image: "image"
        case .imageToken: "image_token"
        case .imageOutput: "image_output"
        case .audio: "audio"
        case .audioOutput: "audio_output"
        case .inputAudioCache: "input_audio_cache"
        case .webSearch: "web_search"
        case .internalReasoning: "internal_reasoning"
        case .inputCacheRead: "input_cache_read"
        case .inputCacheWrite: "input_cache_write"
        case .inputCacheWrite1h: "input_cache_write_1h"
        }
    }

    /// The component of a key, if there is one.
    package init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name.description == name }) else { return nil }
        self = found
    }
}
