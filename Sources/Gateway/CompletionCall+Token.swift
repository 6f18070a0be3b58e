import Catalog
import HTTPClient
import Providers
import Routing
import Telemetry

/// Keys that are exchanged for access tokens.
extension CompletionCall {
    private func account(_ candidate: Candidate) -> ServiceAccount? {
        let keys = candidate.endpoint.provider.keys
        let key = ticket?.key ?? 0
        guard keys.indices.contains(key), case .exchanged(let account) = keys[key].use else { return nil }
        return account
    }

    /// Gets the token for the attempt's key, where it takes one.
    ///
    /// - Returns: what the attempt came to, where it cannot be made.
    func fetchToken(_ candidate: Candidate) async -> AttemptOutcome? {
        accessToken = nil
        guard let account = account(candidate) else { return nil }
        defer { tokenExchange = nil }
        do throws(AccessTokenFailure) {
            accessToken = try await pipeline.accessTokens.token(
                of: account, by: pipeline.client, unixSeconds: pipeline.clock.unixMs() / 1_000
            ) { tokenExchange = $0 }
        } catch {
            if let outcome = outcomeMeanwhile(candidate) { return outcome }
            return .failed(FailureClassifier.noToken(error, provider: candidate.endpoint.provider.displayName))
        }
        return outcomeMeanwhile(candidate)
    }

    /// What ended the call while it waited for what an attempt needs: there was no exchange that could have been aborted.
    func outcomeMeanwhile(_ candidate: Candidate) -> AttemptOutcome? {
        if goneAtMs != nil { return .cancelled }
        if isEnding { return .failed(understand(ClientFailure(.cancelled, "This server stops."), candidate)) }
        return nil
    }

    /// Forgets a token that the provider refused.
    ///
    /// - Returns: whether the provider is to be asked with another one: once in a call.
    func dropToken(_ candidate: Candidate) -> Bool {
        guard let token = accessToken, let account = account(candidate), !hasRenewedToken else { return false }
        hasRenewedToken = true
        pipeline.accessTokens.discard(token, of: account)
        return true
    }
}
