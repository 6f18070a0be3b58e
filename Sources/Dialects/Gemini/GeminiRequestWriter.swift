package import Buffers
package import Completions
import JSONText

/// Writes requests for Gemini's `generateContent` and `streamGenerateContent`, at AI Studio and at Vertex AI.
///
/// The model and whether it streams are in the path. What a conversation begins with comes first and its turns come
/// last, so that the body of a turn is a prefix of the next one's up to the closing brackets.
/// Source: wire spec 3, 5.3, 6.1, 7.
package struct GeminiRequestWriter {
    let request: CanonicalRequest
    let target: TranslationTarget
    var translation = Translation()
    /// For arguments, results and schemas, which are spliced into the body only when they are well-formed.
    lazy var scanner = JSONScanner()

    /// The format of reasoning that this family takes back.
    static let reasoningFormat = "google-gemini-v1"
    /// The name of its parts in a canonical request.
    static let dialect = "gemini"

    /// Appends the body.
    ///
    /// - Throws: A 400 that names the part which Gemini cannot be given: media that it would have to fetch, a system
    ///   message that is not text, a file of another provider. Nothing is appended then.
    package static func write(
        _ request: CanonicalRequest, for target: TranslationTarget, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        let start = out.count
        var writer = GeminiRequestWriter(request, target)
        do throws(APIError) {
            try out.appendJSON { (json: inout JSONWriter) throws(APIError) in try writer.writeBody(&json) }
        } catch {
            out.truncate(to: start)
            throw error
        }
        return writer.translation
    }

    private init(_ request: CanonicalRequest, _ target: TranslationTarget) {
        self.request = request
        self.target = target
    }

    /// Gemini 3 and later: levels of thinking, ids with calls, signatures that are checked.
    var isThirdGeneration: Bool {
        target.abilities.contains(.adaptiveThinking) || target.abilities.contains(.toolCallIDs)
    }

    private mutating func writeBody(_ json: inout JSONWriter) throws(APIError) {
        let output = outputPlan()
        json.beginObject()
        let turns = try writeSystem(instruction: output.instruction, &json)
        writeTools(&json)
        writeOthers(&json)
        writeLabels(&json)
        writeServiceTier(&json)
        writeGenerationConfig(output, &json)
        noteDropped()
        try writeContents(from: turns, &json)
        json.endObject()
    }

    /// The leading run of system messages. Returns the index of the first message behind it.
    private mutating func writeSystem(instruction: String?, _ json: inout JSONWriter) throws(APIError) -> Int {
        let end = request.messages.firstIndex { $0.role != .system && $0.role != .developer } ?? request.messages.count
        guard end > 0 || instruction != nil else { return 0 }
        var texts: [String] = []
        for index in 0..<end {
            for (place, item) in request.messages[index].items.enumerated() {
                guard case .text(let text) = item else {
                    let path = "messages[\(index)].content[\(place)]"
                    throw .invalid(path, "'\(path)' must be text: system messages to Gemini cannot hold anything else.")
                }
                noteCache(text.cache)
                if !text.text.isEmpty { texts.append(text.text) }
            }
        }
        if let instruction { texts.append(instruction) }
        guard !texts.isEmpty else { return end }
        json.memberObject("systemInstruction") { json in
            json.memberArray("parts") { json in
                for text in texts { json.object { $0.member("text", text) } }
            }
        }
        return end
    }

    /// What was sent and has no place in this dialect. Source: wire spec 3, 4.
    private mutating func noteDropped() {
        let sampling = request.sampling
        noteCache(request.cache)
        if sampling.minP != nil { translation.drop("min_p") }
        if sampling.topA != nil { translation.drop("top_a") }
        if sampling.repetitionPenalty != nil { translation.drop("repetition_penalty") }
        if sampling.logitBias != nil { translation.drop("logit_bias") }
        if request.verbosity != nil { translation.drop("verbosity") }
        if request.promptCacheKey != nil { translation.drop("prompt_cache_key") }
        if request.predictedOutput != nil { translation.drop("prediction") }
        if request.reasoningSummary != nil { translation.drop("reasoning.summary") }
        if request.reasoningContext != nil { translation.drop("reasoning.context") }
        if request.reasoningMode != nil { translation.drop("reasoning.mode") }
    }

    /// Gemini caches by itself.
    mutating func noteCache(_ marker: CacheMarker?) {
        if marker != nil { translation.drop("cache_control") }
    }

    /// Whose request it is: labels, which Vertex AI alone takes, and only of a few characters.
    private mutating func writeLabels(_ json: inout JSONWriter) {
        var labels = request.metadata
        if let user = request.user { labels.append(StringPair("user", user)) }
        guard !labels.isEmpty else { return }
        guard target.platform == .vertex else {
            if !request.metadata.isEmpty { translation.drop("metadata") }
            if request.user != nil { translation.drop("user") }
            return
        }
        var written: Set<String> = []
        json.memberObject("labels") { json in
            for label in labels {
                let name = GeminiLabel.text(label.name, startsWithLetter: true)
                guard written.insert(name).inserted else { continue }
                json.key(text: name)
                json.string(GeminiLabel.text(label.value))
            }
        }
    }

    /// In the body at AI Studio; Vertex AI takes it as a header, which is not this writer's.
    private mutating func writeServiceTier(_ json: inout JSONWriter) {
        guard let tier = request.serviceTier, tier != "auto" else { return }
        let name: String? =
            switch tier {
            case "default", "standard", "standard_only": "standard"
            case "flex": "flex"
            case "priority", "fast": "priority"
            default: nil
            }
        guard let name, target.platform != .vertex else { return translation.drop("service_tier") }
        json.member("serviceTier", name)
    }

    /// Members that are Gemini's own are passed on; unknown ones are not, because Gemini refuses what it does not know.
    private mutating func writeOthers(_ json: inout JSONWriter) {
        var written: Set<String> = []
        for other in request.others {
            let name: StaticString
            switch other.name {
            case "safety_settings", "safetySettings": name = "safetySettings"
            case "cached_content", "cachedContent": name = "cachedContent"
            case "model_armor_config", "modelArmorConfig": name = "modelArmorConfig"
            case "media_resolution", "mediaResolution": continue
            default:
                if !RouterMembers.areOurs(other.name) { translation.drop(other.name) }
                continue
            }
            guard written.insert("\(name)").inserted else { continue }
            json.key(name)
            json.raw(other.json)
        }
    }
}

/// Google Cloud's labels: at most 63 lower-case letters, digits, `_` and `-`.
enum GeminiLabel {
    private static let length = 63

    static func text(_ text: String, startsWithLetter: Bool = false) -> String {
        var bytes: [UInt8] = text.utf8.prefix(length).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
            case UInt8(ascii: "-"): byte
            default: UInt8(ascii: "_")
            }
        }
        if startsWithLetter, !(bytes.first.map { $0 >= UInt8(ascii: "a") } ?? false) {
            bytes.insert(UInt8(ascii: "l"), at: 0)
        }
        return String(decoding: bytes.prefix(length), as: UTF8.self)
    }
}
