/// The bounds of routing.
package enum RoutingLimits {
    /// Attempts one request may cost, over all endpoints and models.
    package static let attempts = 8
    /// Models one request may name.
    package static let models = 32
    /// The longest wait before the same endpoint is tried again, in milliseconds.
    package static let sameEndpointDelayMs: UInt64 = 2_000
    /// The shortest and longest pause before the only endpoint is tried again after a failure of its own, in
    /// milliseconds; the pause is drawn between them, so that callers do not return in step.
    package static let soleEndpointPauseMs: ClosedRange<UInt64> = 50...250
    /// Bytes of JSON that one token may stand for at most: a word of Cyrillic text whose characters are each written
    /// as `\uXXXX`. A prompt has at least its bytes divided by this many tokens.
    package static let bytesPerTokenMax = 24

    /// Tokens an answer is taken to have when prices are compared; fewer where the caller allows fewer.
    package static let usualCompletionTokens = 400
    /// Requests of the last five minutes below which an endpoint's throughput says little.
    static let qualitySamples = 100
    /// Endpoints with enough samples below which there is nothing to compare with.
    static let qualitySiblings = 4
    /// Standard deviations below the median at which a throughput counts as bad.
    static let qualitySigmas = 1.5
    /// Answers of the last half hour that call tools, below which an endpoint's share of broken calls says little.
    static let toolCallSamples = 50
    /// How much more often than the best sibling an endpoint may break its calls of tools: as a share of the answers, and
    /// in standard errors.
    static let toolCallMargin = 0.02
    static let toolCallSigmas = 2.0
    /// The share of answers with a broken call above which an endpoint is no measure for its siblings.
    static let toolCallErrorsMax = 0.05
    /// From the median of absolute deviations to the standard deviation of a normal distribution.
    static let madToSigma = 1.4826
    /// What a failed attempt counts for beside an answer, for `adaptive`: it costs no money, and its caller some time.
    static let failurePrice = 0.05
    /// A success rate below this counts as this when the cost of failures is estimated.
    static let successRateFloor = 0.01
    /// What an endpoint that costs nothing is taken to charge for a request, for `adaptive`: its failures could not be
    /// counted in a price of zero. In pico-dollars; less than any price.
    static let adaptivePicosMin = 1.0
    /// One request of so many looks, for `adaptive`, how an endpoint is that nobody asks.
    static let requestsPerLook: UInt64 = 256
    /// What a caller is told to wait when the operator's own limits are used up, in seconds.
    static let quotaRetrySeconds = 5
    /// How long a conversation stays with the endpoint that answered it, counted from its last answer.
    static let stickySeconds: UInt64 = 600
    /// Endpoints that a stored decision tells of at most, of those that could serve and of those left out each.
    package static let recordedEndpoints = 64
    /// Pages of 1,024 conversations.
    static let stickyPages = 16
    /// Bytes of a prompt that are looked at to guess its tokens, and into how many pieces they are parted.
    static let sampledBytes = 256
    static let samples = 2
}
