import Activity
import Catalog
import Completions
import Gateway
import HTTPServer
import Routing

extension APIRouter {
    /// `GET /generation/decision`: the plan that a generation followed, from its record, and what another sort had made of
    /// it.
    func routeDecision(_ exchange: ServerExchange, _ query: Query) async {
        do throws(APIError) {
            let principal = try pipeline.authenticate(exchange)
            let policy = try policy(query["sort"])
            let record = try await services.generation(query["id"], of: principal)
            let decision = try Self.decision(of: record)
            let list = try await endpoints(of: record)
            RouteDecisionJSON.write(record, decision, list, policy, into: &exchange.content)
            exchange.respond(status: 200, contentType: "application/json")
        } catch {
            exchange.fail(error)
        }
    }

    private func policy(_ name: String?) throws(APIError) -> RankingPolicy? {
        guard let name else { return nil }
        if let policy = RankingPolicy(name: name) { return policy }
        throw .invalid("sort", "'sort' must be one of \(RankingPolicy.names.joined(separator: ", ")).")
    }

    /// - Returns: nil where there was nothing to decide.
    private static func decision(of record: GenerationRecord) throws(APIError) -> RouteDecision? {
        if record.catalogue == 0 {
            throw APIError(
                .notFound,
                "The decision of generation \(record.id) was not recorded: it is of a version that did not keep any.")
        }
        if record.decision.isEmpty { return nil }
        if let decision = RouteDecision(record.decision) { return decision }
        throw APIError(
            .notFound,
            "The decision of generation \(record.id) is in a form that this version cannot read. A later one wrote it.")
    }

    private func endpoints(of record: GenerationRecord) async throws(APIError) -> EndpointList {
        // The one endpoint is named by the record itself.
        if record.decision.isEmpty { return EndpointList(text: []) }
        let text: [UInt8]?
        do throws(GenerationReadError) {
            text = try await services.records.catalogue(record.catalogue)
        } catch {
            throw APIError(.providerOverloaded, "The store cannot be read now. Try again in a moment.")
        }
        if let text { return EndpointList(text: text) }
        throw APIError(
            .notFound,
            "The decision of generation \(record.id) refers to the endpoints of catalogue "
                + "\(RouteDecisionJSON.version(record.catalogue)), which the store does not have. "
                + "/generation still tells its attempts.")
    }
}
