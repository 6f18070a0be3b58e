import Accounting
package import Activity
import Completions

extension GenerationDetails {
    /// The kind that the first line says, which is left out for chat; nil for one that this version does not know.
    static func kind(_ text: String) -> GenerationKind? {
        guard text.hasPrefix("ki=") else { return .chat }
        return UInt8(text.dropFirst(3).prefix { $0 != "\n" }).flatMap(GenerationKind.init(rawValue:))
    }

    /// The number of one line; 0 where there is none.
    static func number(_ name: String, in text: String) -> Int {
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) where line.starts(with: name.utf8) {
            guard line.dropFirst(name.utf8.count).first == UInt8(ascii: "=") else { continue }
            return Int(Substring(line.dropFirst(name.utf8.count + 1))) ?? 0
        }
        return 0
    }

    /// Sets what the lines of `text` say. Lines that this version does not know are passed over.
    package static func read(_ text: String, into record: inout GenerationRecord) {
        var attempts = ""
        for line in text.split(separator: "\n") {
            guard let end = line.firstIndex(of: "=") else { continue }
            let value = line[line.index(after: end)...]
            let name = line[..<end]
            if name == "at" {
                attempts += value + "\n"
            } else if let number = Int(value), set(name, number, &record) {
                continue
            } else {
                set(name, unescaped(value), &record)
            }
        }
        record.attempts = AttemptList.parse(
            attempts, endpoint: record.endpointID, provider: record.provider, model: record.model,
            upstreamID: record.upstreamID)
    }

    /// - Returns: false when the name is none of a number.
    private static func set(_ name: Substring, _ value: Int, _ record: inout GenerationRecord) -> Bool {
        switch name {
        case "st": record.isStreamed = value != 0
        case "hs": record.httpStatus = value
        case "pc":
            var charge = Charge(total: record.charge.total, prompt: Credits(nanos: Int64(value)))
            charge.direct = record.charge.direct
            record.charge = charge
        case "bn": setDirect(&record.charge) { $0.total = Credits(nanos: Int64(value)) }
        case "bp": setDirect(&record.charge) { $0.prompt = Credits(nanos: Int64(value)) }
        case "tt": record.ttftMs = value
        case "du": record.durationMs = value
        case "ge": record.generationMs = value
        case "pm": record.promptMedia = value
        case "px": record.promptAudios = value
        case "cd": record.cacheDiscount = Credits(nanos: Int64(value))
        default: return set(name, value, &record.usage)
        }
        return true
    }

    private static func setDirect(_ charge: inout Charge, _ set: (inout Charge.Direct) -> Void) {
        var direct = charge.direct ?? .none
        set(&direct)
        charge.direct = direct
    }

    private static func set(_ name: Substring, _ value: Int, _ usage: inout TokenUsage) -> Bool {
        switch name {
        case "ut": usage.total = value
        case "uc": usage.cached = value
        case "ca": usage.cachedAudio = value
        case "w5": usage.cacheWrite5m = value
        case "w1": usage.cacheWrite1h = value
        case "ia": usage.audioPrompt = value
        case "ii": usage.imagePrompt = value
        case "iv": usage.videoPrompt = value
        case "ur": usage.reasoning = value
        case "oa": usage.audioCompletion = value
        case "oi": usage.imageCompletion = value
        case "im": usage.images = value
        case "ws": usage.webSearches = value
        case "es": usage.isEstimated = value != 0
        case "su": usage.searchUnits = value
        case "pa": usage.acceptedPrediction = value
        case "pr": usage.rejectedPrediction = value
        case "co": usage.upstreamCost = Credits(nanos: Int64(value))
        default: return false
        }
        return true
    }

    private static func set(_ name: Substring, _ value: String, _ record: inout GenerationRecord) {
        switch name {
        case "re": record.referer = value
        case "ap": record.appTitle = value
        case "ac": record.appCategories = value
        case "ua": record.userAgent = value
        case "us": record.user = value
        case "se": record.sessionID = value
        case "md": record.metadata = value
        case "tr": record.trace = value
        case "rm": record.requestedModel = value
        case "ep": record.endpointID = value
        case "ta": record.endpointTag = value
        case "um": record.upstreamModel = value
        case "ui": record.upstreamID = value
        case "ti": record.serviceTier = value
        case "pt": record.pricedTag = value
        case "by": record.credentialID = value
        case "fr": record.finishReason = FinishReason(wireName: value)
        case "nf": record.nativeFinishReason = value
        case "et": record.errorType = ErrorType(wireName: value)
        case "fc": record.failure = FailureClass(label: value)
        default: break
        }
    }

    private static func unescaped(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            if !isEscaped, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                bytes.append(isEscaped && byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
                isEscaped = false
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
