import Accounting
import JSONText

/// Reads `usageMetadata` into totals that include their parts. Source: wire spec 8.
enum GeminiUsage {
    /// nil where nothing was counted, as in the events of a stream on bought throughput.
    static func read(_ metadata: JSONValue) -> TokenUsage? {
        let prompt = count(metadata["promptTokenCount"])
        let candidates = count(metadata["candidatesTokenCount"])
        let total = count(metadata["totalTokenCount"])
        guard prompt != nil || candidates != nil || total != nil else { return nil }
        let tools = count(metadata["toolUsePromptTokenCount"]) ?? 0
        let thoughts = count(metadata["thoughtsTokenCount"]) ?? 0
        var usage = TokenUsage()
        usage.prompt = (prompt ?? 0) + tools
        usage.completion = candidates ?? 0
        usage.reasoning = thoughts
        // Thoughts stand beside the answer, but for models whose total proves that they are within it.
        if thoughts > 0, total != usage.prompt + usage.completion || candidates == nil { usage.completion += thoughts }
        usage.total = usage.prompt + usage.completion
        usage.cached = count(metadata["cachedContentTokenCount"]) ?? 0
        for name: StaticString in ["promptTokensDetails", "toolUsePromptTokensDetails"] {
            usage.audioPrompt += tokens("AUDIO", metadata[name])
            usage.imagePrompt += tokens("IMAGE", metadata[name])
            usage.videoPrompt += tokens("VIDEO", metadata[name])
        }
        usage.cachedAudio = tokens("AUDIO", metadata["cacheTokensDetails"])
        usage.audioCompletion = tokens("AUDIO", metadata["candidatesTokensDetails"])
        usage.imageCompletion = tokens("IMAGE", metadata["candidatesTokensDetails"])
        ChatUsage.clampParts(&usage)
        return usage
    }

    /// The tier that served the answer, in the words of the chat dialect; nil where it is not said.
    static func serviceTier(_ metadata: JSONValue) -> String? {
        switch (metadata["serviceTier"] ?? metadata["trafficType"])?.string {
        case "standard", "ON_DEMAND": "default"
        case "flex", "ON_DEMAND_FLEX": "flex"
        case "priority", "ON_DEMAND_PRIORITY": "priority"
        case "PROVISIONED_THROUGHPUT": "scale"
        default: nil
        }
    }

    private static func tokens(_ modality: StaticString, _ details: JSONValue?) -> Int {
        guard let details else { return 0 }
        var sum = 0
        for detail in details.elements where detail["modality"]?.equals(modality) == true {
            sum += count(detail["tokenCount"]) ?? 0
        }
        return sum
    }

    /// A count that is not negative and small enough that sums of a few cannot overflow.
    private static func count(_ value: JSONValue?) -> Int? {
        value?.integer.map { Int(min(max($0, 0), 1 << 40)) }
    }
}
