import Catalog
import Completions

/// Parameters whose loss changes an answer's meaning, and that are therefore preferred without being demanded: where
/// some endpoint of a model takes them, the others are left out; where none does, none is. Source: spec 5.2 step 2.
struct ParameterPreference {
    private static let preferred = RequestFieldSet(.tools, .responseFormat, .verbosity)

    /// Of the request's parameters, those that some endpoint of the model takes.
    private let wanted: RequestFieldSet

    init(_ request: CompletionRequest, among endpoints: [Endpoint]) {
        let asked = request.fields.intersection(Self.preferred)
        var available = RequestFieldSet()
        if !asked.isEmpty {
            for endpoint in endpoints {
                available.formUnion(asked.subtracting(endpoint.lacking(asked)))
            }
        }
        wanted = available
    }

    /// What the endpoint lacks of it; nil where it lacks nothing.
    func missing(at endpoint: Endpoint) -> RequestFieldSet? {
        if wanted.isEmpty { return nil }
        let missing = endpoint.lacking(wanted)
        return missing.isEmpty ? nil : missing
    }
}
