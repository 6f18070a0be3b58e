import Catalog
import Completions

/// The routes that models of different kinds are asked by: a model that makes embeddings writes no text.
enum RequestRoute: String {
    case completions = "/api/v1/chat/completions"
    case embeddings = "/api/v1/embeddings"
    case rerank = "/api/v1/rerank"

    init(giving outputs: ModalitySet) {
        if outputs.contains(.embeddings) {
            self = .embeddings
        } else if outputs.contains(.rerank) {
            self = .rerank
        } else {
            self = .completions
        }
    }

    /// What its models do.
    private var ability: String {
        switch self {
        case .completions: "writes completions"
        case .embeddings: "makes embeddings"
        case .rerank: "ranks documents"
        }
    }

    /// Says that a request came in by the wrong route, where no endpoint of its models could have taken it. Source: openrouter
    /// spec 14.5, 17.3.
    static func mismatch(
        _ plan: RoutePlan, _ request: CompletionRequest, models: String, requested: [String]
    ) -> APIError? {
        guard let first = plan.rejected.first else { return nil }
        let wanted = RequestRoute(giving: ModalitySet(rawValue: UInt16(request.outputModalities.rawValue)))
        let right = RequestRoute(giving: first.endpoint.outputModalities)
        let isMismatch = plan.rejected.allSatisfy {
            RequestRoute(giving: $0.endpoint.outputModalities) == right
        }
        guard isMismatch, right != wanted else { return nil }
        var error = APIError.invalid(
            "model",
            "\(models) \(right.ability), and this request asks for another kind of answer. Send it to POST "
                + "\(right.rawValue), or name a model that \(wanted.ability).")
        var availability = Availability(code: .wrongEndpoint, requestedModels: requested)
        availability.constraint = .init(field: "endpoint", detail: right.rawValue)
        error.availability = availability
        return error
    }
}
