import Catalog

/// Where Vertex AI is. Source: wire spec 11.
enum VertexAddress {
    /// Up to and with the location: what follows depends on whose model it is.
    ///
    /// - Parameter base: the host, where it is not Google's own.
    static func baseURL(project: String, location: String, base: BaseURL?) -> BaseURL? {
        let root = base.map { $0.origin + $0.pathPrefix } ?? "https://\(host(location))"
        return try? BaseURL("\(root)/v1/projects/\(project)/locations/\(location)")
    }

    private static func host(_ location: String) -> String {
        switch location {
        case "global": "aiplatform.googleapis.com"
        case "us", "eu": "aiplatform.\(location).rep.googleapis.com"
        default: "\(location)-aiplatform.googleapis.com"
        }
    }

    /// What a model is asked in, by its name; nil for models of other publishers, which are asked in ways of their own.
    static func dialect(of model: String) -> ProviderDialect? {
        if model.hasPrefix("claude-") { return .vertexAnthropic }
        return model.contains("/") ? nil : .vertex
    }
}
