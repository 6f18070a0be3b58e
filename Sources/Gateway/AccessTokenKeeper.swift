package import Catalog
package import HTTPClient
package import Providers
import Synchronization

/// The access tokens of the process: one for each service account, kept until five minutes before its end.
///
/// Shared by all loops. Whoever first needs a token that is not there, or nears its end, fetches it on the own loop;
/// whoever comes meanwhile, on any loop, uses the one at hand, or waits where none holds. A fetch goes on when its caller
/// has gone, since others may wait for it, and ends by its own deadline, or when the server stops. The lock is held for a
/// look at the table only, and taken only by requests to providers that want such tokens.
package final class AccessTokenKeeper: Sendable {
    package typealias Outcome = Result<AccessToken, AccessTokenFailure>

    private struct Entry {
        var token: AccessToken?
        var isFetching = false
        var waiters: [UnsafeContinuation<Outcome?, Never>] = []
        /// Unix time in seconds before which a token that still holds is not renewed, after that went wrong.
        var restsUntil: Int64 = 0
    }

    private let entries = Mutex<[ServiceAccount: Entry]>([:])

    package init() {}

    /// A token that holds for another while.
    ///
    /// - Parameters:
    ///   - client: of the loop that asks.
    ///   - unixSeconds: the time now.
    ///   - began: gets the exchange of a fetch, which is not called where another fetches.
    package func token(
        of account: ServiceAccount, by client: HTTPClient, unixSeconds: Int64, began: (ClientExchange) -> Void
    ) async throws(AccessTokenFailure) -> AccessToken {
        let known: Outcome? = await withUnsafeContinuation { continuation in
            let step = entries.withLock { Self.enter(continuation, account, &$0, now: unixSeconds) }
            switch step {
            case .isThere(let token): continuation.resume(returning: .success(token))
            case .mustFetch: continuation.resume(returning: nil)
            case .waits: break
            }
        }
        if let known { return try known.get() }
        let outcome: Outcome
        do throws(AccessTokenFailure) {
            outcome = .success(
                try await AccessTokenFetch.token(
                    of: account, by: client, unixSeconds: unixSeconds, began: began))
        } catch {
            outcome = .failure(error)
        }
        return try settle(outcome, account, now: unixSeconds).get()
    }

    /// Forgets a token that was refused, so that the next request fetches another.
    package func discard(_ token: AccessToken, of account: ServiceAccount) {
        entries.withLock { if $0[account]?.token == token { $0[account]!.token = nil } }
    }

    /// Before its end a token is not sent any more: the request has still to arrive.
    private static let secondsToArrive: Int64 = 10

    private enum Step {
        case isThere(AccessToken), mustFetch, waits
    }

    private static func enter(
        _ continuation: UnsafeContinuation<Outcome?, Never>, _ account: ServiceAccount,
        _ entries: inout [ServiceAccount: Entry], now: Int64
    ) -> Step {
        if let entry = entries[account] {
            if let token = entry.token {
                let isFresh = !token.needsRenewal(now: now)
                // While another is fetched, and a while after that went wrong, the one at hand serves.
                let serves = (entry.isFetching || now < entry.restsUntil) && now < token.expiresAt - secondsToArrive
                if isFresh || serves { return .isThere(token) }
            }
            if entry.isFetching {
                entries[account]!.waiters.append(continuation)
                return .waits
            }
        } else if entries.count >= GatewayLimits.accessTokens {
            // Accounts of earlier configurations.
            entries = entries.filter { $0.value.isFetching || ($0.value.token?.expiresAt ?? 0) > now }
        }
        entries[account, default: Entry()].isFetching = true
        return .mustFetch
    }

    /// Keeps what came of a fetch and tells it to who waits.
    ///
    /// - Returns: the outcome, or the token there was, where that still holds and no other was to be had.
    private func settle(_ outcome: Outcome, _ account: ServiceAccount, now: Int64) -> Outcome {
        let (told, waiters) = entries.withLock { entries in
            var entry = entries[account] ?? Entry()
            let waiters = entry.waiters
            entry.waiters = []
            entry.isFetching = false
            var told = outcome
            switch outcome {
            case .success(let token):
                entry.token = token
                entry.restsUntil = 0
            case .failure:
                if let token = entry.token, now < token.expiresAt - Self.secondsToArrive {
                    told = .success(token)
                    entry.restsUntil = now + GatewayLimits.accessTokenRestSeconds
                }
            }
            entries[account] = entry
            return (told, waiters)
        }
        for waiter in waiters { waiter.resume(returning: told) }
        return told
    }
}
