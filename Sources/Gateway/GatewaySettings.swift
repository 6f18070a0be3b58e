package import Access
package import Accounting
package import Dialects
package import Routing

/// What the operator can set about the life of a request. Times are milliseconds.
package struct GatewaySettings: Sendable {
    package var connectMs: UInt64 = 5_000
    /// To the first content of a stream; of a plain answer, from its head on.
    package var firstByteMs: UInt64 = 300_000
    /// Silence of an upstream that has begun to answer.
    package var idleMs: UInt64 = 300_000
    package var totalMs: UInt64 = 1_800_000
    /// Between signs of life to a caller who waits for a stream.
    package var commentMs: UInt64 = 10_000
    /// An upstream that is silent this long after its finish reason has said everything. Nobody needs to configure it;
    /// tests do.
    package var silenceAfterFinishMs: UInt64 = 2_000
    /// The largest request body, for the message that refuses a larger one.
    package var bodyBytes = 64 * 1024 * 1024
    package var algorithm = RoutingAlgorithm.default
    /// Whose `X-Forwarded-For` is believed.
    package var trustedProxies: [IPNetwork] = []
    package var mediaFetch = MediaFetchSettings()
    /// What is charged for requests that a caller's own key at the provider pays for.
    package var ownKeyFee = FeeShare.none
    package var presets = PresetTable()

    package init() {}
}

/// Bounds of the gateway that nobody needs to configure. Times are milliseconds.
enum GatewayLimits {
    /// How often running calls are looked at for comments, in-flight rows and silence after the end.
    static let tickMs: UInt64 = 250
    /// A request still running after this gets an in-flight row.
    static let inFlightAfterMs: UInt64 = 1_000
    /// More than a picture, file or recording usually takes in a prompt, in tokens.
    static let mediaTokens = 2_000
    /// A provider that bills cancelled answers in full is read on for at most this long after the caller has gone.
    static let billedReadMs: UInt64 = 300_000
    /// The largest plain answer of an upstream.
    static let answerBytes = 64 * 1024 * 1024
    /// Bytes of a plain answer that stay with the connection; beyond them they are moved to a buffer of the call.
    static let answerInPlaceBytes = 32 * 1024
    /// How long an upstream's error body is waited for: the status has said the most.
    static let errorBodyMs: UInt64 = 2_000
    /// What may be held back behind a finish reason: the other choices of a stream.
    static let heldBytes = 16 * 1024 * 1024
    /// What a stream may hold without being counted against the memory budget.
    static let freeHeldBytes = 64 * 1024
    /// How many times as long as its body a request becomes while it is put into another dialect: its canonical form and
    /// what is written from it, twice for a caller of another dialect than chat.
    static let rewritingCopies = 3
    /// A body up to this long may be put into a provider's dialect without being counted against the memory budget again.
    static let freeRewritingBytes = 64 * 1024
    /// How many times as long as it is a fetched image becomes: itself, in base64, and in the body that is sent.
    static let fetchedCopies = 4
    /// Images and documents of one request that are fetched at a time.
    static let fetchesAtOnce = 4
    /// How much of a packed body is unfolded before the memory budget is asked again.
    static let unpackingBytes = 4 * 1024
    /// What is read of an upstream's error body.
    static let errorBodyBytes = 64 * 1024
    /// Bytes of a message by which a conversation without a name is known again.
    static let conversationBytes = 4096
    /// Endpoints that `openrouter_metadata` names.
    static let metadataEndpoints = 32
    /// How many names of what an attempt left out are kept, beside the parameters that the router knows.
    static let droppedNames = 32
    /// The longest prompt that `route explain` is asked about, in tokens.
    static let explainedTokens = 1_000_000_000
    /// Searches of the web that a hold counts with, where they have a price and may happen: no request says how many it
    /// will take.
    static let searches = 8
    /// The same for models that research at length.
    static let researchSearches = 32
    /// What a caller is told to wait for endpoints that are at their limits, in seconds.
    static let exhaustedRetrySeconds = 5
    /// How long an access token is waited for.
    static let accessTokenMs: UInt64 = 10_000
    /// Bytes of the answer with an access token.
    static let accessTokenBytes = 64 * 1024
    /// Service accounts whose tokens are kept.
    static let accessTokens = 1_024
    /// How long a token that still holds is used on, in seconds, before another try to renew it.
    static let accessTokenRestSeconds: Int64 = 30
    /// What a caller refused for overload is told to wait, in seconds.
    static let overloadRetrySeconds = 1
}
