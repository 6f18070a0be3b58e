package import Catalog
import Completions
import Dialects
import HTTPClient
package import Routing
package import Telemetry

/// What a call needs to know beside its request: an immutable snapshot, replaced whole on reload. A call keeps the one
/// it started with.
package final class GatewayState: Sendable {
    package let catalog: ModelCatalog
    package let health: HealthTable
    package let settings: GatewaySettings
    package let stickyRoutes: StickyRoutes
    /// By the index of the endpoint.
    let targets: [UpstreamChatTarget]
    /// The same for endpoints of other dialects; nil for those that speak chat.
    let translationTargets: [TranslationTarget?]
    let origins: [Origin]
    let slots: [EndpointSlot]
    /// Whether requests are looked at for the name of a preset.
    let hasPresets: Bool

    package init(
        catalog: ModelCatalog, health: HealthTable, settings: GatewaySettings, registry: MetricRegistry,
        stickyRoutes: StickyRoutes
    ) {
        self.catalog = catalog
        self.health = health
        self.settings = settings
        self.stickyRoutes = stickyRoutes
        hasPresets = !settings.presets.isEmpty
        targets = UpstreamChatTarget.all(in: catalog)
        translationTargets = TranslationTarget.all(in: catalog)
        origins = catalog.endpoints.map { endpoint in
            let url = endpoint.provider.baseURL
            return Origin(isSecure: url.isSecure, host: url.host, port: url.port)
        }
        slots = catalog.endpoints.map { registry.slot(model: $0.modelSlug, provider: $0.provider.slug) }
    }
}
