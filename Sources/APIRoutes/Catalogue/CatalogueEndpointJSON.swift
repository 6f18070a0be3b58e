import Accounting
import Catalog
import Completions
import JSONText
import Routing

/// Writes an endpoint as `/models/…/endpoints` shows it: what the catalogue says of it, and what was seen of it.
enum CatalogueEndpointJSON {
    static func write(_ endpoint: Endpoint, of model: Model, _ view: CatalogueView, into json: inout JSONWriter) {
        let parameters = endpoint.shownParameters
        let display = view.display(endpoint)
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
            json.member("status", status(of: endpoint, view))
            json.nullable("uptime_last_5m", display?.uptime5m)
            json.nullable("uptime_last_30m", display?.uptime30m)
            json.nullable("uptime_last_1d", display?.uptime1d)
            write("latency_last_30m", view.showsPerformance ? display?.ttftMs : nil, into: &json)
            write("throughput_last_30m", view.showsPerformance ? display?.throughput : nil, into: &json)
        }
    }

    /// 0 in service; below that: -1 it cannot be called for want of a key or a dialect, -2 it is left alone after
    /// failures, -3 it refused its key, its money is out or it is gone, -5 a limit of the operator's is used up.
    private static func status(of endpoint: Endpoint, _ view: CatalogueView) -> Int {
        guard endpoint.provider.absence == nil, endpoint.index >= 0 else { return -1 }
        guard let health = view.health else { return 0 }
        switch health[endpoint].reading(nowMs: view.nowMs).availability {
        case .available: return 0
        case .probing, .cooling, .open: return -2
        case .disabled: return -3
        case .exhausted: return -5
        }
    }

    private static func write(
        _ name: StaticString, _ values: HealthReading.Percentiles?, into json: inout JSONWriter
    ) {
        json.key(name)
        guard let values else { return json.null() }
        json.object { json in
            json.member("p50", values.p50)
            json.member("p75", values.p75)
            json.member("p90", values.p90)
            json.member("p99", values.p99)
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
