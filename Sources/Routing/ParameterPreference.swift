import Catalog
import Completions

/// Parameters whose loss changes an answer's meaning, and that are therefore preferred without being demanded: where
/// some endpoint of a model takes them that may serve, the others are left out; where none does, none is. Source: spec 5.2
/// step 2.
struct ParameterPreference {
    private static let preferred = RequestFieldSet(.tools, .responseFormat, .verbosity)

    /// Of the request's parameters, those that some endpoint that may serve takes.
    private let wanted: RequestFieldSet

    /// Nothing is preferred.
    init() { wanted = RequestFieldSet() }

    /// Whether the request has any such parameter.
    static func isAsked(by request: CompletionRequest) -> Bool { request.fields.rawValue & preferred.rawValue != 0 }

    /// - Parameter mayServe: whether an endpoint may serve for all other reasons: what one takes that may not helps nobody.
    init(_ request: CompletionRequest, among endpoints: [Endpoint], where mayServe: (Endpoint) -> Bool) {
        let asked = request.fields.intersection(Self.preferred)
        var available = RequestFieldSet()
        // Where each takes everything, as most do, it is the same who may serve.
        if !asked.isEmpty, endpoints.contains(where: { !$0.lacking(asked).isEmpty }) {
            for endpoint in endpoints where mayServe(endpoint) {
                available.formUnion(asked.subtracting(endpoint.lacking(asked)))
            }
        }
        wanted = available
    }

    var isEmpty: Bool { wanted.isEmpty }

    /// What the endpoint lacks of it; nil where it lacks nothing.
    func missing(at endpoint: Endpoint) -> RequestFieldSet? {
        if wanted.isEmpty { return nil }
        let missing = endpoint.lacking(wanted)
        return missing.isEmpty ? nil : missing
    }
}
