import Completions
import JSONText

/// What fields are about: those about the same are never sent together, so a request that sends one of them has said its
/// word.
extension CallerDialect {
    func subject(of name: String) -> String {
        switch name {
        case "max_completion_tokens", "max_output_tokens": "max_tokens"
        case "reasoning_effort", "thinking": "reasoning"
        case "stop_sequences": "stop"
        case "fallbacks": "models"
        case "response_format", "verbosity", "output_config", "output_format": isChat ? name : "text"
        default: name
        }
    }

    /// What else a field of a request speaks of, by a member of its value or in other words than a preset has.
    func nestedSubjects(of name: String, _ value: JSONValue) -> [String] {
        switch (self, name) {
        case (_, "reasoning") where value.given("exclude") != nil: ["include_reasoning"]
        case (.messages, "thinking") where value.given("display") != nil: ["include_reasoning"]
        case (.messages, "tool_choice") where value.given("disable_parallel_tool_use") != nil: ["parallel_tool_calls"]
        case (.messages, "metadata") where value.given("user_id") != nil: ["user"]
        // What chat says with `logprobs`, a preset says with these here.
        case (.responses, "logprobs"): ["include", "top_logprobs"]
        default: []
        }
    }
}
