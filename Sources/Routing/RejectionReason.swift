package import Completions

/// Why an endpoint may not serve a request.
package enum RejectionReason: Sendable, Equatable {
    /// `provider.only` does not name it.
    case notInOnly
    /// `provider.ignore` names it.
    case ignored
    /// `allow_fallbacks` is false, and it is not the one to try (or not in `order`).
    case fallbacksForbidden
    /// Prompt and answer do not fit. The context is in tokens.
    case contextTooSmall(contextLength: Int)
    /// The answer asked for is longer than the endpoint gives. The cap is in tokens.
    case outputCapTooSmall(maxCompletionTokens: Int)
    /// It does not take this kind of input, or does not give this kind of output.
    case modalityUnsupported
    /// `require_parameters`: it lacks these.
    case parametersUnsupported(RequestFieldSet)
    /// `data_collection: deny`: its provider may store or train on prompts.
    case collectsData
    /// `zdr`: its provider retains prompts for some time.
    case retainsData
    /// `enforce_distillable_text`: its model's author does not permit it, or nobody knows.
    case notDistillable
    /// `quantizations` does not name its quantization.
    case quantizationExcluded
    /// `max_price`.
    case tooExpensive
    /// The API key may not use this model or this provider.
    case forbiddenToKey
    /// It is of a service tier that the request does not ask for, or not of the one it asks for.
    case tierNotAsked
    /// It lacks these, and siblings have them.
    case lacksPreferred(RequestFieldSet)
    /// The plugin `web` or `:online`: it cannot search the web.
    case searchUnsupported
    /// The operator's `limits` for it are used up for now.
    case quotaExhausted
    /// A key of the caller's own at its provider takes its place (`is_required`, `is_byok_only`).
    case ownKeyRequired
    /// `openrouter/free` or a `:free` variant: it has a price.
    case notFree
    /// It lacks these, without which the answer would be to another request.
    case featuresUnsupported(RequestFieldSet)

    /// The name in records and in `route explain`.
    package var label: StaticString {
        switch self {
        case .notInOnly: "not_in_only"
        case .ignored: "ignored"
        case .fallbacksForbidden: "fallbacks_forbidden"
        case .contextTooSmall: "context_too_small"
        case .outputCapTooSmall: "output_cap_too_small"
        case .modalityUnsupported: "modality_unsupported"
        case .parametersUnsupported: "parameters_unsupported"
        case .collectsData: "collects_data"
        case .retainsData: "retains_data"
        case .notDistillable: "not_distillable"
        case .quantizationExcluded: "quantization_excluded"
        case .tooExpensive: "too_expensive"
        case .forbiddenToKey: "forbidden_to_key"
        case .tierNotAsked: "tier_not_asked"
        case .lacksPreferred: "lacks_preferred_parameters"
        case .searchUnsupported: "search_unsupported"
        case .quotaExhausted: "quota_exhausted"
        case .ownKeyRequired: "byok_required"
        case .notFree: "not_free"
        case .featuresUnsupported: "features_unsupported"
        }
    }

    /// The name in `availability.excluded_by`, where the wire contract has one.
    package var excludedBy: StaticString? {
        switch self {
        case .notInOnly, .ignored, .fallbacksForbidden: "allowed_providers"
        case .contextTooSmall, .outputCapTooSmall: "context_length"
        case .modalityUnsupported: nil
        case .parametersUnsupported: "require_parameters"
        case .collectsData: "data_policy:training"
        case .retainsData: "data_policy:zdr"
        case .notDistillable: "enforce_distillable_text"
        case .quantizationExcluded: "quantization"
        case .tooExpensive, .notFree: "max_price"
        case .forbiddenToKey: "api_key"
        case .tierNotAsked: "service_tier"
        case .searchUnsupported: "plugins"
        case .ownKeyRequired: "byok"
        case .lacksPreferred, .featuresUnsupported, .quotaExhausted: nil
        }
    }

    /// Whether the endpoint is left out for whose or which it is, and not for what the request needs.
    var isOfChoice: Bool {
        switch self {
        case .notInOnly, .ignored, .fallbacksForbidden, .forbiddenToKey, .tierNotAsked, .ownKeyRequired, .notFree: true
        case .contextTooSmall, .outputCapTooSmall, .modalityUnsupported, .parametersUnsupported, .collectsData,
            .retainsData, .notDistillable, .quantizationExcluded, .tooExpensive, .lacksPreferred, .searchUnsupported,
            .quotaExhausted, .featuresUnsupported:
            false
        }
    }

    /// Whether the request is too large for the endpoint.
    var isOfSize: Bool {
        switch self {
        case .contextTooSmall, .outputCapTooSmall: true
        default: false
        }
    }
}
