import Buffers
import Catalog
import HTTPClient
import HTTPWire
import Providers
import Reactor

/// Reaches every provider of a catalogue with one request for its list of models.
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
            let needsTLS = catalog.providers.contains { $0.baseURL.isSecure }
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
        let base = provider.address(of: .models)
        let exchange = client.exchange(origin: Origin(isSecure: base.isSecure, host: base.host, port: base.port))
        defer { exchange.release() }
        var head = ByteBuffer()
        ProviderAdapter.appendHead(of: endpoint, path: .models, isStream: false, contentLength: nil, into: &head)
        let started = client.loop.now
        do throws(ClientFailure) {
            let limits = ExchangeDeadlines(
                mode: .plain, connectMs: CLILimits.connectMs, firstByteMs: nil, idleMs: nil,
                totalMs: CLILimits.providerMs)
            try await exchange.send(head: head.bytes, body: [], method: .get, deadlines: limits)
            try await exchange.collect(limit: CLILimits.answerBytes)
        } catch {
            return [Finding(area, .error, "\(error.reason) \(advice(error, provider))")]
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
