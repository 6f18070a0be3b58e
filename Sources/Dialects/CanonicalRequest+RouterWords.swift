import Completions
import JSONText

/// Words of the router's own dialect that callers of every other one may use beside theirs.
extension CanonicalRequest {
    /// Reads how tokens are drawn, as far as few dialects have words for it.
    ///
    /// - Returns: false for any other member.
    /// - Throws: a 400 for a value of a wrong type or out of range.
    mutating func readFurtherSampling(_ member: JSONMember) throws(APIError) -> Bool {
        let value = member.value
        switch member.name {
        case "min_p": sampling.minP = try value.requireNumber(0...1, "min_p")
        case "top_a": sampling.topA = try value.requireNumber(0...1, "top_a")
        case "frequency_penalty": sampling.frequencyPenalty = try value.requireNumber(-2...2, "frequency_penalty")
        case "presence_penalty": sampling.presencePenalty = try value.requireNumber(-2...2, "presence_penalty")
        case "repetition_penalty":
            sampling.repetitionPenalty = try value.requireNumber(0...2, openBelow: true, "repetition_penalty")
        case "seed": sampling.seed = Int64(try value.requireInteger(Int.min...Int.max, "seed"))
        case "logit_bias":
            try value.requireObject("logit_bias")
            sampling.logitBias = RawJSON(value.rawText)
        default: return false
        }
        return true
    }

    /// Reads `reasoning`.
    ///
    /// - Throws: a 400 for a value of a wrong type, and where effort and budget are both given.
    mutating func readReasoning(_ value: JSONValue) throws(APIError) {
        try value.requireObject("reasoning")
        for member in value.members where !member.value.isNull {
            let value = member.value
            switch member.name {
            case "effort":
                reasoning.effort = try value.requireWord(ReasoningPreferences.Effort.self, "reasoning.effort")
            case "max_tokens":
                reasoning.maxTokens = try value.requireInteger(0...Int(Int32.max), "reasoning.max_tokens")
            case "exclude": reasoning.isExcluded = try value.requireBool("reasoning.exclude")
            case "enabled": reasoning.isEnabled = try value.requireBool("reasoning.enabled")
            case "summary", "generate_summary":
                reasoningSummary = try value.requireString("reasoning.\(member.key.string)")
            case "context": reasoningContext = try value.requireString("reasoning.context")
            case "mode": reasoningMode = try value.requireString("reasoning.mode")
            default: break
            }
        }
        if reasoning.effort != nil, reasoning.maxTokens != nil {
            throw .invalid(
                "reasoning.max_tokens", "'reasoning.effort' and 'reasoning.max_tokens' exclude each other; send one.")
        }
    }
}
