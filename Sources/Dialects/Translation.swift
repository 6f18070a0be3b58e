package import Catalog
package import Completions

/// What an encoder of requests must know about the endpoint that a canonical request is written for.
package struct TranslationTarget: Sendable {
    /// What the endpoint's model can and cannot do, where its family differs within itself. Source: wire spec 3, 5.2.
    package struct Abilities: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Takes `temperature`, `top_p`, `top_k`.
        package static let sampling = Abilities(rawValue: 1)
        /// Thinks by effort (Claude 4.6 and later, Gemini 3 and later) rather than by budget.
        package static let adaptiveThinking = Abilities(rawValue: 2)
        /// Cannot be kept from thinking.
        package static let alwaysThinks = Abilities(rawValue: 4)
        /// Takes an answer's beginning as the last message.
        package static let prefill = Abilities(rawValue: 8)
        /// Can be made to call a tool.
        package static let forcedTools = Abilities(rawValue: 16)
        /// Takes system messages between other turns.
        package static let systemAnywhere = Abilities(rawValue: 32)
        /// Takes a JSON Schema for its output.
        package static let jsonSchema = Abilities(rawValue: 64)
        /// Takes ids with tool calls and results (Gemini 3 and later).
        package static let toolCallIDs = Abilities(rawValue: 128)
        /// Can fetch images and files by URL itself.
        package static let mediaByURL = Abilities(rawValue: 256)
        /// Thinks at all, and seals what it thought for the next turn.
        package static let reasoning = Abilities(rawValue: 512)
        /// Takes markers of what to cache where it does not cache by itself (GPT-5.6 and later).
        package static let cacheMarkers = Abilities(rawValue: 1024)
    }

    /// Who serves the model, where the same dialect is spoken a little differently there.
    package enum Platform: UInt8, Sendable {
        /// The family's own API.
        case own
        /// Google Cloud's Vertex AI: Gemini, and Claude through `rawPredict`.
        case vertex
        /// Bedrock's `InvokeModel`.
        case bedrock
    }

    /// The model's id at the provider.
    package var model: String
    package var platform: Platform
    package var isStream: Bool
    /// The most output tokens the endpoint gives; nil where it is not known.
    package var maxOutputTokens: Int?
    package var abilities: Abilities
    /// The format of its reasoning where that is not the usual one of its dialect (`xai-responses-v1`): pieces of
    /// another format are not sent to it, and its own are stamped with it.
    package var reasoningFormat: String?
    /// The efforts of thinking that the model knows; nil where that is not known.
    package var efforts: [ReasoningPreferences.Effort]?
    /// The version of Anthropic's API that is asked for.
    package var anthropicVersion = AnthropicVersion.of2023
    /// Whether it is the faster tier of Anthropic's, which is asked for by `speed`.
    package var isFast = false

    package init(
        model: String, platform: Platform = .own, isStream: Bool, maxOutputTokens: Int? = nil, abilities: Abilities,
        reasoningFormat: String? = nil, efforts: [ReasoningPreferences.Effort]? = nil
    ) {
        self.model = model
        self.platform = platform
        self.isStream = isStream
        self.maxOutputTokens = maxOutputTokens
        self.abilities = abilities
        self.reasoningFormat = reasoningFormat
        self.efforts = efforts
    }
}

/// What became of a request on its way into another dialect.
package struct Translation: Sendable, Equatable {
    /// Names of parameters that the dialect has no words for, and that were left out. Source: wire spec 4.
    package var dropped: [String] = []
    private var droppedNames: Set<String> = []
    /// Tool names as sent, where they had to be changed.
    package var names = ToolNameMap()
    /// Names, as sent, of freeform tools that went out as functions with one string `input`, because the dialect knows
    /// no others; their calls come back unwrapped.
    package var wrappedTools: Set<String> = []
    /// The name, as sent, of a tool whose arguments are the answer's text: how a JSON Schema is asked of a model that
    /// takes none for its output.
    package var answerTool: String?
    /// The `format` of the reasoning that the model makes, where it depends on the model; nil for the dialect's own.
    package var reasoningFormat: String?
    /// Names of tools that were left out, as the caller has them.
    package private(set) var lostTools: [String] = []

    package init() {}

    /// Notes a tool that is left out.
    ///
    /// - Parameter name: what it is called among what was left out.
    mutating func drop(_ tool: Tool, as name: String) {
        lostTools.append(tool.name)
        drop(name)
    }

    /// Refuses a request whose tools were left out where it must not be asked without them.
    ///
    /// - Parameters:
    ///   - request: what was translated.
    ///   - requiresAll: the caller wants nothing left out (`provider.require_parameters`).
    /// - Throws: a 400 with `param`. Source: wire spec 4.
    package func checkTools(of request: CanonicalRequest, requiresAll: Bool) throws(APIError) {
        guard let lost = lostTools.first else { return }
        let isForced =
            switch request.toolChoice {
            case .named(let name): lostTools.contains(name)
            case .required: lostTools.count == request.tools.count
            case .among(let names, isRequired: true): names.allSatisfy(lostTools.contains)
            case nil, .auto, .none?, .among: false
            }
        if isForced {
            throw .invalid(
                "tool_choice",
                "'tool_choice' wants a tool called that this model's provider does not have: '\(lost)'; choose another model, "
                    + "or leave the choice to it.")
        }
        if requiresAll {
            throw .invalid(
                "tools",
                "'tools' has one that this model's provider does not have, '\(lost)', and 'provider.require_parameters' is "
                    + "true; leave the tool out, or choose another model.")
        }
    }

    /// Notes a parameter that is left out, once.
    package mutating func drop(_ name: String) {
        if droppedNames.insert(name).inserted { dropped.append(name) }
    }
}

/// Tool names under a provider's rules, and back again. Source: wire spec 7.
package struct ToolNameMap: Sendable, Equatable {
    /// An underscore and as many digits as tools of one request can need.
    private static let suffixBytes = 9

    /// By the name that was sent, the caller's; those that did not have to change too, so that no two become one.
    private var originals: [String: String] = [:]
    private var sent: [String: String] = [:]
    /// The last number that names of this beginning got, so that many alike do not each count from the first.
    private var numbers: [String: Int] = [:]

    package init() {}

    /// The caller's name for a tool that a provider calls.
    package func original(of sent: String) -> String { originals[sent] ?? sent }

    /// A name the provider takes: characters it does not know become underscores, names that are too long are cut, and
    /// names that would then be the same get a number. The same name always gets the same answer.
    package mutating func sent(
        for name: String, atMost length: Int, startsWithLetter: Bool = false, allows: (UInt8) -> Bool
    ) -> String {
        if let known = sent[name] { return known }
        var bytes = name.utf8.map { allows($0) ? $0 : UInt8(ascii: "_") }
        if bytes.isEmpty { bytes = Array("tool".utf8) }
        if startsWithLetter, !bytes[0].isLetter { bytes.insert(UInt8(ascii: "t"), at: 0) }
        var candidate = String(decoding: bytes.prefix(length), as: UTF8.self)
        if originals[candidate] != nil {
            let beginning = String(decoding: bytes.prefix(length - Self.suffixBytes), as: UTF8.self)
            var number = numbers[beginning] ?? 1
            while originals[candidate] != nil {
                number += 1
                let suffix = "_\(number)"
                candidate = String(decoding: bytes.prefix(length - suffix.utf8.count), as: UTF8.self) + suffix
            }
            numbers[beginning] = number
        }
        originals[candidate] = name
        sent[name] = candidate
        return candidate
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }
}
