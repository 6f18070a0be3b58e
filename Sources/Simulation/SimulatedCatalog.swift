import Accounting
import Catalog

/// The providers of a scenario as a catalogue: one model, which each of them serves.
enum SimulatedCatalog {
    static let model = "simulated/model"

    static func make(_ scenario: Scenario) -> ModelCatalog {
        // Nothing is ever sent there.
        guard let url = try? BaseURL("http://127.0.0.1/v1") else { preconditionFailure("a good URL") }
        var entries: [ProviderEntry] = []
        var endpoints: [Endpoint] = []
        for provider in scenario.providers {
            let entry = ProviderEntry(slug: provider.slug, displayName: provider.slug, baseURL: url)
            entries.append(entry)
            endpoints.append(
                Endpoint(
                    index: endpoints.count, provider: entry, modelSlug: model, upstreamModel: model,
                    pricing: provider.pricing, weight: provider.weight))
        }
        let model = Model(Model.Facts(slug: model), endpoints: endpoints)
        guard let catalog = try? ModelCatalog(providers: entries, models: [model]) else {
            preconditionFailure("one model has no name twice")
        }
        return catalog
    }
}
