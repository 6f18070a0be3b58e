import Access
import Accounting
import Activity
import Buffers
import Catalog
import Completions
import Dialects
import HTTPClient
import HTTPServer
import HTTPWire
import Providers
import Reactor
import Routing
import Telemetry

extension CompletionCall {
    // MARK: What it cost

    /// What is charged: the provider's report, else an estimate that says so. Providers report tokens of images, not
    /// their number, which is ours to count.
    var usage: TokenUsage {
        var usage = finish.usage ?? estimatedUsage
        usage.images = request.promptSize.images
        return usage
    }

    /// What we counted ourselves.
    var estimatedUsage: TokenUsage {
        var usage = TokenUsage(
            prompt: compression?.tokens ?? request.promptSize.roughTokens, completion: finish.produced.tokens)
        usage.isEstimated = true
        return usage
    }

    /// Takes what the provider reported, where it can be believed; the tier must be known before. What cannot is taken
    /// for no report.
    @inline(__always)
    func note(reported usage: TokenUsage?, _ candidate: Candidate) {
        finish.usage = usage
        if let usage, !usage.isBeyondDoubt { doubt(usage, candidate) }
    }

    @inline(never)
    private func doubt(_ reported: TokenUsage, _ candidate: Candidate) {
        var usage = reported
        if usage.upstreamCost?.isCredible == false { usage.upstreamCost = nil }
        let cost = pricing(candidate).charge(for: usage, at: createdAtMs / 1000).total
        let isBelieved = usage.isCredible && cost.isCredible
        finish.usage = isBelieved ? usage : nil
        if isBelieved, usage.upstreamCost == reported.upstreamCost { return }
        pipeline.logger.log(.warning, "usage_not_believed") { line in
            line.field("generation_id", id.span)
            line.field("model", candidate.model.slug)
            line.field("provider", candidate.endpoint.provider.slug)
            line.field("prompt_tokens", reported.prompt)
            line.field("completion_tokens", reported.completion)
            line.field("searches", max(reported.webSearches, reported.searchUnits))
            if let cost = reported.upstreamCost { line.field("upstream_cost_usd", decimal: cost.nanos, scale: 9) }
        }
    }

    /// Notes which tier was served, and whose prices hold therefore: a provider may serve another one than it was asked
    /// for, and charges for that. Where the catalogue has no price for it, those of the endpoint hold.
    func noteTier(_ word: String?, _ candidate: Candidate) {
        finish.serviceTier = word
        finish.pricedEndpoint = nil
        guard let word, let priced = candidate.model.endpoint(serving: word, askedAt: candidate.endpoint),
            priced !== candidate.endpoint
        else { return }
        finish.pricedEndpoint = priced
    }

    /// The prices of the answer.
    private func pricing(_ candidate: Candidate) -> PriceSheet {
        (finish.pricedEndpoint ?? candidate.endpoint).pricing
    }

    /// What the caller pays for a complete or cancelled answer.
    func charge(_ candidate: Candidate) -> Charge {
        let charge = listCharge(candidate)
        guard candidate.endpoint.credential != nil else { return charge }
        return charge.paidDirectly(reported: usage.upstreamCost, fee: state.settings.ownKeyFee)
    }

    private func listCharge(_ candidate: Candidate) -> Charge {
        let usage = self.usage
        if task == nil,
            ZeroCompletionInsurance.covers(
                completionTokens: usage.completion, hasFinishReason: finish.finishReason != nil,
                endedInError: finish.finishReason == .error)
        {
            return .none
        }
        let charge = pricing(candidate).charge(for: usage, at: createdAtMs / 1000)
        guard let reported = usage.upstreamCost else { return charge }
        // What another router charges depends on whom it asked, so only its own word is right. A host's is exact where no
        // list of prices is: as long as it can be true.
        let provider = candidate.endpoint.provider
        guard provider.isLastResort || provider.quirks.reportsCost && charge.isNear(reported) else { return charge }
        return charge.sharing(reported)
    }

    // MARK: The one record

    /// Writes the record and returns once it is durable. Exactly once a call.
    func settle(
        _ status: GenerationStatus, httpStatus: Int, error: ErrorType? = nil, failure: FailureClass? = nil
    ) async {
        let record = close(status, httpStatus: httpStatus, error: error, failure: failure)
        let handed = EventLoop.monotonicNanos()
        let outcome = await pipeline.records.record(consume record)
        pipeline.metrics.observeCommit(EventLoop.monotonicNanos() - handed)
        if outcome == .lost {
            pipeline.logger.log(.error, "record_lost") { $0.field("generation_id", self.id.span) }
        }
    }

