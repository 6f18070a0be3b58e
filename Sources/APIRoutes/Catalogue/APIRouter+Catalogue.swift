import Access
import Accounting
import Activity
import Catalog
import Completions
import Gateway
import HTTPServer
import HTTPWire
import Reactor
import Telemetry

/// The routes of the catalogue. They answer without a key, except `/models/user`; who shows one is also told how fast
/// endpoints are.
extension APIRouter {
    func catalogue(_ route: CatalogueRoute, _ exchange: ServerExchange, _ query: Query) async {
        do throws(APIError) {
            var view = CatalogueView(
                catalogueIndexes.index(of: pipeline.state.catalog), unixSeconds: pipeline.clock.unixMs() / 1000,
                health: pipeline.state.health, nowMs: pipeline.loop.now)
            switch route {
            case .models, .userModels:
                if route == .userModels { view.principal = try pipeline.authenticate(exchange) }
                if CatalogueSort(rawValue: query["sort"] ?? "")?.needsPopularity ?? false {
                    view.popularity = await tokensOfTheWeek()
                }
                if exchange.first(.anthropicVersion) != nil {
                    try CatalogueAnswers.anthropicModels(view, query, into: &exchange.content)
                } else {
                    try CatalogueAnswers.models(
                        view, query, path: route == .models ? "/models" : "/models/user", into: &exchange.content)
                }
            case .count: try CatalogueAnswers.modelCount(view, query, into: &exchange.content)
            case .embeddingModels: try CatalogueAnswers.embeddingModels(view, query, into: &exchange.content)
            case .imageModels: CatalogueAnswers.imageModels(view, into: &exchange.content)
            case .imageEndpoints(let slug):
                try CatalogueAnswers.imageEndpoints(view, slug, into: &exchange.content)
            case .videoModels: CatalogueAnswers.videoModels(into: &exchange.content)
            case .model(let slug): try CatalogueAnswers.model(view, slug, into: &exchange.content)
            case .plainModel(let id):
                if exchange.first(.anthropicVersion) != nil {
                    try CatalogueAnswers.anthropicModel(view, id, into: &exchange.content)
                } else {
                    try CatalogueAnswers.plainModel(view, id, into: &exchange.content)
                }
            case .endpoints(let slug):
                view.showsPerformance = isKnown(exchange)
                try CatalogueAnswers.endpoints(view, slug, into: &exchange.content)
            case .zeroRetentionEndpoints:
                view.showsPerformance = isKnown(exchange)
                CatalogueAnswers.zeroRetentionEndpoints(view, into: &exchange.content)
            case .providers: CatalogueAnswers.providers(view, into: &exchange.content)
            }
            exchange.respond(status: 200, contentType: "application/json")
        } catch {
            exchange.fail(error)
        }
    }

    /// Whether the caller has a key. One that is not known is no mistake here, where none is needed.
    private func isKnown(_ exchange: ServerExchange) -> Bool {
        (try? pipeline.authenticate(exchange)) != nil
    }

    /// Tokens by model's slug, of today and the six days before it. A store that cannot be read knows of none: the list
    /// is worth more than its order.
    private func tokensOfTheWeek() async -> [String: Int] {
        let today = ActivityQuery.day(ofMs: pipeline.clock.unixMs())
        do throws(GenerationReadError) {
            let rows = try await services.records.activity(ActivityQuery(days: today - 6..<today + 1))
            return rows.reduce(into: [:]) { sums, row in
                sums[row.model, default: 0].addSaturated(row.promptTokens.addingSaturated(row.completionTokens))
            }
        } catch {
            return [:]
        }
    }
}
