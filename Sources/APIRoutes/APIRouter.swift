import Accounting
import Buffers
import Catalog
import Completions
import Dialects
package import Gateway
package import HTTPServer
import HTTPWire
import JSONText
import Reactor
import WebPages

/// Answers every request of one loop: finds the route, adds what every answer carries, hands on. Confined to its loop.
package final class APIRouter: HTTPHandler, @unchecked Sendable {
    let pipeline: CompletionPipeline
    let services: any RouterServices
    let scanner = JSONScanner()
    let catalogueIndexes: CatalogueIndexCache

    /// - Parameter catalogueIndexes: shared by all loops.
    package init(
        pipeline: CompletionPipeline, services: any RouterServices, catalogueIndexes: CatalogueIndexCache
    ) {
        self.pipeline = pipeline
        self.services = services
        self.catalogueIndexes = catalogueIndexes
    }

    package func handle(_ exchange: ServerExchange) async {
        let route = Route(exchange.headBytes, exchange.head.path)
        if exchange.head.method == .options { return CORS.answerPreflight(exchange, route) }
        if route.isAPI { CORS.allow(exchange) }
        if !route.takes(exchange.head.method), route != .unknown {
            HTTPEncoding.appendField("Allow", route.allowed, to: &exchange.fields)
            return exchange.fail(
                APIError(
                    .invalidRequest, status: 405,
                    "This path does not take \(exchange.text(exchange.head.methodRange)). Use \(route.allowed)."))
        }
        switch route {
        case .chatCompletions: await pipeline.complete(exchange, caller: .chat)
        case .completions: await pipeline.complete(exchange, caller: .completions)
        case .messages: await pipeline.complete(exchange, caller: .messages)
        case .responses: await pipeline.complete(exchange, caller: .responses)
        case .embeddings: await pipeline.retrieve(exchange, .embeddings)
        case .rerank: await pipeline.retrieve(exchange, .rerank)
        default: await answer(route, exchange)
        }
    }

    /// What never became a request.
    package func refuse(_ exchange: ServerExchange, status: Int, reason: StaticString) {
        let type: ErrorType =
            switch status {
            case 408: .timeout
            case 413, 431: .payloadTooLarge
            case 503: .providerOverloaded
            default: .invalidRequest
            }
        var error = APIError(type, status: status, "\(reason)")
        if status == 503 { error.retryAfter = 1 }
        exchange.fail(error)
    }

    private func answer(_ route: Route, _ exchange: ServerExchange) async {
        let query = Query(exchange.head.query.map { exchange.text($0) })
        switch route {
        case .catalogue(let route): await catalogue(route, exchange, query)
        case .generation: await generation(exchange, query)
        case .key: key(exchange)
        case .keys: await keys(exchange, query)
        case .keyByHash(let hash): await key(exchange, hash: hash)
        case .credentials: await credentials(exchange, query)
        case .credentialByID(let id): await credential(exchange, id: id)
        case .routeExplanation: await explainRoute(exchange)
        case .tokenCount: await pipeline.countTokens(exchange)
        case .routeDecision: await routeDecision(exchange, query)
        case .account(let route): await account(route, exchange, query)
        case .health: status(exchange, 200, reasons: [])
        case .ready:
            let reasons = services.unreadiness
            status(exchange, reasons.isEmpty ? 200 : 503, reasons: reasons, warnings: services.warnings)
        case .metrics: await metrics(exchange)
        case .landingPage: landingPage(exchange)
        case .errorDocumentation:
            ErrorsPage.render(into: &exchange.content)
            respond(withPage: exchange)
        case .unknown:
            exchange.fail(
                APIError(
                    .notFound,
                    "There is nothing at \(exchange.text(exchange.head.path)). The API lives under /api/v1, for example "
                        + "/api/v1/chat/completions and /api/v1/models."))
        case .chatCompletions, .completions, .messages, .responses, .embeddings, .rerank: break
        }
    }

    private func generation(_ exchange: ServerExchange, _ query: Query) async {
        do throws(APIError) {
            let principal = try pipeline.authenticate(exchange)
            let record = try await services.generation(query["id"], of: principal)
            GenerationAnswer.write(record, pipeline.state.catalog, into: &exchange.content)
            exchange.respond(status: 200, contentType: "application/json")
        } catch {
            exchange.fail(error)
        }
    }

    // MARK: The operator's side

    private func status(
        _ exchange: ServerExchange, _ status: Int, reasons: [String], warnings: [String] = []
    ) {
        StatusAnswer.write(status == 200, reasons: reasons, warnings: warnings, into: &exchange.content)
        exchange.fields.append("Cache-Control: no-store\r\n")
        exchange.respond(status: status, contentType: "application/json")
    }

    private func metrics(_ exchange: ServerExchange) async {
        let page = await services.metricsPage()
        exchange.content.append(page)
        exchange.respond(status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8")
    }

    private func landingPage(_ exchange: ServerExchange) {
        let reasons = services.unreadiness
        let host = exchange.text(.host) ?? "127.0.0.1:8080"
        let state = LandingState(
            ready: reasons.isEmpty, reasons: reasons, baseURL: "\(services.scheme)://\(host)/api/v1",
            defaultModel: pipeline.state.catalog.defaultModel?.slug,
            models: pipeline.state.catalog.models.filter(\.isCallable).map(LandingState.Model.init),
            version: services.version)
        LandingPage.render(into: &exchange.content, state: state)
        respond(withPage: exchange)
    }

    private func respond(withPage exchange: ServerExchange) {
        HTTPEncoding.appendField(
            "Content-Security-Policy", LandingPage.contentSecurityPolicy, to: &exchange.fields)
        exchange.fields.append("X-Content-Type-Options: nosniff\r\n")
        exchange.respond(status: 200, contentType: LandingPage.contentType)
    }
}

extension ServerExchange {
    /// Answers with the error envelope.
    func fail(_ error: APIError) {
        error.appendFields(to: &fields)
        content.clear()
        ErrorEnvelope.write(error, generation: nil, into: &content)
        respond(status: error.status, contentType: "application/json")
    }
}

extension LandingState.Model {
    init(_ model: Model) {
        self.init(
            id: model.slug, name: model.name,
            endpoints: model.endpoints.filter { $0.serviceTier == nil }.map { endpoint in
                LandingState.Endpoint(
                    provider: endpoint.provider.displayName,
                    contextLength: endpoint.contextLength ?? model.contextLength,
                    promptPicos: endpoint.pricing.quote(.prompt)?.price.picos,
                    completionPicos: endpoint.pricing.quote(.completion)?.price.picos)
            })
    }
}
