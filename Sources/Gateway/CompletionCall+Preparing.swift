import Access
import Accounting
import Activity
import Buffers
import Catalog
package import Completions
import Dialects
import HTTPClient
package import HTTPServer
import HTTPWire
import JSONText
import Providers
import Reactor
import Routing
import Telemetry

/// Why a request got no attempt.
enum CallRefusal: Error {
    case error(APIError)
    /// The client left before its request was complete.
    case gone
}

extension CompletionCall {
    /// Reads, decodes, resolves and plans.
    func prepare() async throws(CallRefusal) {
        var isPacked = false
        do throws(APIError) {
            principal = try pipeline.authenticate(exchange)
            try KeyAdmission.admitInference(principal, atMs: createdAtMs)
            try refuseWithoutStore()
            isPacked = try pipeline.isGzipped(exchange)
        } catch {
            throw .error(error)
        }
        do throws(BodyFailure) {
            body = try await exchange.readBody()
        } catch {
            guard let error = APIError(error, limit: state.settings.bodyBytes) else { throw .gone }
            throw .error(error)
        }
        do throws(APIError) {
            if isPacked { body = try pipeline.unpacked(body) }
            let root = try decode()
            try planRoute(root)
            try takeHold()
        } catch {
            throw .error(preset?.explain(error) ?? error)
        }
    }

    private func refuseWithoutStore() throws(APIError) {
        // A metered service goes on while its records wait in memory; what is prepaid must be on disk.
        let isPrepaid = principal.budgets.account.hasLimit
        if isPrepaid ? pipeline.records.canWriteNow : pipeline.records.acceptsWork { return }
        var error = APIError(
            .providerOverloaded, "This server cannot store records now, so it takes no new requests.")
        error.retryAfter = GatewayLimits.overloadRetrySeconds
        throw error
    }

    private func decode() throws(APIError) -> JSONValue {
        var root = try scanBody()
        if state.hasPresets, task == nil { root = try withPreset(root) }
        if !caller.isChat {
            try takeMemoryForRewriting()
            try rewriteAsChat(root)
            root = try scanBody()
        }
        if let task {
            request = try decodeRetrieval(root, task)
        } else {
            request = try ChatRequestDecoder.decode(root, surface: caller == .completions ? .completions : .chat)
            // Answers are judged when their names are the caller's again.
            if let namespaces { request.toolNames += namespaces.toolNames }
        }
        if let range = exchange.first(.xSessionID), range.count > DialectLimits.sessionIDCharacters {
            throw .invalid(
                "x-session-id",
                "The header x-session-id must be at most \(DialectLimits.sessionIDCharacters) characters long.")
        }
        return root
    }

    func scanBody() throws(APIError) -> JSONValue {
        do throws(JSONError) {
            return try pipeline.scanner.scan(Span(_unsafeBytes: body.bytes))
        } catch {
            throw APIError(.invalidRequest, "The request body is not valid JSON: \(error).")
        }
    }

    private func planRoute(_ root: JSONValue) throws(APIError) {
        let ownKeys = state.ownKeys(of: principal)
        let models = try ModelResolver.resolve(request, in: state.catalog, ownKeys: ownKeys)
        // Callers of `/messages` say it to models that always think, whose own API takes no notice.
        if request.reasoning.isOff, caller != .messages {
            request.reasoning = try MandatoryReasoning.settled(request, for: models)
        }
        var context = RouteContext(health: state.health, nowMs: pipeline.loop.now)
        context.algorithm = state.settings.algorithm
        context.unixSeconds = createdAtMs / 1000
        context.random = pipeline.generator.next()
        context.ownKeys = ownKeys
        if let retrieval {
            context.tokens = retrievalTokens(retrieval)
        } else {
            measurePrompt(models, &context)
        }
        if models.first.model.rewardsCaching { findConversation(root, models.first.model, &context) }
        context.allows = principal.routePermission
        plan = RoutePlanner.plan(request, models: models, context: context)
        if plan.isEmpty { throw RouteRefusal.error(for: plan, request: request) }
        if plan[0].model.isFreeVariant { try admitFreeVariants() }
        if body.bytes.count > GatewayLimits.freeRewritingBytes, mayBeTranslated { try takeMemoryForRewriting() }
    }

    private var mayBeTranslated: Bool {
        (0..<plan.count).contains { index in
            let endpoint = plan[index].endpoint
            return !endpoint.dialect.isOpenAIChat || caller.isChat && mayNeedForm(for: endpoint)
        }
    }

    /// Counts what the request becomes in other dialects against the memory budget, until the call is over.
    private func takeMemoryForRewriting() throws(APIError) {
        if rewriting != nil { return }
        let share = MemoryShare(of: pipeline.budget)
        guard share.grow(to: body.bytes.count * GatewayLimits.rewritingCopies) else {
            throw APIError(.outOfMemory, limit: state.settings.bodyBytes)!
        }
        rewriting = share
    }

