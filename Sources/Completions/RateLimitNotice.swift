/// What a caller learns about a rate of this server that a request is above; never about a provider's.
package struct RateLimitNotice: Sendable, Equatable {
    /// What a window allows: `X-RateLimit-Limit`.
    package var limit: Int
    /// What is left of it: `X-RateLimit-Remaining`.
    package var remaining: Int
    /// When the next window begins, in milliseconds since 1970: `X-RateLimit-Reset`.
    package var resetsAtMs: Int64
    /// Which rate: `metadata.limit_source`.
    package var source: StaticString

    package init(limit: Int, remaining: Int, resetsAtMs: Int64, source: StaticString) {
        self.limit = limit
        self.remaining = remaining
        self.resetsAtMs = resetsAtMs
        self.source = source
    }

    package static func == (left: RateLimitNotice, right: RateLimitNotice) -> Bool {
        left.limit == right.limit && left.remaining == right.remaining && left.resetsAtMs == right.resetsAtMs
            && "\(left.source)" == "\(right.source)"
    }
}
