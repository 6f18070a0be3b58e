/// The paths of the catalogue, below `/api/v1`. Ids come with a raw slash or an escaped one.
enum CatalogueRoute: Equatable {
    case models
    case count
    /// Those that the caller's key may use.
    case userModels
    case embeddingModels
    case imageModels
    case imageEndpoints(slug: String)
    case videoModels
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
        case "/images/models": self = .imageModels
        case "/videos/models": self = .videoModels
        case "/endpoints/zdr": self = .zeroRetentionEndpoints
        case "/providers": self = .providers
        default:
            var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            let isOfImages = parts.count > 1 && parts.prefix(2) == ["images", "models"]
            if isOfImages { parts.removeFirst() }
            guard let first = parts.first, first == "model" || first == "models" else { return nil }
            var rest = parts.dropFirst().map(percentDecoded)
            let isEndpoints = first == "models" && rest.count > 1 && rest.last == "endpoints"
            if isEndpoints { rest.removeLast() }
            let slug = rest.joined(separator: "/")
            guard (1...2).contains(rest.count), !rest.contains("") else { return nil }
            if isOfImages {
                guard isEndpoints else { return nil }
                self = .imageEndpoints(slug: slug)
                return
            }
            self = isEndpoints ? .endpoints(slug: slug) : first == "model" ? .model(slug: slug) : .plainModel(id: slug)
        }
    }
}
