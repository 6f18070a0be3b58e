import Buffers
import Catalog
import Gateway
import HTTPClient
import HTTPWire
import Providers
import Reactor
import Telemetry

/// Reaches every provider of a catalogue with one request: for its list of models, or, where keys prove themselves by
/// the request, with a conversation without messages, which nobody answers and nobody bills.
enum ProviderCheck {
    static func findings(
        _ catalog: ModelCatalog, _ loop: EventLoop, _ environment: [String: String]
    ) async -> [Finding] {
        if catalog.providers.isEmpty {
            return [
                Finding(
                    "providers", .error,
                    "none is switched on; set a variable such as OPENAI_API_KEY, or list one under `providers:`.")
            ]
        }
        let client: HTTPClient
        do throws(CallFailure) {
            let needsTLS = catalog.providers.contains { $0.needsTLS }
            client = HTTPClient(loop: loop, configuration: try APIClient.configuration(needsTLS, environment))
        } catch {
            return [Finding("providers", .error, error.sentence)]
        }
        defer { client.shutDown() }
        // All at once, so that the longest wait is one provider's; shown in the order of the configuration.
        return await withTaskGroup(of: (Int, [Finding]).self) { group in
            for (index, provider) in catalog.providers.enumerated() {
                group.addTask { (index, await check(provider, catalog, client)) }
            }
            var results = [[Finding]](repeating: [], count: catalog.providers.count)
            for await (index, findings) in group { results[index] = findings }
            return results.flatMap(\.self)
        }
    }

    private static func check(_ provider: ProviderEntry, _ catalog: ModelCatalog, _ client: HTTPClient) async
        -> [Finding]
    {
        let area = "provider \(provider.slug)"
        let endpoints = catalog.endpoints.filter { $0.provider === provider }
        guard let endpoint = endpoints.first else {
            return [Finding(area, .warning, "serves no model, so it was not asked.")]
        }
        let isProbe = provider.dialect.isVertex || provider.keys.first.map { $0.use != .sent } ?? false
        let path: UpstreamPath = isProbe ? .answer : .models
        let base = provider.address(of: path)
        let exchange = client.exchange(origin: Origin(isSecure: base.isSecure, host: base.host, port: base.port))
        defer { exchange.release() }
        var token: AccessToken?
        if case .exchanged(let account) = provider.keys.first?.use {
            do throws(AccessTokenFailure) {
                token = try await AccessTokenFetch.token(
                    of: account, by: client, unixSeconds: WallClock.system.unixMs() / 1_000)
            } catch {
                return [Finding(area, .error, "has no access token: \(error.reason); check its `credentials`.")]
            }
        }
        var body = ByteBuffer()
        if isProbe { body.append(#"{"messages":[]}"#) }
        var head = ByteBuffer()
        ProviderAdapter.appendHead(
            of: endpoint, path: path, isStream: false, contentLength: isProbe ? body.count : nil,
            fields: ProviderAdapter.proof(
                of: endpoint, path: path, key: 0, body: body.span, token: token,
                unixSeconds: WallClock.system.unixMs() / 1_000),
            into: &head)
        let started = client.loop.now
        do throws(ClientFailure) {
            let limits = ExchangeDeadlines(
                mode: .plain, connectMs: CLILimits.connectMs, firstByteMs: nil, idleMs: nil,
                totalMs: CLILimits.providerMs)
            // The piece points into a buffer that stays as it is.
            try await exchange.send(
                head: head.bytes, body: isProbe ? [body.bytes] : [], method: isProbe ? .post : .get, deadlines: limits)
            try await exchange.collect(limit: CLILimits.answerBytes)
        } catch {
            return [Finding(area, .error, "\(error.reason) \(advice(error, provider))")]
        }
        if isProbe {
            return [
                ProbeAnswer.finding(
                    provider.slug, status: exchange.head.status, milliseconds: client.loop.now - started,
                    errorType: exchange.header("x-amzn-errortype"), body: exchange.body.span)
            ]
        }
        return ProviderAnswer.findings(
            provider, status: exchange.head.status, milliseconds: client.loop.now - started,
            body: exchange.body.span, models: endpoints.map(\.upstreamModel))
    }

    private static func advice(_ failure: ClientFailure, _ provider: ProviderEntry) -> String {
        switch failure.kind {
        case .resolution: "Check the host name in `base_url` and the network's name servers."
        case .connection: "Check that it runs, and host and port of `base_url`."
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout:
            "Check the network, firewalls and whether HTTPS_PROXY is needed."
        case .tls: "Check the machine's clock, its certificate authorities (SSL_CERT_FILE) and `base_url`."
        case .proxy: "Check HTTPS_PROXY and NO_PROXY."
        case .send, .malformed, .truncated, .tooLarge, .cancelled, .overloaded: "Check `base_url`."
        }
    }
}
