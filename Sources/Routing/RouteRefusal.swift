package import Completions
import Catalog

/// Says why no endpoint may serve a request: the answer to a plan without candidates.
///
/// Endpoints are left out for different reasons, and not all of them answer the question. One whose limits are used up
/// would do in a moment, whatever keeps the others away: the answer is 429. One that is not among those that the caller
/// chose or may use tells nothing while there are others: of a prompt that is too long for the one provider in
/// `provider.only` the caller is told that it is too long.
package enum RouteRefusal {
    package static func error(for plan: RoutePlan, request: CompletionRequest) -> APIError {
        let requested = ModelResolver.requestedNames(request)
        let all = unique(plan.rejected.map(\.model.slug))
        if let error = RequestRoute.mismatch(
            plan, request, models: all.joined(separator: ", "), requested: requested)
        {
            return error
        }
        let telling = telling(plan.rejected)
        let models = unique(telling.map(\.model.slug)).joined(separator: ", ")
        var error: APIError
        if let first = telling.first, telling.allSatisfy({ $0.reason.label.equals(first.reason.label) }) {
            error = sameReason(first.reason, telling, plan: plan, request: request, models: models)
        } else {
            let reasons = telling.map { "\($0.endpoint.tag) (\(explanation($0.reason)))" }
            let isTooLarge = !telling.isEmpty && telling.allSatisfy(\.reason.isOfSize)
            error = APIError(
                isTooLarge ? .contextLengthExceeded : .notFound,
                "No endpoints found for \(models) that can take this request: \(reasons.joined(separator: ", ")).",
                param: isTooLarge && request.maxTokens != nil ? "max_tokens" : nil)
        }
        var availability = Availability(
            code: error.type == .rateLimitExceeded ? .capacityExhausted : code(plan),
            requestedModels: requested.isEmpty ? all : requested)
        availability.affectedProviders = unique(plan.rejected.map(\.endpoint.provider.displayName))
        availability.excludedBy = unique(plan.rejected.compactMap { $0.reason.excludedBy.map { "\($0)" } })
        if let param = error.param { availability.constraint = .init(field: param, detail: error.message) }
        error.availability = availability
        return error
    }

    /// Those of the rejections that answer why nothing may serve.
    private static func telling(_ rejected: [Rejection]) -> [Rejection] {
        // Whatever else it needs, an endpoint has when its limits are looked at.
        let exhausted = rejected.filter { $0.reason == .quotaExhausted }
        if !exhausted.isEmpty { return exhausted }
        let chosen = rejected.filter { !$0.reason.isOfChoice }
        return chosen.isEmpty ? rejected : chosen
    }

    private static func sameReason(
        _ reason: RejectionReason, _ rejected: [Rejection], plan: RoutePlan, request: CompletionRequest, models: String
    ) -> APIError {
        let tags = unique(rejected.map(\.endpoint.tag)).joined(separator: ", ")
        switch reason {
        case .notInOnly:
            let only = (request.provider.only ?? []).joined(separator: ", ")
            return notFound(
                "No allowed providers are available for the selected model. Providers serving \(models): \(tags), but "
                    + "your request's provider.only preference permits only: \(only.isEmpty ? "none" : only).",
                param: "provider.only")
        case .ignored:
            return notFound(
                "No endpoints found for \(models): your request's provider.ignore preference excludes all of \(tags).",
                param: "provider.ignore")
        case .fallbacksForbidden:
            return notFound(
                "No endpoints found for \(models): none of \(tags) is in provider.order, and allow_fallbacks is false.",
                param: "provider.order")
        case .contextTooSmall:
            return contextError(rejected, plan.promptTokensMin, request: request, models: models)
        case .outputCapTooSmall:
            let cap = rejected.compactMap { $0.endpoint.maxCompletionTokens }.max() ?? 0
            return APIError(
                .maxTokensExceeded,
                "\(models) gives at most \(cap) completion tokens, and this request asks for \(request.maxTokens ?? 0). "
                    + "Lower max_tokens.", param: "max_tokens")
        case .modalityUnsupported:
            return notFound(
                "No endpoints found that support \(missingKinds(rejected[0].endpoint, request)) with \(models).",
                param: nil)
        case .parametersUnsupported(let missing):
            return notFound(
                "No endpoints of \(models) support \(missing.names.joined(separator: ", ")), and require_parameters is "
                    + "true.", param: "provider.require_parameters")
        case .collectsData:
            return notFound(
                "No endpoints available matching your data policy: every provider of \(models) may store prompts.",
                param: "provider.data_collection")
        case .retainsData:
            return notFound(
                "No endpoints available matching your data policy: no provider of \(models) has zero data retention.",
                param: "provider.zdr")
        case .notDistillable:
            return notFound(
                "No endpoints found for \(models): enforce_distillable_text is true, and nothing says that its author "
                    + "permits distillation.", param: "provider.enforce_distillable_text")
        case .quantizationExcluded:
            return notFound("No endpoints of \(models) have the wanted quantization.", param: "provider.quantizations")
        case .tooExpensive:
            return notFound("No endpoints of \(models) are within provider.max_price.", param: "provider.max_price")
        case .forbiddenToKey: return keyError(models, tags)
        case .tierNotAsked:
            return notFound(
                "\(models) has endpoints of a service tier only (\(tags)). Send service_tier, or name one in "
                    + "provider.only.", param: "service_tier")
        case .lacksPreferred(let missing):
            return notFound(
                "No endpoints of \(models) that may serve this request support \(missing.names.joined(separator: ", ")).",
                param: nil)
        case .searchUnsupported: return searchError(models, tags)
        case .ownKeyRequired: return ownKeyError(models, tags)
        case .notFree: return priceError(models, tags)
        case .featuresUnsupported(let missing): return featureError(missing, models, tags)
        case .quotaExhausted: return quotaError(models, tags)
        }
    }

    private static func quotaError(_ models: String, _ tags: String) -> APIError {
        var error = APIError(
            .rateLimitExceeded,
            "Every endpoint of \(models) that could take this request has used up the limits that this server keeps for "
                + "it (\(tags)). Try again in a moment.")
        error.retryAfter = RoutingLimits.quotaRetrySeconds
        return error
    }

    private static func priceError(_ models: String, _ tags: String) -> APIError {
        notFound(
            "No endpoints found for \(models) that cost nothing: \(tags) have a price. Name the model without :free.",
            param: "model")
    }

    /// How a conversation that is too long can be sent all the same; nothing where that was tried.
    package static func hint(_ request: CompletionRequest) -> String {
        if request.kind != .chat || request.compression == .on { return "" }
        return
            " Or send \"plugins\": [{\"id\": \"context-compression\"}], which leaves out the middle of the conversation."
    }

    private static func contextError(
        _ rejected: [Rejection], _ prompt: Int, request: CompletionRequest, models: String
    ) -> APIError {
        let context = rejected.compactMap { $0.endpoint.contextLength }.max() ?? 0
        return APIError(
            .contextLengthExceeded,
            "The maximum context length of \(models) is \(context) tokens. However, you requested at least "
                + "\(prompt + (request.maxTokens ?? 0)) tokens (\(prompt) of text input, \(request.maxTokens ?? 0) in "
                + "the output). Shorten the prompt or lower max_tokens." + hint(request),
            param: request.maxTokens == nil ? nil : "max_tokens")
    }

    private static func keyError(_ models: String, _ tags: String) -> APIError {
        APIError(
            .permissionDenied,
            "This API key may not use \(models) at \(tags). Choose a model and provider that its allowed_models and "
                + "allowed_providers name, or have them changed.", param: "model")
    }

    private static func searchError(_ models: String, _ tags: String) -> APIError {
        notFound(
            "No endpoints found for \(models) that search the web (\(tags) do not), and this server has no search of its "
                + "own. Choose a model that lists web_search_options, or have OPENROUTER_API_KEY set: openrouter takes the "
                + "plugin.", param: "plugins")
    }

    private static func ownKeyError(_ models: String, _ tags: String) -> APIError {
        notFound(
            "No endpoints found for \(models): your own key takes the place of \(tags) (is_required or is_byok_only), and "
                + "none of your keys can serve this request. GET /api/v1/byok lists them.", param: nil)
    }

    private static func featureError(_ missing: RequestFieldSet, _ models: String, _ tags: String) -> APIError {
        let what = missing.contains(.tools) ? "tool use" : missing.names.joined(separator: ", ")
        return notFound(
            "No endpoints found that support \(what). Those of \(models) (\(tags)) do not. Choose a model with "
                + "\(missing.names.joined(separator: " and ")) among its supported_parameters, or leave it out.",
            param: missing.names.first)
    }

    private static func notFound(_ message: String, param: String?) -> APIError {
        APIError(.notFound, message, param: param)
    }

    /// `image input`, `audio output`, …: what an endpoint lacks.
    private static func missingKinds(_ endpoint: Endpoint, _ request: CompletionRequest) -> String {
        let inputs = ModalitySet(rawValue: UInt16(request.inputModalities.rawValue))
        let outputs = ModalitySet(rawValue: UInt16(request.outputModalities.rawValue))
        let missing =
            inputs.subtracting(endpoint.inputModalities).names.map { "\($0) input" }
            + outputs.subtracting(endpoint.outputModalities).names.map { "\($0) output" }
        return missing.joined(separator: " and ")
    }

    /// A reason in a few words.
    package static func explanation(_ reason: RejectionReason) -> String {
        switch reason {
        case .notInOnly: "not in provider.only"
        case .ignored: "in provider.ignore"
        case .fallbacksForbidden: "not in provider.order, and allow_fallbacks is false"
        case .contextTooSmall(let length): "its context is \(length) tokens"
        case .outputCapTooSmall(let cap): "it gives at most \(cap) completion tokens"
        case .modalityUnsupported: "it lacks a kind of input or output"
        case .parametersUnsupported(let missing): "it lacks \(missing.names.joined(separator: ", "))"
        case .collectsData: "it may store prompts"
        case .retainsData: "it retains prompts"
        case .notDistillable: "its model may not be distilled"
        case .quantizationExcluded: "its quantization is not wanted"
        case .tooExpensive: "above provider.max_price"
        case .forbiddenToKey: "not allowed to this API key"
        case .tierNotAsked: "of another service tier than asked for"
        case .lacksPreferred(let missing): "it lacks \(missing.names.joined(separator: ", ")), which others have"
        case .searchUnsupported: "it does not search the web"
        case .quotaExhausted: "its limits are used up"
        case .ownKeyRequired: "the caller's own key at this provider takes its place"
        case .notFree: "it is not free"
        case .featuresUnsupported(let missing): "it does not take \(missing.names.joined(separator: ", "))"
        }
    }

    private static func code(_ plan: RoutePlan) -> Availability.Code {
        let reasons = plan.rejected.map(\.reason)
        if reasons.isEmpty { return .noEndpoints }
        if reasons.allSatisfy({ $0 == .collectsData || $0 == .retainsData }) { return .privacyRestricted }
        return reasons.contains { $0.excludedBy != nil } ? .constraintFiltered : .noEndpoints
    }

    private static func unique(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension StaticString {
    fileprivate func equals(_ other: StaticString) -> Bool { "\(self)" == "\(other)" }
}
