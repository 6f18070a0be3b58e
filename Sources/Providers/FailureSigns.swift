/// An answer's error boiled down to what the classes are told apart by.
struct FailureSigns {
    /// Lower-case codes, types, status names and reasons, whole.
    let names: Set<String>
    /// Everything the error says, in lower case, for phrases.
    let text: String

    init(_ body: UpstreamErrorBody?, rawText: String, errorTypeField: String?) {
        var names: Set<String> = []
        // Bedrock writes `ThrottlingException:http://...`.
        if let field = errorTypeField?.prefix(while: { $0 != ":" }) { names.insert(field.lowercased()) }
        for name in [body?.code, body?.type, body?.statusName] {
            if let name { names.insert(name.lowercased()) }
        }
        for reason in body?.reasons ?? [] { names.insert(reason.lowercased()) }
        self.names = names
        // A bare number in a message never decides anything: a 400 that quotes "429" is still a 400.
        let message = body == nil ? rawText : body?.message ?? ""
        text = (message.lowercased() + " " + names.sorted().joined(separator: " "))
    }

    func has(_ candidates: String...) -> Bool { candidates.contains(where: names.contains) }

    func says(_ phrases: String...) -> Bool { phrases.contains(where: text.contains) }

    /// Gemini's names of quotas end in `PerDay…`; a limit of 0 is one that this tier does not have.
    var isDailyQuota: Bool { names.contains { $0.contains("perday") } || text.contains("limit: 0") }

    var isContextLength: Bool { ContextLengthPhrases.match(text) }

    var isOutOfCredit: Bool {
        has(
            "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded", "organization_usage_limit_exceeded", "billing_error",
            "enforced_spend_limit_reached", "payment_required", "weight_exceeds_budget", "insufficient_balance",
            "billing_not_active", "billing_hard_limit_reached")
            || says("credit balance", "insufficient balance", "spend limit", "insufficient credits")
    }

    var isInvalidKey: Bool {
        has(
            "invalid_api_key", "api_key_invalid", "authentication_error", "unauthenticated",
            "unrecognizedclientexception", "invalidsignatureexception", "expiredtokenexception",
            "incompletesignatureexception", "missingauthenticationtokenexception", "invalidclienttokenid",
            "signaturedoesnotmatch")
            || says("api key not valid", "invalid api key", "incorrect api key")
    }

    var isOverloaded: Bool {
        has(
            "overloaded_error", "server_is_overloaded", "slow_down", "modelnotreadyexception",
            "servicequotaexceededexception", "capacity_exceeded", "engine_overloaded")
            || says(
                "overloaded", "capacity exceeded", "at capacity", "no capacity", "loading model",
                "model is loading", "is currently loading", "server is busy", "server busy")
    }

    var isModelFault: Bool {
        has(
            "tool_use_failed", "json_validate_failed", "malformed_function_call", "malformed_tool_use",
            "malformed_response", "malformed_model_output", "unexpected_tool_call", "too_many_tool_calls")
    }

    var isInputFiltered: Bool {
        has(
            "content_filter", "content_policy_violation", "responsibleaipolicyviolation", "moderation",
            "moderation_blocked", "content_filtered", "input_sensitive", "sensitive")
            || says("content filtering policy", "content management policy", "usage policy", "usage policies")
    }

    var isInvalidReplay: Bool {
        has("invalid_encrypted_content", "missing_thought_signature")
            || says("thought_signature", "thought signature", "in `thinking` block", "invalid thinking block")
            || says("thinking binding mismatch", "`thinking` or `redacted_thinking` blocks in the latest")
            || says("reasoning_content` in the thinking mode must be passed back", "reasoning_content must be")
    }

    var isUnsupported: Bool {
        has(
            "unsupported_parameter", "unknown_parameter", "unsupported_value", "unsupported_content_type",
            "unsupported_country_region_territory", "not_implemented", "unimplemented")
            || says(
                "unsupported parameter", "unknown parameter", "unrecognized request argument",
                "extra inputs are not permitted", "unsupported value", "is unsupported", "not supported",
                "does not support",
                "doesn't support", "unsupported content", "unknown variant", "unknown field", "unknown name")
    }

    /// Whether a router has the model, and no endpoint of it that this request suits.
    var isWithoutEndpoint: Bool {
        says(
            "no endpoints found that support", "no endpoints available matching",
            "no allowed providers are available for the selected model")
    }

    var isModelUnknown: Bool {
        has("model_not_found", "deploymentnotfound", "model_decommissioned", "invalid_model")
            || (text.contains("model") && says("does not exist", "has been decommissioned", "is not a valid model"))
    }
}
