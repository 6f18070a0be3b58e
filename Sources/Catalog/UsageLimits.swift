/// How much of a provider, a key or an endpoint may be used; nil for no limit.
package struct UsageLimits: Sendable, Equatable {
    package var requestsPerMinute: Int?
    package var tokensPerMinute: Int?
    /// Requests at a time.
    package var concurrency: Int?

    package init(requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil, concurrency: Int? = nil) {
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.concurrency = concurrency
    }

    package var isEmpty: Bool { requestsPerMinute == nil && tokensPerMinute == nil && concurrency == nil }
}
