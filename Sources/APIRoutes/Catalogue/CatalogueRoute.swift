/// The paths of the catalogue, below `/api/v1`. Ids come with a raw slash or an escaped one.
enum CatalogueRoute: Equatable {
    case models
    case count
    /// Those that the caller's key may use.
    case userModels
    case embeddingModels
    case model(slug: String)
    /// `/models/{id}`, as clients of OpenAI ask for a model.
    case plainModel(id: String)
    case endpoints(slug: String)
    case zeroRetentionEndpoints
    case providers

    init?(_ path: String) {
        switch path {
        case "/models": self = .models
        case "/models/count": self = .count
        case "/models/user": self = .userModels
        case "/embeddings/models": self = .embeddingModels
        case "/endpoints/zdr": self = .zeroRetentionEndpoints
        case "/providers": self = .providers
        default:
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            guard let first = parts.first, first == "model" || first == "models" else { return nil }
            var rest = parts.dropFirst().map(percentDecoded)
            let isEndpoints = first == "models" && rest.count > 1 && rest.last == "endpoints"
            if isEndpoints { rest.removeLast() }
            let slug = rest.joined(separator: "/")
            guard (1...2).contains(rest.count), !rest.contains("") else { return nil }
            self = isEndpoints ? .endpoints(slug: slug) : first == "model" ? .model(slug: slug) : .plainModel(id: slug)
        }
    }
}
