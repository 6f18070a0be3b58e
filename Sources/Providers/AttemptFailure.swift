package import Catalog
package import Completions

/// One failed attempt of a request, as it is remembered until the request ends.
package struct AttemptFailure: Sendable {
    package let endpoint: Endpoint
    package let failure: UpstreamFailure

    package init(endpoint: Endpoint, failure: UpstreamFailure) {
        self.endpoint = endpoint
        self.failure = failure
    }

    /// For `metadata.previous_errors`.
    package var previousError: APIError.PreviousError {
        APIError.PreviousError(
            provider: endpoint.provider.displayName, code: failure.code ?? "\(failure.failureClass.label)",
            status: failure.status)
    }
}
