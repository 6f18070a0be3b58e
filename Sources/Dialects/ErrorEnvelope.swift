package import Buffers
package import Completions
import JSONText

/// The error envelope of the OpenRouter routes: `{"error":{"code","message","metadata"}}`, a superset of the
/// documented forms.
package enum ErrorEnvelope {
    /// Appends the whole body.
    ///
    /// - Parameter generation: the generation id where one was assigned, for `metadata.generation_id`.
    package static func write(_ error: APIError, generation: String?, into out: inout ByteBuffer) {
        out.append("{\"error\":")
        writeError(error, generation: generation, into: &out)
        out.append("}")
    }

    /// Appends the object that stands under `error`.
    static func writeError(_ error: APIError, generation: String?, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.member("code", error.status)
                json.member("message", error.message)
                json.member("param", error.param)
                writeDetails(error, generation: generation, &json)
            }
        }
    }

    /// Writes what stands in an error behind its message, in any dialect.
    static func writeDetails(_ error: APIError, generation: String?, _ json: inout JSONWriter) {
        json.memberObject("metadata") { metadata(error, generation, &$0) }
        guard let availability = error.availability else { return }
        json.member("error_type", "\(error.type.wireName)")
        json.member("http_status", error.status)
        json.memberObject("availability") { write(availability, error.retryAfter, &$0) }
    }

    /// An internal error is masked: beside its type it says nothing about what happened.
    private static func metadata(_ error: APIError, _ generation: String?, _ json: inout JSONWriter) {
        json.member("error_type", "\(error.type.wireName)")
        json.member("generation_id", generation)
        if error.status == 500 { return }
        json.member("provider_name", error.providerName)
        json.member("provider_code", error.providerCode)
        json.member("raw", error.raw)
        if error.providerName != nil { json.member("is_byok", error.isWithOwnKey) }
        if let rate = error.rateLimit {
            json.memberObject("headers") { json in
                json.member("X-RateLimit-Limit", "\(rate.limit)")
                json.member("X-RateLimit-Remaining", "\(rate.remaining)")
                json.member("X-RateLimit-Reset", "\(rate.resetsAtMs)")
            }
            json.member("limit_source", "\(rate.source)")
        }
        guard !error.previousErrors.isEmpty else { return }
        json.memberArray("previous_errors") { json in
            for previous in error.previousErrors {
                json.object { json in
                    json.member("provider", previous.provider)
                    json.member("code", previous.code)
                    json.member("status", previous.status)
                }
            }
        }
    }

    private static func write(_ availability: Availability, _ retryAfter: Int?, _ json: inout JSONWriter) {
        json.member("code", "\(availability.code.wireName)")
        json.member("retryable", availability.code.isRetryable)
        json.member("retry_after", retryAfter)
        strings("requested_models", availability.requestedModels, &json)
        if !availability.affectedProviders.isEmpty {
            strings("affected_providers", availability.affectedProviders, &json)
        }
        if !availability.excludedBy.isEmpty { strings("excluded_by", availability.excludedBy, &json) }
        if !availability.fallbackModels.isEmpty { strings("fallback_models", availability.fallbackModels, &json) }
        if let constraint = availability.constraint {
            json.memberObject("constraint") { json in
                json.member("field", constraint.field)
                json.member("detail", constraint.detail)
            }
        }
        json.member("docs_url", Availability.documentationURL)
    }

    private static func strings(_ name: StaticString, _ values: [String], _ json: inout JSONWriter) {
        json.memberArray(name) { json in
            for value in values { json.string(value) }
        }
    }
}
