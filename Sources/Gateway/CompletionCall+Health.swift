import Access
import Accounting
import Activity
import Catalog
import Completions
import Dialects
import HTTPServer
import Providers
import Reactor
import Routing
import Telemetry

/// What a call asks of its endpoints' health, and what it teaches it.
///
/// Every attempt begins with a ticket and ends with exactly one outcome: a failure when it is noted, everything else when
/// the call is settled.
extension CompletionCall {
    /// Asks for leave to try a candidate.
    func begin(_ candidate: Candidate, isLastResort: Bool) -> AttemptStart {
        if candidate.isCountedFree, !takesFreeVariant() { return .exhausted }
        let health = state.health[candidate.endpoint]
        let tokens = health.isLimited ? request.promptSize.roughTokens + (request.maxTokens ?? 0) : 0
        return health.began(
            nowMs: pipeline.loop.now, random: pipeline.generator.next(), tokens: tokens, isLastResort: isLastResort)
    }

    /// Counts the request, once, among those that free variants answer; false where they have had their share.
    private func takesFreeVariant() -> Bool {
        if let mayUseFreeVariants { return mayUseFreeVariants }
        guard let use = pipeline.freeVariants else { return true }
        var mayUse = true
        if case .refused = use.admit(atMs: createdAtMs) { mayUse = false }
        mayUseFreeVariants = mayUse
        return mayUse
    }

    /// Ends the attempt at hand, if there is one.
    func endAttempt(_ outcome: @autoclosure () -> Routing.AttemptOutcome) {
        guard let ticket, let candidate else { return }
        self.ticket = nil
        let health = state.health[candidate.endpoint]
        let used = health.isLimited && firstContentNs != nil ? usage.total : nil
        let event = health.record(
            isEnding || hasDripped ? .abandoned : outcome(), ticket, nowMs: pipeline.loop.now,
            random: pipeline.generator.next(), usedTokens: used)
        if let event { logHealth(event, candidate) }
    }

    /// How the attempt that is settled now ended.
    func settledOutcome(_ status: GenerationStatus) -> Routing.AttemptOutcome {
        guard status == .completed, let firstContentNs else { return .abandoned }
        return .success(
            ttftMs: request.isStream ? (firstContentNs - attemptStartedNs) / 1_000_000 : nil,
            outputTokens: usage.completion, durationMs: (EventLoop.monotonicNanos() - attemptStartedNs) / 1_000_000,
            hasGoodToolCalls: finish.hasGoodToolCalls)
    }

    /// Judges the calls of tools in a whole answer. One that was cut short for its length is not judged: its last call
    /// has no end.
    func judge(_ calls: ToolCallAudit?) {
        guard let calls, finish.finishReason == .toolCalls else { return }
        finish.hasGoodToolCalls = calls.isWellFormed(pipeline.scanner)
    }

    /// The first content of a stream is here: a probe has its answer, a row of failures its end.
    func noteAnswered() {
        guard let candidate, var ticket else { return }
        let health = state.health[candidate.endpoint]
        guard health.awaitsContent(ticket) else { return }
        let event = health.answered(
            &ticket, nowMs: pipeline.loop.now, random: pipeline.generator.next())
        self.ticket = ticket
        if let event { logHealth(event, candidate) }
    }

    /// Looks whether the stream drips; one that the caller holds back is not the upstream's doing.
    func checkDrip() {
        guard let ticket, let candidate, let firstContentNs, !hasDripped, !wasHeldBack, finishedAtMs == nil,
            goneAtMs == nil, request.isStream
        else { return }
        let age = (EventLoop.monotonicNanos() - firstContentNs) / 1_000_000
        guard EndpointHealth.drips(tokens: producedTokens, sinceContentMs: age) else { return }
        hasDripped = true
        pipeline.logger.log(.warning, "stream_dripped") { line in
            line.field("generation_id", id.span)
            line.field("model", candidate.model.slug)
            line.field("provider", candidate.endpoint.provider.slug)
            line.field("tokens", producedTokens)
        }
        let event = state.health[candidate.endpoint].dripped(
            ticket, nowMs: pipeline.loop.now, random: pipeline.generator.next())
        if let event { logHealth(event, candidate) }
    }

    /// The answer to a request whose endpoints are all at a limit that the operator set.
    func exhaustedError() -> APIError {
        let slugs = plan.count > 0 ? plan[0].model.slug : request.model ?? ""
        var error = APIError(
            .rateLimitExceeded,
            "Every endpoint of \(slugs) is at a limit that this server's operator set (limits of the provider, the key "
                + "or the endpoint). Try again in a moment.")
        error.retryAfter = GatewayLimits.exhaustedRetrySeconds
        error.availability = Availability(
            code: .capacityExhausted, requestedModels: ModelResolver.requestedNames(request))
        return error
    }

    private func logHealth(_ event: HealthEvent, _ candidate: Candidate) {
        let isGood = event == .recovered || event == .enabled
        pipeline.logger.log(isGood ? .info : .warning, event.label) { line in
            line.field("model", candidate.model.slug)
            line.field("provider", candidate.endpoint.provider.slug)
            line.field("endpoint", candidate.endpoint.tag)
            if let credential = candidate.endpoint.credential { line.field("byok_id", credential.id) }
            switch event {
            case .opened(let untilMs):
                let now = pipeline.loop.now
                line.field("retry_in_ms", Int(untilMs > now ? untilMs - now : 0))
            case .keyDisabled(let key, let reason):
                line.field("key", key)
                line.field("reason", reason.label)
            case .endpointDisabled(let reason): line.field("reason", reason.label)
            case .recovered, .enabled: break
            }
        }
    }
}

extension Candidate {
    /// Whether it counts among the requests for free variants: what the caller's own key pays for does not.
    var isCountedFree: Bool { model.isFreeVariant && endpoint.credential == nil }
}
