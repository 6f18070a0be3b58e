import Catalog
import HTTPClient
import Reactor

/// Reaches every provider of a catalogue, with each of its keys.
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

    /// One key after the other: a provider that cannot be reached is so with all of them.
    private static func check(_ provider: ProviderEntry, _ catalog: ModelCatalog, _ client: HTTPClient) async
        -> [Finding]
    {
        let area = "provider \(provider.slug)"
        let endpoints = catalog.endpoints.filter { $0.provider === provider }
        guard !endpoints.isEmpty else {
            return [Finding(area, .warning, "serves no model, so it was not asked.")]
        }
        var findings: [Finding] = []
        for key in 0..<max(1, provider.keys.count) {
            do throws(ClientFailure) {
                findings += try await ProviderInquiry(provider: provider, endpoints: endpoints, key: key).ask(client)
            } catch {
                return findings + [Finding(area, .error, "\(error.reason) \(advice(error))")]
            }
        }
        return findings
    }

    private static func advice(_ failure: ClientFailure) -> String {
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
