import Accounting
import Catalog
import Completions
import JSONText

/// Writes an endpoint as `/models/…/endpoints` shows it.
///
/// Uptime, latency and throughput are null: there is no figure to show before the health windows keep one.
enum CatalogueEndpointJSON {
    static func write(_ endpoint: Endpoint, of model: Model, into json: inout JSONWriter) {
        let parameters = endpoint.shownParameters
        json.object { json in
            json.member("name", "\(endpoint.provider.displayName) | \(model.canonicalSlug)")
            json.member("model_id", model.slug)
            json.member("model_name", model.name)
            json.member("provider_name", endpoint.provider.displayName)
            json.member("tag", endpoint.tag)
            json.nullable("quantization", endpoint.quantization?.rawValue)
            json.member("context_length", endpoint.contextLength ?? model.contextLength ?? 0)
            json.nullable("max_completion_tokens", endpoint.maxCompletionTokens)
            json.memberNull("max_prompt_tokens")
            json.key("pricing")
            CataloguePricingJSON.write(endpoint.pricing, into: &json)
            json.key("supported_parameters")
            json.strings(parameters.names)
            writeToolChoice(parameters.known.contains(.toolChoice), into: &json)
            json.member("supports_implicit_caching", endpoint.pricing.quote(.inputCacheRead) != nil)
            json.member("supports_voice_cloning", false)
            json.member("supports_image_reference", false)
            json.member("supports_multiple_audio_references", false)
            json.member("supports_diarization", false)
            json.memberObject("native_tools") { _ in }
            json.nullable("service_tier", endpoint.serviceTier?.rawValue)
            // Negative values say that an endpoint is not served.
            json.member("status", endpoint.provider.absence == nil && endpoint.index >= 0 ? 0 : -1)
            json.memberNull("uptime_last_5m")
            json.memberNull("uptime_last_30m")
            json.memberNull("uptime_last_1d")
            json.memberNull("latency_last_30m")
            json.memberNull("throughput_last_30m")
        }
    }

    private static func writeToolChoice(_ isSupported: Bool, into json: inout JSONWriter) {
        json.memberObject("supports_tool_choice") { json in
            json.member("auto", isSupported)
            json.member("none", isSupported)
            json.member("required", isSupported)
            json.member("function", isSupported)
        }
    }
}
