import Access
import Accounting
import Activity
import Buffers
import Completions
import Gateway
import HTTPServer
import HTTPWire
import JSONText
import Telemetry

/// The routes of credits, activity, export and backup.
extension APIRouter {
    func account(_ route: AccountRoute, _ exchange: ServerExchange, _ query: Query) async {
        do throws(APIError) {
            _ = try pipeline.authenticateManagement(exchange)
            switch route {
            case .credits: try await credits(exchange)
            case .grants: try await post(exchange, for: .grant)
            case .adjustments: try await post(exchange, for: .adjustment)
            case .ledger: try await ledger(exchange, query)
            case .coinbase: throw Self.coinbaseIsGone
            case .activity: try await activity(exchange, query)
            case .exportGenerations: try await exportGenerations(exchange, query)
            case .exportLedger: try await exportLedger(exchange, query)
            case .backup: try await backup(exchange)
            }
        } catch {
            exchange.fail(error)
        }
    }

    private static let coinbaseIsGone = APIError(
        .invalidRequest, status: 410, "Credits are not bought here. Grant them with POST /api/v1/credits/grants.")

    // MARK: Reading

    private func credits(_ exchange: ServerExchange) async throws(APIError) {
        let totals = try await reading { () async throws(GenerationReadError) in
            try await services.records.ledgerTotals()
        }
        AccountAnswers.credits(totals, into: &exchange.content)
        exchange.respondJSON()
    }

    private func ledger(_ exchange: ServerExchange, _ query: Query) async throws(APIError) {
        let query = try AccountQueries.ledger(query)
        let page = try await reading { () async throws(GenerationReadError) in
            try await services.records.ledger(query)
        }
        AccountAnswers.ledger(page, into: &exchange.content)
        exchange.respondJSON()
    }

    private func activity(_ exchange: ServerExchange, _ query: Query) async throws(APIError) {
        let query = try AccountQueries.activity(query, nowMs: pipeline.clock.unixMs(), keysOf: keys(madeBy:))
        let rows = try await reading { () async throws(GenerationReadError) in
            try await services.records.activity(query)
        }
        AccountAnswers.activity(rows, pipeline.state.catalog, into: &exchange.content)
        exchange.respondJSON()
    }

    /// The keys that a member made; nil where nobody is known by that id.
    private func keys(madeBy user: String) -> [APIKeyHash]? {
        let found = services.keys.registry.all.filter { $0.key.creatorUserID == user }
        return found.isEmpty ? nil : found.map(\.hash)
    }

    func reading<Answer>(
        _ read: () async throws(GenerationReadError) -> Answer
    ) async throws(APIError) -> Answer {
        do throws(GenerationReadError) {
            return try await read()
        } catch {
            guard case .noRoom(let sentence) = error else { throw Self.unreadable }
            throw APIError(.server, status: 507, "There is no room: \(sentence). Make room there, then try again.")
        }
    }

    private static let unreadable = APIError(
        .providerOverloaded, "The store cannot be read now. Try again in a moment.")

    // MARK: Writing

    private func post(_ exchange: ServerExchange, for purpose: LedgerRequest.Purpose) async throws(APIError) {
        let request = try await readRequest(exchange, purpose)
        let order = try await order(request, purpose)
        let outcome = await services.post(order)
        switch outcome {
        case .posted(let line):
            AccountAnswers.line(line, into: &exchange.content)
            exchange.respondJSON(status: 201)
        case .pending(let line):
            AccountAnswers.line(line, into: &exchange.content)
            exchange.respondJSON(status: 202)
        case .repeated(let line):
            AccountAnswers.line(line, into: &exchange.content)
            exchange.respondJSON()
        default: throw Self.refusal(outcome)
        }
    }

    private func readRequest(
        _ exchange: ServerExchange, _ purpose: LedgerRequest.Purpose
    ) async throws(APIError) -> LedgerRequest {
        let root = try await readSmallBody(exchange)
        return try LedgerRequest(root, for: purpose, key: exchange.text(.idempotencyKey))
    }

    private func order(
        _ request: LedgerRequest, _ purpose: LedgerRequest.Purpose
    ) async throws(APIError) -> LedgerOrder {
        var entry = LedgerEntry(
            kind: purpose == .grant ? .grant : .adjustment, amount: request.amount ?? .zero,
            atMs: pipeline.clock.unixMs(),
            reason: request.reason)
        guard let id = request.generationID else { return LedgerOrder(entry, idempotencyKey: request.idempotencyKey) }
        let found = try await reading { () async throws(GenerationReadError) in
            try await services.records.generation(id)
        }
        guard let generation = found else {
            throw APIError(
                .notFound,
                "There is no generation \(id), or it is not kept any more. Without generation_id the amount is an "
                    + "adjustment of the account.", param: "generation_id")
        }
        guard generation.charge.total > .zero else {
            throw .invalid("generation_id", "Generation \(id) cost nothing, so that there is nothing to give back.")
        }
        entry.kind = .refund
        entry.generationID = id
        entry.apiKey = generation.apiKey
        entry.workspaceID = generation.workspaceID
        var order = LedgerOrder(entry, charged: generation.charge.total, idempotencyKey: request.idempotencyKey)
        order.takesRest = request.amount == nil
        return order
    }

    private static func refusal(_ outcome: LedgerOutcome) -> APIError {
        switch outcome {
        case .keyReused:
            return APIError(
                .unprocessable,
                "This idempotency key belongs to a row with other content. Use a new key for a new row.",
                param: "idempotency_key")
        case .refundTooLarge(let left):
            let rest = left > .zero ? "only \(left) dollars are left of its charge" : "it has been refunded in full"
            return .invalid("amount", "The generation cannot be refunded so much: \(rest).")
        case .outOfBounds:
            return .invalid("amount", "The account's credits cannot be that large.")
        case .posted, .pending, .repeated, .unavailable:
            var error = APIError(
                .providerOverloaded, "The store cannot write now, and nothing was added. Try again in a moment.")
            error.retryAfter = 1
            return error
        }
    }
}

extension ServerExchange {
    func respondJSON(status: Int = 200) {
        respond(status: status, contentType: "application/json")
    }
}
