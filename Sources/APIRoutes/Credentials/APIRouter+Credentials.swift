import Access
import Buffers
import Catalog
import Completions
import Gateway
import HTTPServer
import HTTPWire
import JSONText
import Telemetry

/// `/byok` and `/byok/{id}`: callers' own keys at providers. Source: openrouter spec 10.
extension APIRouter {
    func credentials(_ exchange: ServerExchange, _ query: Query) async {
        do throws(APIError) {
            _ = try pipeline.authenticateManagement(exchange)
            if exchange.head.method == .post { return try await createCredential(exchange) }
            let (page, count) = try CredentialListQuery(query).page(of: services.credentials.all)
            CredentialAnswer.list(page, count: count, into: &exchange.content)
            respondWithCredential(exchange, status: 200)
        } catch {
            exchange.fail(error)
        }
    }

    func credential(_ exchange: ServerExchange, id: String) async {
        do throws(APIError) {
            _ = try pipeline.authenticateManagement(exchange)
            switch exchange.head.method {
            case .patch: try await changeCredential(exchange, id)
            case .delete:
                try await services.credentials.delete(id, through: services.keyStore)
                KeyAnswer.deleted(into: &exchange.content)
                respondWithCredential(exchange, status: 200)
            default:
                CredentialAnswer.one(try services.credentials.credential(id), into: &exchange.content)
                respondWithCredential(exchange, status: 200)
            }
        } catch {
            exchange.fail(error)
        }
    }

    private func createCredential(_ exchange: ServerExchange) async throws(APIError) {
        let fields = try CredentialFields(try await readSmallBody(exchange))
        guard let slug = fields.provider else {
            throw .invalid("provider", "'provider' is missing. Send the slug of a provider, such as openai.")
        }
        guard let key = fields.key else {
            throw .invalid("key", "'key' is missing. Send your key at the provider.")
        }
        let provider = try knownProvider(slug)
        try checkHashes(fields)
        try services.checkCredential(Secret(key), of: provider)
        let stored = try await services.credentials.create(
            key, at: provider.slug, through: services.keyStore, atMs: pipeline.clock.unixMs()
        ) { credential throws(APIError) in
            try fields.apply(to: &credential)
            try checkRoom(for: credential)
        }
        CredentialAnswer.one(stored, into: &exchange.content)
        respondWithCredential(exchange, status: 201)
    }

    private func changeCredential(_ exchange: ServerExchange, _ id: String) async throws(APIError) {
        // An unknown credential is told before anything about the body.
        let present = try services.credentials.credential(id)
        let fields = try CredentialFields(try await readSmallBody(exchange))
        if fields.isEmpty { throw APIError(.invalidRequest, "No update fields provided") }
        if let provider = fields.provider, provider != present.provider {
            throw .invalid(
                "provider", "A credential stays at its provider, \(present.provider). Store another one instead.")
        }
        try checkHashes(fields)
        if let key = fields.key, let provider = pipeline.state.catalog.knownProvider(present.provider) {
            try services.checkCredential(Secret(key), of: provider)
        }
        let changed = try await services.credentials.update(
            id, key: fields.key, through: services.keyStore, atMs: pipeline.clock.unixMs()
        ) { credential throws(APIError) in
            try fields.apply(to: &credential)
        }
        CredentialAnswer.one(changed, into: &exchange.content)
        respondWithCredential(exchange, status: 200)
    }

    private func knownProvider(_ slug: String) throws(APIError) -> ProviderEntry {
        let catalog = pipeline.state.catalog
        if let provider = catalog.knownProvider(slug) { return provider }
        let known = (catalog.providers + catalog.absentProviders).map(\.slug)
        let nearest = NearestNames.nearest(to: slug, among: known)
        let hint = nearest.isEmpty ? "" : " Did you mean \(nearest.joined(separator: " or "))?"
        throw .invalid(
            "provider",
            "\(slug.prefix(64)) is no provider of this server's catalogue.\(hint) GET /api/v1/providers lists those in use."
        )
    }

    private func checkHashes(_ fields: CredentialFields) throws(APIError) {
        guard case .some(.some(let hashes)) = fields.allowedKeys else { return }
        for (index, hash) in hashes.enumerated() where services.keys.registry.principal(hash) == nil {
            throw .invalid(
                "allowed_api_key_hashes[\(index)]",
                "'allowed_api_key_hashes[\(index)]' is the hash of no API key here. GET /api/v1/keys lists them.")
        }
    }

    /// Each credential has endpoints of its own, and there is an end to their number.
    private func checkRoom(for credential: ProviderCredential) throws(APIError) {
        let catalog = pipeline.state.catalog
        let more = catalog.endpointCount(ofProvider: credential.provider) { model in
            credential.allowedModels.map { $0.contains(model.slug) } ?? true
        }
        if catalog.endpoints.count + more <= CatalogLimits.endpoints { return }
        throw APIError(
            .invalidRequest,
            "This credential would have \(more) endpoints, and this server has room for "
                + "\(CatalogLimits.endpoints - catalog.endpoints.count) more. Send allowed_models, or delete other credentials.",
            param: "allowed_models")
    }

    private func respondWithCredential(_ exchange: ServerExchange, status: Int) {
        exchange.fields.append("Cache-Control: no-store\r\n")
        exchange.respond(status: status, contentType: "application/json")
    }
}
