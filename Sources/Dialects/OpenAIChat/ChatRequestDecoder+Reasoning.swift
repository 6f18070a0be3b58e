import Completions
import JSONText

extension ChatRequestDecoder {
    mutating func readReasoning(_ value: JSONValue) throws(APIError) {
        try value.requireObject("reasoning")
        if let effort = value["effort"], !effort.isNull {
            request.reasoning.effort = try effort.requireWord(
                ReasoningPreferences.Effort.self, "reasoning.effort")
        }
        if let budget = value["max_tokens"], !budget.isNull {
            request.reasoning.maxTokens = try budget.requireInteger(0...Int(Int32.max), "reasoning.max_tokens")
        }
        if let exclude = value["exclude"], !exclude.isNull {
            request.reasoning.isExcluded = try exclude.requireBool("reasoning.exclude")
        }
        if let enabled = value["enabled"], !enabled.isNull {
            request.reasoning.isEnabled = try enabled.requireBool("reasoning.enabled")
        }
        if let summary = value["summary"], !summary.isNull { try summary.checkString("reasoning.summary") }
        if let context = value["context"], !context.isNull { try context.checkString("reasoning.context") }
        if let mode = value["mode"], !mode.isNull { try mode.checkString("reasoning.mode") }
    }

    /// Joins the three spellings; contradictions are the caller's to solve.
    mutating func finishReasoning() throws(APIError) {
        if let shorthand = effortShorthand {
            if let effort = request.reasoning.effort, effort != shorthand {
                throw .invalid(
                    "reasoning_effort",
                    "'reasoning_effort' is \"\(shorthand.rawValue)\" but 'reasoning.effort' is "
                        + "\"\(effort.rawValue)\"; send one of them.")
            }
            request.reasoning.effort = shorthand
        }
        if request.reasoning.effort != nil, request.reasoning.maxTokens != nil {
            throw .invalid(
                "reasoning.max_tokens", "'reasoning.effort' and 'reasoning.max_tokens' exclude each other; send one.")
        }
    }
}
