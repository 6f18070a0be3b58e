import Completions
import JSONText

extension AnthropicRequestReader {
    private enum OutputEffort: String, CaseIterable {
        case low, medium, high, xhigh, max
    }

    mutating func readOutputConfig(_ value: JSONValue) throws(APIError) {
        try value.requireObject("output_config")
        if let word = value["effort"], !word.isNull {
            let effort = try word.requireWord(OutputEffort.self, "output_config.effort")
            self.effort = ReasoningPreferences.Effort(rawValue: effort.rawValue)
        }
        if let format = value["format"], !format.isNull { try readOutputFormat(format, "output_config.format") }
        if let rest = extras(of: value, except: ["effort", "format"]) {
            request.others.append(NamedJSON("output_config", rest.json))
        }
    }

    mutating func readOutputFormat(_ value: JSONValue, _ path: String) throws(APIError) {
        try value.requireObject(path)
        guard let type = value["type"], type.equals("json_schema") else {
            throw .invalid(path + ".type", "'\(path).type' must be \"json_schema\".")
        }
        guard let schema = value["schema"] else {
            throw .invalid(path + ".schema", "'\(path).schema' is missing; send the JSON Schema of the answer.")
        }
        try schema.requireObject(path + ".schema")
        // This dialect gives its schemas no name and always holds the model to them.
        request.outputFormat = .jsonSchema(
            JSONSchemaFormat(
                name: value["name"]?.string ?? "answer", schema: RawJSON(schema.rawText), isStrict: true))
    }

    /// `thinking`, and what `output_config.effort` means beside it.
    ///
    /// Adaptive thinking without an effort is thinking with high effort, which is that family's default.
    mutating func finishThinking(_ value: JSONValue?) throws(APIError) {
        guard let value else {
            request.verbosity = effort?.rawValue
            return
        }
        try value.requireObject("thinking")
        switch value["type"]?.string {
        case "disabled":
            request.reasoning.isEnabled = false
            request.verbosity = effort?.rawValue
            return
        case "adaptive":
            request.reasoning.isEnabled = true
            request.reasoning.effort = effort ?? .high
        case "enabled":
            guard let budget = value["budget_tokens"] else {
                throw .invalid(
                    "thinking.budget_tokens", "'thinking.budget_tokens' is missing; send at least 1024 tokens.")
            }
            let bounds = DialectLimits.thinkingBudgetMin...DialectLimits.outputTokens.upperBound
            request.reasoning.maxTokens = try budget.requireInteger(bounds, "thinking.budget_tokens")
            request.verbosity = effort?.rawValue
            if let limit = request.maxTokens, let budget = request.reasoning.maxTokens, budget >= limit {
                throw .invalid(
                    "thinking.budget_tokens",
                    "'thinking.budget_tokens' must be less than 'max_tokens', which thinking counts towards.")
            }
        case "between_tools":
            request.verbosity = effort?.rawValue
            request.others.append(NamedJSON("thinking", RawJSON(value.rawText)))
            return
        default:
            throw .invalid(
                "thinking.type",
                "'thinking.type' must be \"enabled\", \"adaptive\", \"disabled\" or \"between_tools\".")
        }
        try readDisplay(value["display"])
    }

    /// Thoughts that are not shown are still sealed into the answer, so that tools can go on with them.
    private mutating func readDisplay(_ display: JSONValue?) throws(APIError) {
        request.reasoningSummary = "auto"
        guard let display, !display.isNull else { return }
        if display.equals("omitted") {
            request.reasoning.isExcluded = true
            request.reasoningSummary = nil
        } else if !display.equals("summarized") {
            throw .invalid("thinking.display", "'thinking.display' must be \"summarized\" or \"omitted\".")
        }
    }
}