    /// Ends the call in everything that is kept in memory: health, money, limits, counters, the log.
    /// - Returns: the record to be written.
    @inline(never)
    private func close(
        _ status: GenerationStatus, httpStatus: Int, error: ErrorType?, failure: FailureClass?
    ) -> GenerationRecord {
        precondition(!isSettled, "a call was settled twice")
        isSettled = true
        endAttempt(settledOutcome(status))
        if let candidate, hasOpenAttempt {
            attempts.append(attemptRecord(candidate, status: upstream?.head.status ?? 0, failure: failure))
        }
        var record = makeRecord(status, httpStatus: httpStatus)
        record.errorType = error
        record.failure = failure
        if let candidate {
            record.usage = firstContentNs == nil && status != .completed ? TokenUsage() : usage
            if firstContentNs != nil {
                record.charge = status == .failed ? .none : charge(candidate)
                if record.charge != .none {
                    record.cacheDiscount = pricing(candidate).cacheDiscount(for: record.usage, at: createdAtMs / 1000)
                }
                // What the provider charges us is due whether or not the caller pays.
                if record.usage.upstreamCost == nil {
                    record.usage.upstreamCost =
                        pricing(candidate).charge(for: record.usage, at: createdAtMs / 1000).total
                }
            }
        }
        charge(record.charge)
        if status == .completed, let candidate { rememberConversation(candidate) }
        if principal.rates.countsTokens {
            principal.rates.addTokens(record.usage.total, atMs: pipeline.clock.unixMs())
        }
        count(record)
        log(record)
        return record
    }

    /// The answer is there, whether or not somebody still waits for it.
    func settleAnswered() async {
        await settle(goneAtMs == nil ? .completed : .cancelled, httpStatus: goneAtMs == nil ? 200 : 499)
    }

    /// The caller went away.
    func settleCancelled() async {
        if isSettled { return }
        await settle(.cancelled, httpStatus: 499, failure: .cancelled)
    }

    /// No endpoint answered.
    func settleFailed() async {
        var final = FinalFailure.resolve(failures, requestedModels: ModelResolver.requestedNames(request))
        if final.type == .contextLengthExceeded { final.message += RouteRefusal.hint(request) }
        if final.availability?.code == .modelUnavailableUpstream { noteLastDay(in: &final) }
        await settle(.failed, httpStatus: final.status, error: final.type, failure: failures.last?.failure.failureClass)
        let stamp = stamp(model: candidate?.model.slug ?? request.model ?? "")
        if respondIncomplete(final, stamp) { return }
        if exchange.progress == .unanswered { return respond(final, withMetadata: true) }
        exchange.content.clear()
        if caller.isChat {
            ChatStreamEnd.writeError(final, stamp: stamp, into: &exchange.content)
            if final.tellsRoute { appendMetadata(selected: nil, trailing: 3) }
        } else {
            var writer = DialectTable.writer(of: caller, stamp: stamp, hidesReasoning: false, echo: echo ?? .init())
            writer.writeError(final, into: &exchange.content)
        }
        exchange.finish()
    }

    /// A model that no provider knows any more, and whose last day was announced, is gone for good.
    private func noteLastDay(in error: inout APIError) {
        let facts = plan[0].model.facts
        guard facts.hasEnded(by: String(UTCTime.text(ms: createdAtMs).prefix(10))) else { return }
        error.type = .notFound
        error.status = ErrorType.notFound.status
        error.message += " \(facts.slug) had its last day on \(facts.expirationDate ?? "")."
        error.availability?.code = .modelDeprecated
    }

    /// The stream broke after its first content: the caller gets a typed end, and pays nothing.
    func settleBroken(_ relay: StreamRelay, _ candidate: Candidate) async {
        guard let failure = relay.failure else { preconditionFailure("a stream that did not break") }
        let error = breakOff(failure, candidate)
        await settle(.failed, httpStatus: 200, error: error.type, failure: .brokenStream)
        if exchange.isGone { return }
        if caller.isChat {
            ChatStreamEnd.writeError(error, stamp: relay.stamp, into: &exchange.content)
        } else {
            translator?.writeError(error, into: &exchange.content)
        }
        exchange.finish()
    }

    @inline(never)
    private func breakOff(_ failure: UpstreamFailure, _ candidate: Candidate) -> APIError {
        finish.finishReason = .error
        finishedAtMs = pipeline.loop.now
        let broken = FailureClassifier.brokenStream(failure)
        endAttempt(failure.health == .none ? .abandoned : .failure(broken))
        // What the request itself was refused for keeps its name.
        let told = FinalFailure.isOfRequest(failure) ? failure : broken
        return FinalFailure.resolve(
            [AttemptFailure(endpoint: candidate.endpoint, failure: told)],
            requestedModels: ModelResolver.requestedNames(request))
    }

