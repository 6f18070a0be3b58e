import Catalog
import Completions

/// Which endpoints may serve a conversation that fits none of them, because its middle can be left out.
///
/// Only when nothing takes it whole: what a caller wrote is not shortened while there is another way. Source: spec 8.
enum ContextFit {
    /// The smallest context that is still worth it: half of what is needed, or else the largest there is.
    ///
    /// - Returns: nil where no endpoint was left out for its size alone, or the caller does not want it.
    static func leastContext(after plan: RoutePlan, _ request: CompletionRequest) -> Int? {
        let contexts = plan.rejected.compactMap { rejection -> Int? in
            guard case .contextTooSmall(let context) = rejection.reason,
                canBeMade(for: rejection.endpoint, request)
            else { return nil }
            return context
        }
        guard let largest = contexts.max() else { return nil }
        let half = (plan.promptTokens + (request.maxTokens ?? 0) + 1) / 2
        return min(half, largest)
    }

    /// Whether a conversation may be shortened for an endpoint. Models that only draw are left out.
    static func canBeMade(for endpoint: Endpoint, _ request: CompletionRequest) -> Bool {
        guard let context = endpoint.contextLength, (request.maxTokens ?? 0) < context else { return false }
        return request.mayCompress(forContext: context) && endpoint.outputModalities.contains(.text)
    }
}