    /// Counts a request that only free variants can answer; one with another choice is counted when it comes to them.
    private func admitFreeVariants() throws(APIError) {
        guard let use = pipeline.freeVariants, (0..<plan.count).allSatisfy({ plan[$0].isCountedFree }) else {
            return
        }
        try KeyAdmission.admitFreeVariant(use, atMs: createdAtMs)
        mayUseFreeVariants = true
    }

    /// Says how long the prompt is where something depends on it: a choice by price, or a context that may be too small.
    private func measurePrompt(_ models: ModelList, _ context: inout RouteContext) {
        var room = Int.max
        var hasChoice = models.count > 1
        for index in 0..<models.count {
            let model = models[index].model
            room = min(room, model.smallestContext)
            if model.endpoints.count + model.ownKeyEndpoints.count > 1 { hasChoice = true }
        }
        room -= min(room, request.maxTokens ?? 0)
        if !hasChoice, request.promptSize.roughTokens < room / 4 { return }
        context.tokens = PromptTokens(request.promptSize, in: Span(_unsafeBytes: body.bytes), room: room)
    }

    /// Answers a request that got no attempt. It is counted, but leaves no record and costs nothing.
    func refuse(_ refusal: CallRefusal) {
        hold = nil
        switch refusal {
        case .gone:
            logRefusal(status: 499, type: nil)
        case .error(let error):
            pipeline.metrics.countRefusal(Int(error.type.rawValue))
            logRefusal(status: error.status, type: error.type)
            if request == nil || !respondIncomplete(error, stamp(model: request.model ?? "")) { respond(error) }
        }
    }

    /// Sends an error that has the answer's head for itself.
    func respond(_ error: APIError, withMetadata: Bool = false) {
        error.appendFields(to: &exchange.fields)
        exchange.content.clear()
        // Callers of Messages are told no id of what never came to a provider. Source: openrouter spec 27.1.
        let generation = caller == .messages && plan.isEmpty ? nil : idText
        DialectTable.writeError(error, in: caller, generation: generation, into: &exchange.content)
        if withMetadata, error.tellsRoute { appendMetadata(selected: nil, trailing: 1) }
        exchange.respond(status: error.status, contentType: "application/json")
    }
}

extension CompletionPipeline {
    /// Whether a body is packed.
    ///
    /// - Throws: 415 for a packing that is not read here.
    func isGzipped(_ exchange: ServerExchange) throws(APIError) -> Bool {
        guard let range = exchange.first(.contentEncoding) else { return false }
        if exchange.headBytes.matchesIgnoringCase(range, "identity") { return false }
        if exchange.headBytes.matchesIgnoringCase(range, "gzip") { return true }
        HTTPEncoding.appendField("Accept-Encoding", "gzip, identity", to: &exchange.fields)
        throw APIError(
            .invalidRequest, status: 415,
            "This Content-Encoding is not read here. Send the body as gzip, or without Content-Encoding.")
    }

    /// What a gzip body unfolds to, within the limit for bodies and the memory budget.
    func unpacked(_ body: RequestBody) throws(APIError) -> RequestBody {
        let inflater = Inflater(outputLimit: state.settings.bodyBytes)
        let share = MemoryShare(of: budget)
        defer { withExtendedLifetime(share) {} }
        var text = ByteBuffer()
        var rest = body.bytes[...]
        while !rest.isEmpty {
            do throws(Inflater.Failure) {
                try inflater.inflate(
                    UnsafeRawBufferPointer(rebasing: rest.prefix(GatewayLimits.unpackingBytes)), into: &text)
            } catch {
                switch error {
                case .malformed: throw APIError(.invalidRequest, "The request body is not the gzip that it says it is.")
                case .tooLarge: throw APIError(.tooLarge, limit: state.settings.bodyBytes)!
                }
            }
            rest = rest.dropFirst(GatewayLimits.unpackingBytes)
            if !share.grow(to: text.count) { throw APIError(.outOfMemory, limit: state.settings.bodyBytes)! }
        }
        if !inflater.isComplete { throw APIError(.invalidRequest, "The gzip of the request body breaks off.") }
        guard let unpacked = RequestBody(copying: text.bytes, budget: budget) else {
            throw APIError(.outOfMemory, limit: state.settings.bodyBytes)!
        }
        return unpacked
    }
}

extension APIError {
    /// What a caller is told about a body that could not be read; nil when there is nobody to tell.
    package init?(_ failure: BodyFailure, limit: Int) {
        switch failure {
        case .gone: return nil
        case .tooLarge:
            self.init(
                .payloadTooLarge,
                "The request body is larger than \(limit) bytes, the most this server takes (limits.body).")
        case .outOfMemory:
            self.init(
                .providerOverloaded, "This server holds as many request bodies as it may (limits.memory). Try again.")
            retryAfter = GatewayLimits.overloadRetrySeconds
        case .timedOut:
            self.init(.timeout, status: 408, "The request body did not arrive in time (timeouts.request_body).")
        case .malformed(let error):
            self.init(.invalidRequest, status: error.status, "The request body is malformed: \(error.reason)")
        }
    }
}
