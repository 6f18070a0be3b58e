import Access
import Buffers
import Completions
import Gateway
import HTTPServer
import HTTPWire
import JSONText
import Telemetry

/// `/key`, `/keys` and `/keys/{hash}`.
extension APIRouter {
    func key(_ exchange: ServerExchange) {
        do throws(APIError) {
            let principal = try pipeline.authenticate(exchange)
            KeyAnswer.current(
                principal, services.freeVariants, atMs: pipeline.clock.unixMs(), into: &exchange.content)
            respondWithKey(exchange, status: 200)
        } catch {
            exchange.fail(error)
        }
    }

    func keys(_ exchange: ServerExchange, _ query: Query) async {
        do throws(APIError) {
            let caller = try pipeline.authenticateManagement(exchange)
            if exchange.head.method == .post { return try await createKey(exchange, caller) }
            let now = pipeline.clock.unixMs()
            let page = try KeyListQuery(query).page(of: services.keys.registry.all, atMs: now)
            KeyAnswer.list(page, atMs: now, into: &exchange.content)
            respondWithKey(exchange, status: 200)
        } catch {
            exchange.fail(error)
        }
    }

    func key(_ exchange: ServerExchange, hash text: String) async {
        do throws(APIError) {
            let caller = try pipeline.authenticateManagement(exchange)
            // A text that is no hash is the hash of no key.
            let hash = APIKeyHash(hex: text) ?? APIKeyHash(ofKey: Span())
            switch exchange.head.method {
            case .patch: try await changeKey(exchange, hash, caller)
            case .delete: try await deleteKey(exchange, hash, caller)
            default:
                let principal = try services.keys.principal(hash)
                KeyAnswer.one(principal, atMs: pipeline.clock.unixMs(), into: &exchange.content)
                respondWithKey(exchange, status: 200)
            }
        } catch {
            exchange.fail(error)
        }
    }

    private func createKey(_ exchange: ServerExchange, _ caller: Principal) async throws(APIError) {
        let body = try await readSmallBody(exchange)
        let now = pipeline.clock.unixMs()
        let fields = try KeyFields(body, atMs: now)
        guard let name = fields.name else { throw .invalid("name", "'name' is missing. Say what the key is for.") }
        var generator = SystemRandomNumberGenerator()
        let key = APIKeyText(using: &generator)
        var record = APIKeyRecord(
            key, name: name, keyClass: fields.isManagement == true ? .management : .inference, createdAtMs: now)
        fields.apply(to: &record)
        fields.applyOrigin(to: &record)
        let principal = try await services.keys.create(record, through: services.keyStore)
        KeyAnswer.created(principal, key, atMs: now, into: &exchange.content)
        respondWithKey(exchange, status: 201)
    }

    private func changeKey(
        _ exchange: ServerExchange, _ hash: APIKeyHash, _ caller: Principal
    ) async throws(APIError) {
        // An unknown key is told before anything about the body.
        _ = try services.keys.principal(hash)
        let body = try await readSmallBody(exchange)
        let now = pipeline.clock.unixMs()
        let fields = try KeyFields(body, atMs: now)
        if fields.isEmpty { throw APIError(.invalidRequest, "No update fields provided") }
        if fields.isDisabled == true { try refuseOwnEnd(hash, caller, "disable") }
        let principal = try await services.keys.update(hash, through: services.keyStore) { record in
            fields.apply(to: &record)
            record.updatedAtMs = now
        }
        KeyAnswer.one(principal, atMs: now, into: &exchange.content)
        respondWithKey(exchange, status: 200)
    }

    private func deleteKey(
        _ exchange: ServerExchange, _ hash: APIKeyHash, _ caller: Principal
    ) async throws(APIError) {
        try refuseOwnEnd(hash, caller, "delete")
        try await services.keys.delete(hash, through: services.keyStore, atMs: pipeline.clock.unixMs())
        KeyAnswer.deleted(into: &exchange.content)
        respondWithKey(exchange, status: 200)
    }

    /// Nobody locks the door with the last key inside.
    private func refuseOwnEnd(_ hash: APIKeyHash, _ caller: Principal, _ verb: String) throws(APIError) {
        if hash != caller.hash { return }
        throw APIError(
            .invalidRequest, status: 409,
            "A management key cannot \(verb) itself. Send the request with another management key.")
    }

    private func respondWithKey(_ exchange: ServerExchange, status: Int) {
        exchange.fields.append("Cache-Control: no-store\r\n")
        exchange.respond(status: status, contentType: "application/json")
    }
}

extension APIRouter {
    /// The most that a management request may send.
    private static let smallBodyBytes = 64 * 1024

    /// Reads the JSON body of a request that manages something. The value is valid until the next body is read.
    func readSmallBody(_ exchange: ServerExchange) async throws(APIError) -> JSONValue {
        let body: RequestBody
        do throws(BodyFailure) {
            body = try await exchange.readBody()
        } catch {
            throw APIError(error, limit: Self.smallBodyBytes)
                ?? APIError(.invalidRequest, status: 499, "The client left before its request was complete.")
        }
        if body.count > Self.smallBodyBytes {
            throw APIError(.payloadTooLarge, "The request body is larger than \(Self.smallBodyBytes) bytes.")
        }
        do throws(JSONError) {
            return try scanner.scan(copying: body.span)
        } catch {
            throw APIError(.invalidRequest, "The request body is not valid JSON: \(error).")
        }
    }
}