    func makeRecord(_ status: GenerationStatus, httpStatus: Int) -> GenerationRecord {
        let endpoint = candidate?.endpoint
        var record = GenerationRecord(
            id: id, createdAtMs: createdAtMs, kind: kind, apiKey: principal.hash,
            requestedModel: request.model ?? request.models.first ?? candidate?.model.slug ?? "",
            model: candidate?.model.slug ?? "", provider: endpoint?.provider.displayName ?? "",
            endpointID: endpoint?.identity ?? "", endpointTag: endpoint?.tag ?? "",
            upstreamModel: endpoint?.upstreamModel ?? "", status: status, isStreamed: request.isStream,
            httpStatus: httpStatus)
        record.referer = exchange.text(.referer)
        record.appTitle = exchange.text(.xOpenRouterTitle) ?? exchange.text(.xTitle)
        record.appCategories = exchange.text(.xOpenRouterCategories).flatMap(AppCategories.kept)
        record.userAgent = exchange.text(.userAgent)
        record.user = request.user
        record.sessionID = request.sessionID ?? exchange.text(.xSessionID)
        record.metadata = request.metadata
        record.trace = request.trace
        let prompt = request.promptSize
        record.promptMedia = prompt.images + prompt.files + prompt.videos
        record.promptAudios = prompt.audios
        record.upstreamID = finish.upstreamID
        record.serviceTier = finish.serviceTier
        record.pricedTag = finish.pricedEndpoint?.tag
        record.credentialID = endpoint?.credential?.id
        record.attempts = attempts
        record.catalogue = state.catalog.fingerprint
        record.decision = RouteDecision.encode(plan)
        record.finishReason = finish.finishReason
        record.nativeFinishReason = finish.nativeFinishReason
        let now = EventLoop.monotonicNanos()
        record.ttftMs = firstContentNs.map { Int(($0 - startedNs) / 1_000_000) }
        record.durationMs = Int((now - startedNs) / 1_000_000)
        if firstContentNs != nil { record.generationMs = Int((now - attemptStartedNs) / 1_000_000) }
        record.hasInFlightRow = hasInFlightRow
        return record
    }

    private var kind: GenerationKind { task?.generationKind ?? caller.generationKind }

    // MARK: Counting and logging

    private func count(_ record: GenerationRecord) {
        let slot = candidate.map { state.slots[$0.endpoint.index] } ?? .none
        let outcome = record.failure.map { 1 + Int($0.rawValue) } ?? 0
        pipeline.metrics.countRequest(
            slot, outcome: outcome, surface: Int(kind.rawValue),
            duration: EventLoop.monotonicNanos() - startedNs, ttft: firstContentNs.map { $0 - startedNs })
        pipeline.metrics.countTokens(
            slot, prompt: record.usage.prompt, completion: record.usage.completion, reasoning: record.usage.reasoning,
            cached: record.usage.cached)
        pipeline.metrics.addCost(slot, nanos: record.charge.total.nanos)
    }

    private func log(_ record: GenerationRecord) {
        pipeline.logger.log(.info, "request") { line in
            line.field("generation_id", id.span)
            line.field("status", record.httpStatus)
            line.field("model", record.model)
            line.field("provider", record.provider)
            if let credential = record.credentialID { line.field("byok_id", credential) }
            line.field("stream", record.isStreamed)
            line.field("attempts", attempts.count)
            if let failure = record.failure { line.field("class", failure.label) }
            if let reason = record.finishReason { line.field("finish_reason", reason.wireName) }
            line.field("prompt_tokens", record.usage.prompt)
            line.field("completion_tokens", record.usage.completion)
            line.field("cost_usd", decimal: record.charge.total.nanos, scale: 9)
            line.field("ttft_ms", ifPresent: record.ttftMs)
            line.field("duration_ms", record.durationMs)
            line.field("upstream_request_id", ifPresent: finish.upstreamRequestID)
            appendTrace(to: &line)
        }
    }

    /// The caller's trace, where it named one: what every line of a call is found by.
    private func appendTrace(to line: inout LogLine) {
        let exchange = self.exchange
        guard let parent = TraceContext.parent(exchange) else { return }
        line.field("trace_id", exchange.headBytes.extracting(TraceContext.traceID(parent)))
    }

    func logRefusal(status: Int, type: ErrorType?) {
        pipeline.logger.log(.info, "refused") { line in
            line.field("generation_id", id.span)
            line.field("status", status)
            if let type { line.field("error_type", type.wireName) }
            appendTrace(to: &line)
        }
    }

    func logAttemptFailure(_ failure: UpstreamFailure, _ candidate: Candidate) {
        pipeline.logger.log(.warning, "attempt_failed") { line in
            line.field("generation_id", id.span)
            line.field("model", candidate.model.slug)
            line.field("provider", candidate.endpoint.provider.slug)
            if let credential = candidate.endpoint.credential { line.field("byok_id", credential.id) }
            line.field("class", failure.failureClass.label)
            line.field("upstream_status", failure.status)
            line.field("code", ifPresent: failure.code)
            if failure.isTokenless { line.field("reason", ifPresent: failure.detail) }
            line.field("upstream_request_id", ifPresent: finish.upstreamRequestID)
            appendTrace(to: &line)
        }
    }
}
