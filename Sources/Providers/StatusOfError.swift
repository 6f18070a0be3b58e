/// The HTTP status that an error inside a 200 answer stands for.
enum StatusOfError {
    private static let names: [String: Int] = [
        "invalid_request_error": 400, "invalid_argument": 400, "failed_precondition": 400,
        "context_length_exceeded": 400, "content_filter": 400, "invalid_prompt": 400,
        "authentication_error": 401, "unauthenticated": 401, "invalid_api_key": 401,
        "billing_error": 402, "payment_required": 402,
        "permission_error": 403, "permission_denied": 403,
        "not_found_error": 404, "not_found": 404, "model_not_found": 404,
        "conflict_error": 409, "request_too_large": 413,
        "rate_limit_error": 429, "rate_limit_exceeded": 429, "resource_exhausted": 429, "insufficient_quota": 429,
        "api_error": 500, "server_error": 500, "internal": 500, "internal_server_error": 500,
        "unavailable": 503, "server_is_overloaded": 503, "overloaded_error": 529,
        "timeout_error": 504, "timeout": 504, "deadline_exceeded": 504,
        // Reasons that an answer ended for: what the model did wrong, and state that was not sent back.
        "malformed_function_call": 400, "malformed_response": 400, "unexpected_tool_call": 400,
        "too_many_tool_calls": 400, "malformed_tool_use": 400, "malformed_model_output": 400,
        "missing_thought_signature": 400,
    ]

    /// The status the body names, else the one its code, type or status name stands for, else 500.
    static func status(of body: UpstreamErrorBody) -> Int {
        if let status = body.status { return status }
        for name in [body.code, body.statusName, body.type] {
            if let status = name.flatMap({ names[$0.lowercased()] }) { return status }
        }
        return 500
    }
}
