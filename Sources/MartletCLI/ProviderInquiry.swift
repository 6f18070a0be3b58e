import Buffers
import Catalog
import Gateway
import HTTPClient
import HTTPWire
import Providers
import Reactor
import Telemetry

/// What a provider is asked with one of its keys: for its list of models, or, where keys prove themselves by the request,
/// with a conversation without messages, which nobody answers and nobody bills.
struct ProviderInquiry {
    let provider: ProviderEntry
    /// The provider's, at least one.
    let endpoints: [Endpoint]
    /// Index into the provider's keys; 0 also where it has none.
    let key: Int

    /// What findings are about. A key is named by its place in `api_keys`, never by its text.
    private var area: String {
        provider.keys.count > 1 ? "provider \(provider.slug), key \(key + 1)" : "provider \(provider.slug)"
    }

    private var use: ProviderKey.Use? { provider.keys.isEmpty ? nil : provider.keys[key].use }

    private var isProbe: Bool { provider.dialect.isVertex || use.map { $0 != .sent } ?? false }

    /// - Throws: when the provider cannot be reached, whatever the key.
    func ask(_ client: HTTPClient) async throws(ClientFailure) -> [Finding] {
        var token: AccessToken?
        if case .exchanged(let account) = use {
            do throws(AccessTokenFailure) {
                token = try await AccessTokenFetch.token(
                    of: account, by: client, unixSeconds: WallClock.system.unixMs() / 1_000)
            } catch {
                return [Finding(area, .error, "has no access token: \(error.reason); check its `credentials`.")]
            }
        }
        let path: UpstreamPath = isProbe ? .answer : .models
        let base = provider.address(of: path)
        let exchange = client.exchange(origin: Origin(isSecure: base.isSecure, host: base.host, port: base.port))
        defer { exchange.release() }
        var body = ByteBuffer()
        if isProbe { body.append(#"{"messages":[]}"#) }
        var head = ByteBuffer()
        ProviderAdapter.appendHead(
            of: endpoints[0], path: path, key: key, isStream: false, contentLength: isProbe ? body.count : nil,
            fields: ProviderAdapter.proof(
                of: endpoints[0], path: path, key: key, body: body.span, token: token,
                unixSeconds: WallClock.system.unixMs() / 1_000),
            into: &head)
        let started = client.loop.now
        let limits = ExchangeDeadlines(
            mode: .plain, connectMs: CLILimits.connectMs, firstByteMs: nil, idleMs: nil, totalMs: CLILimits.providerMs)
        // The piece points into a buffer that stays as it is.
        try await exchange.send(
            head: head.bytes, body: isProbe ? [body.bytes] : [], method: isProbe ? .post : .get, deadlines: limits)
        try await exchange.collect(limit: CLILimits.answerBytes)
        let milliseconds = client.loop.now - started
        if isProbe {
            return [
                ProbeAnswer.finding(
                    area, status: exchange.head.status, milliseconds: milliseconds,
                    errorType: exchange.header("x-amzn-errortype"), body: exchange.body.span)
            ]
        }
        return ProviderAnswer.findings(
            area, provider.dialect, status: exchange.head.status, milliseconds: milliseconds,
            body: exchange.body.span, models: endpoints.map(\.upstreamModel))
    }
}
