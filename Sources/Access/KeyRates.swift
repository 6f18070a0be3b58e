import Synchronization

/// The requests and tokens of one key in the present minute, counted by all loops together without a lock.
///
/// A request counts when it is admitted, refused ones do not. Tokens count when a request is settled, in the minute of
/// that moment, since nobody knows them before: a key stops once its limit is passed, and what was under way then is
/// above it.
package final class KeyRates: Sendable {
    /// Zero for no limit.
    private let requestLimit: Atomic<Int>
    private let tokenLimit: Atomic<Int>
    private let requests = RateWindow(lengthMs: AccessLimits.minuteMs)
    private let tokens = RateWindow(lengthMs: AccessLimits.minuteMs)
    private let lastUse: Atomic<Int64>

    /// - Parameters:
    ///   - requestsPerMinute: nil for no limit; positive, as is `tokensPerMinute`.
    ///   - lastUsedAtMs: what is known from before; zero for never.
    package init(requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil, lastUsedAtMs: Int64 = 0) {
        requestLimit = Atomic(requestsPerMinute ?? 0)
        tokenLimit = Atomic(tokensPerMinute ?? 0)
        lastUse = Atomic(lastUsedAtMs)
    }

    package var requestsPerMinute: Int? { Self.limit(requestLimit) }
    package var tokensPerMinute: Int? { Self.limit(tokenLimit) }

    private static func limit(_ value: borrowing Atomic<Int>) -> Int? {
        let limit = value.load(ordering: .relaxed)
        return limit > 0 ? limit : nil
    }

    /// Counts on; what was counted stays.
    package func setLimits(requestsPerMinute: Int?, tokensPerMinute: Int?) {
        requestLimit.store(requestsPerMinute ?? 0, ordering: .relaxed)
        tokenLimit.store(tokensPerMinute ?? 0, ordering: .relaxed)
    }

    /// Takes a request, or says which rate it is above.
    package func admit(atMs unixMs: Int64) -> RateDecision {
        let limit = tokenLimit.load(ordering: .relaxed)
        if limit > 0, tokens.count(atMs: unixMs) >= limit {
            return .refused(
                RateRefusal(rate: .keyTokensPerMinute, limit: limit, resetsAtMs: tokens.end(atMs: unixMs)))
        }
        let requestLimit = self.requestLimit.load(ordering: .relaxed)
        if requestLimit > 0, !requests.take(limit: requestLimit, atMs: unixMs) {
            return .refused(
                RateRefusal(
                    rate: .keyRequestsPerMinute, limit: requestLimit, resetsAtMs: requests.end(atMs: unixMs)))
        }
        return .admitted
    }

    /// Whether tokens are limited, so that somebody has to count them.
    package var countsTokens: Bool { tokenLimit.load(ordering: .relaxed) > 0 }

    /// Counts the tokens of a request that is settled now.
    package func addTokens(_ count: Int, atMs unixMs: Int64) {
        if countsTokens { tokens.add(count, atMs: unixMs) }
    }

    /// Notes that the key was used; to the second, so that loops seldom write to the same memory.
    package func noteUse(atMs unixMs: Int64) {
        if unixMs - lastUse.load(ordering: .relaxed) >= 1000 { lastUse.store(unixMs, ordering: .relaxed) }
    }

    /// Milliseconds since 1970; nil for a key that was never used.
    package var lastUsedAtMs: Int64? {
        let moment = lastUse.load(ordering: .relaxed)
        return moment > 0 ? moment : nil
    }
}
