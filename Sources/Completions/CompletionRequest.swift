/// A completion request as the router understands it: typed where it acts, source ranges where it splices.
///
/// Ranges are byte offsets into the request body the request was decoded from. Fields that are not here are still in
/// that body and travel verbatim.
///
/// A class because every step of a request looks at it and a struct of this size would be copied for each: filled by
/// its decoder, read by everybody after that, confined to the loop of its request.
package final class CompletionRequest {
    /// What the caller wants back.
    package enum Kind: UInt8, Sendable {
        /// `messages` in, `choices[].message` out.
        case chat
        /// `prompt` in, `choices[].text` out.
        case text
    }

    /// The shape of a legacy `prompt`.
    package enum PromptForm: UInt8, Sendable {
        case string, strings, tokens, tokenLists
    }

    package enum ResponseFormat: UInt8, Sendable {
        case text, jsonObject, jsonSchema, grammar, python
    }

    package struct Modalities: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let text = Modalities(rawValue: 1)
        package static let image = Modalities(rawValue: 2)
        package static let audio = Modalities(rawValue: 4)
        package static let file = Modalities(rawValue: 8)
        package static let video = Modalities(rawValue: 16)
        /// Outputs alone.
        package static let embeddings = Modalities(rawValue: 32)
        package static let rerank = Modalities(rawValue: 64)
    }

    package struct Plugin: Sendable, Equatable {
        package var id: String
        package var isEnabled: Bool

        package init(id: String, isEnabled: Bool) {
            self.id = id
            self.isEnabled = isEnabled
        }
    }

    /// Whether the middle of a conversation may be left out where it does not fit.
    package enum Compression: UInt8, Sendable {
        /// For small contexts.
        case usual
        case on, off

        /// The largest context, in tokens, that a conversation is shortened for without being asked. Source: spec 8.
        package static let usualContext = 8_192
    }

    package var kind: Kind
    /// The shape of `prompt` where `kind` is `.text`.
    package var promptForm: PromptForm?
    /// `model` as sent: slug, variant, alias or preset; nil when omitted.
    package var model: String?
    /// `models` as sent: fallbacks after `model`, or the whole list where `model` is omitted.
    package var models: [String] = []
    package var preset: String?
    package var isStream = false
    /// The caller's limit on output tokens, in either spelling.
    package var maxTokens: Int?
    /// How many outputs may be billed: `n`, or `best_of` where that is more, times the number of prompts.
    package var choiceCount = 1
    package var provider = ProviderPreferences()
    package var reasoning = ReasoningPreferences()
    package var responseFormat: ResponseFormat?
    /// The names of the functions in `tools`.
    package var toolNames: [String] = []
    package var plugins: [Plugin] = []
    package var compression = Compression.usual
    /// Whether the plugin `web` wants the web searched.
    package var wantsWebSearch = false
    /// Whether the plugin `response-healing` is on.
    package var wantsHealing = false
    /// `debug.echo_upstream_body`: in a stream, what each provider was sent comes back first.
    package var echoesUpstreamBody = false
    package var serviceTier: String?
    /// `speed` is `fast`: what `service_tier: priority` asks for, where no tier is named.
    package var wantsSpeed = false
    package var user: String?
    package var sessionID: String?
    /// `metadata` as compact JSON text: an object of strings.
    package var metadata: String?
    /// `trace` as JSON text: an object.
    package var trace: String?
    /// Every known top-level field that was sent and is not null.
    package var fields = RequestFieldSet()
    /// Content parts found in the messages; text is always in it.
    package var inputModalities: Modalities = .text
    /// `modalities`; text alone when omitted.
    package var outputModalities: Modalities = .text
    package var promptSize = PromptSize()
    package var layout = RequestLayout()

    package init(kind: Kind) {
        self.kind = kind
    }

    /// Whether the middle of its conversation may be left out for a context of so many tokens; nil where it is not known.
    package func mayCompress(forContext context: Int?) -> Bool {
        if kind != .chat { return false }
        return switch compression {
        case .on: true
        case .off: false
        case .usual: context.map { $0 <= Compression.usualContext } ?? false
        }
    }

    /// Whether an answer that is no JSON is mended: where JSON was asked for, and in one piece. Source: spec 8.
    package var healsAnswer: Bool {
        wantsHealing && !isStream && (responseFormat == .jsonObject || responseFormat == .jsonSchema)
    }

    /// The optional parameters the request uses: what `require_parameters` demands of an endpoint.
    package var parameters: RequestFieldSet { fields.intersection(.optionalParameters) }
}
