import Access
import Accounting
import Activity
import Buffers
import Catalog
import Completions
import Dialects
import HTTPClient
import HTTPServer
import JSONText
import Providers
import Reactor
import Routing
import Telemetry

/// One completion request, from its body to its record. Confined to its loop.
///
/// The phases: prepare (read, decode, resolve, plan), attempts until one commits, settle. Every way out passes exactly
/// one of `refuse` (nothing was attempted: no record) and `settle` (one record). What fails after the commit is told
/// in the stream.
final class CompletionCall: @unchecked Sendable {
    unowned(unsafe) let pipeline: CompletionPipeline
    let exchange: ServerExchange
    let caller: CallerDialect
    /// What is asked for instead of a completion.
    let task: RetrievalTask?
    let state: GatewayState
    let id: GenerationID
    let idText: String
    let createdAtMs: Int64
    let startedNs: UInt64
    /// The position among the loop's active calls; theirs to set.
    var activeIndex = 0

    // Known after `prepare`.
    var principal: Principal!
    var request: CompletionRequest!
    var body = RequestBody.empty
    /// What a preset gave to the body.
    var preset: AppliedPreset?
    /// The request in no dialect: from the start for callers of other dialects than chat, later where a provider of
    /// another one is asked.
    var canonical: CanonicalRequest?
    /// What became of a request in another dialect when it was put into chat's.
    var chatTranslation: Translation?
    /// The form of it that is in place, and the one that all but some hosts take, once there are two.
    var chatForm: ChatForm?
    var usualForm: ChatForm?
    /// The request in no dialect, where it is for no completion.
    var retrieval: RetrievalRequest?
    /// What was fetched of the request's URLs, where a provider needs it inlined.
    var fetcher: MediaFetcher?
    /// Where they stand, for the attempt at hand, in a body that is spliced.
    var mediaPlaces: [WebMedia.Place] = []
    /// What a caller of `/responses` calls tools that are in groups.
    var namespaces: NamespaceTools?
    /// What answers of `/responses` repeat of their request.
    var echo: ResponsesEcho?
    var plan = RoutePlan()
    /// What the conversation is known by, where it pays to keep it at one endpoint, and whether the caller named it.
    var conversation: UInt64?
    var hasNamedConversation = false
    /// Whether it is counted among the requests for free variants of models, or was refused there; nil before that.
    var mayUseFreeVariants: Bool?
    /// What is kept for the call's cost, for a principal with limits.
    var hold: Hold?
    /// Completion tokens that the hold covers; as many as there are for a call without one.
    var heldTokens = Int.max

    // The attempt at hand.
    var candidate: Candidate?
    var upstream: ClientExchange?
    var edits = JSONEdits()
    /// What carries the answer from the provider's dialect into the caller's; nil where both speak chat.
    var translator: AnswerTranslator?
    /// What proves to the provider at hand who asks, where its key is exchanged for one, and whether one was refused.
    var accessToken: AccessToken?
    var hasRenewedToken = false
    /// While this call is the one that fetches a token.
    var tokenExchange: ClientExchange?
    /// The request in the provider's dialect, where that is not chat.
    var translatedBody = ByteBuffer()
    var attemptStartedNs: UInt64 = 0
    /// The messages as compression sees them, where they had to be looked at.
    var conversationOutline: Conversation?
    /// What the attempt at hand leaves out of the conversation.
    var compression: MiddleOut?
    /// How often the provider has found the shortened conversation too long.
    var compressionLevel = 0
    /// What mended the answer, where that was asked for.
    var healing: AnswerHealing?
    /// What the endpoint at hand is not sent, because it refused it before.
    var stripped = RequestFieldSet()
    /// Whether the endpoint at hand is sent no earlier thinking, because it did not take it as its own.
    var hidesThoughts = false
    /// The candidate that these two are for.
    var mendedIndex = 0
    /// What the attempt at hand was not sent of the caller's parameters, for whichever reason.
    var dropped = RequestFieldSet()
    /// The same for what is no parameter by itself: a part of one, or one that only the caller's dialect knows.
    var droppedParts: [String] = []
    /// The leave to make it; gone once its outcome is recorded.
    var ticket: AttemptTicket?
    /// Tokens of the stream so far, by estimate.
    var producedTokens = 0
    /// Whether the stream was found to drip.
    var hasDripped = false
    /// Whether the caller's slowness has ever held the upstream back.
    var wasHeldBack = false
    /// A plain answer too large to stay with its connection.
    var answer = ByteBuffer()
    /// Bytes of the memory budget that the answer has, for what of it waits here.
    var budgetTaken = 0
    /// The part of the memory budget that a request takes beside its body while it is in two dialects.
    var rewriting: MemoryShare?
    /// For stream events that came in several data lines.
    var scratch = ByteBuffer()

    /// What providers were sent, for the beginning of the stream, where the caller asked for it.
    var echoes = ByteBuffer()
    var echoCount = 0

    // What has come of it so far.
    var attempts: [AttemptRecord] = []
    var failures: [AttemptFailure] = []
    var firstContentNs: UInt64?
    var finish = CallFinish()
    /// The stream's end, held back until the record is durable.
    var held = ByteBuffer()
    /// Loop time of the event with which the last choice that had begun came to its finish reason.
    var finishedAtMs: UInt64?
    /// As many choices have ended as were asked for.
    var hasAllChoices = false
    /// Loop time of the last event of the upstream's stream.
    var lastEventMs: UInt64 = 0
    /// Loop time at which the reading of an error's body began.
    var errorBodySinceMs: UInt64?
    /// Whether the attempt at hand was begun, and not noted yet.
    var hasOpenAttempt = false
    var lastSentMs: UInt64
    var goneAtMs: UInt64?
    var hasInFlightRow = false
    var isSettled = false
    var isEnding = false

    init(
        _ pipeline: CompletionPipeline, _ exchange: ServerExchange, _ caller: CallerDialect,
        _ task: RetrievalTask? = nil
    ) {
        self.pipeline = pipeline
        self.exchange = exchange
        self.caller = caller
        self.task = task
        state = pipeline.state
        createdAtMs = pipeline.clock.unixMs()
        startedNs = EventLoop.monotonicNanos()
        lastSentMs = pipeline.loop.now
        id = GenerationID(unixMs: createdAtMs, using: &pipeline.generator)
        idText = id.description
    }

    func run() async {
        exchange.fields.append("X-Generation-Id: ")
        id.append(to: &exchange.fields)
        exchange.fields.append("\r\n")
        if let name = caller.requestIDField {
            exchange.fields.append(name)
            id.append(to: &exchange.fields)
            exchange.fields.append("\r\n")
        }
        do throws(CallRefusal) {
            try await prepare()
        } catch {
            return refuse(error)
        }
        if isEnding { return refuse(.error(Self.shuttingDown)) }
        exchange.onGone = { [unowned self] in clientGone() }
        // Gone already, while the request was read and planned: nothing is sent for nobody.
        if exchange.isGone { return refuse(.gone) }
        await attemptAll()
        exchange.onGone = nil
    }

    private func attemptAll() async {
        state.health.retries.earn(nowMs: pipeline.loop.now)
        var sequence = AttemptSequence(plan)
        var step = AttemptStep.attempt(index: 0, delayMs: 0)
        while case .attempt(let index, let delayMs) = step {
            if delayMs > 0 { await pipeline.loop.sleep(ms: delayMs) }
            if let next = enter(index, &sequence) {
                step = next
                continue
            }
            if isEnding { break }
            let outcome = goneAtMs == nil ? await attempt(plan[index]) : .cancelled
            upstream?.release()
            upstream = nil
            switch outcome {
            case .settled: return
            case .cancelled: return await settleCancelled()
            case .failed(let failure): step = self.step(after: failure, at: index, &sequence)
            }
        }
        if failures.isEmpty, !isEnding {
            exchange.onGone = nil
            return refuse(.error(exhaustedError()))
        }
        await settleFailed()
    }

    /// Takes the leave for an attempt at a candidate.
    ///
    /// - Returns: the next step where there is none to be had; nil where there is, and when the server ends.
    @inline(never)
    private func enter(_ index: Int, _ sequence: inout AttemptSequence) -> AttemptStep? {
        let candidate = plan[index]
        if index != mendedIndex {
            stripped = RequestFieldSet()
            hidesThoughts = false
        }
        if !isEnding {
            switch begin(candidate, isLastResort: sequence.isLastResort) {
            case .granted(let leave): ticket = leave
            case .unavailable: return sequence.unavailable(mayRetry: mayRetry)
            case .exhausted: return sequence.exhausted(mayRetry: mayRetry)
            }
        }
        self.candidate = candidate
        return nil
    }

    /// What to do after a failed attempt, which is noted.
    @inline(never)
    private func step(
        after failure: UpstreamFailure, at index: Int, _ sequence: inout AttemptSequence
    ) -> AttemptStep {
        var failure = failure
        let candidate = plan[index]
        let key = ticket
        let refused = strippable(failure, candidate)
        let canForget = canForgetThoughts(failure, candidate)
        note(failure, candidate)
        if canForget || !refused.isEmpty {
            failure.retry.sameEndpoint = .once
            hidesThoughts = hidesThoughts || canForget
            stripped.formUnion(refused)
            mendedIndex = index
        }
        let hasOtherKey = key.map { state.health[candidate.endpoint].hasOtherKey(than: $0, nowMs: pipeline.loop.now) }
        var step = sequence.next(
            after: failure, random: pipeline.generator.next(), hasOtherKey: hasOtherKey ?? false, mayRetry: mayRetry)
        if case .stop = step, failure.failureClass == .contextLength, compressFurther(candidate) {
            step = .attempt(index: index, delayMs: 0)
        }
        if case .attempt = step { countFailover(failure, candidate) }
        return step
    }

    private func mayRetry() -> Bool { state.health.retries.take(nowMs: pipeline.loop.now) }

    static let shuttingDown: APIError = {
        var error = APIError(.providerOverloaded, "This server is shutting down. Send the request again.")
        error.retryAfter = GatewayLimits.overloadRetrySeconds
        return error
    }()

    /// What an attempt came to.
    enum AttemptOutcome {
        /// The caller has the answer, or the typed end of a broken one, and the record is written.
        case settled
        case failed(UpstreamFailure)
        case cancelled
    }

    // MARK: Events from outside

    /// The server stops: what runs is ended with a typed error and settled.
    func endForShutdown() {
        isEnding = true
        fetcher?.cancel()
        tokenExchange?.abort()
        upstream?.abort()
    }

    /// The client went away. An upstream that stops billing is closed at once; one that bills on is read to its end,
    /// so that the charge is its true usage.
    private func clientGone() {
        goneAtMs = pipeline.loop.now
        fetcher?.cancel()
        let isBilled = candidate?.endpoint.provider.cancel == .bills
        if isBilled, upstream != nil { return }
        upstream?.abort()
    }

    /// Called a few times a second while the call runs.
    func tick(now: UInt64) {
        if let goneAtMs, now - goneAtMs > GatewayLimits.billedReadMs { upstream?.abort() }
        if hasAllChoices, !isSettled, now - lastEventMs > state.settings.silenceAfterFinishMs { upstream?.abort() }
        if let errorBodySinceMs, now - errorBodySinceMs > GatewayLimits.errorBodyMs { upstream?.abort() }
        if request == nil || isSettled { return }
        checkDrip()
        if !hasInFlightRow, candidate != nil,
            EventLoop.monotonicNanos() - startedNs > GatewayLimits.inFlightAfterMs * 1_000_000
        {
            hasInFlightRow = true
            pipeline.records.began(makeRecord(.interrupted, httpStatus: 200))
        }
        if request.isStream, !hasAllChoices, now - lastSentMs >= state.settings.commentMs {
            sendComment(now)
        }
    }

    /// A sign of life for a caller who waits. The first one opens the answer: failover goes on, but errors then have to
    /// be told in the stream.
    private func sendComment(_ now: UInt64) {
        lastSentMs = now
        openStream()
        exchange.content.append(ChatStreamEnd.comment)
        exchange.flush()
    }

    func openStream() {
        if exchange.progress != .unanswered { return }
        exchange.fields.append("Cache-Control: no-cache\r\nX-Accel-Buffering: no\r\n")
        exchange.start(status: 200, contentType: "text/event-stream")
        if request.echoesUpstreamBody { sendEchoes() }
    }
}

/// How a call ended, gathered on the way.
struct CallFinish {
    var usage: TokenUsage?
    var finishReason: FinishReason?
    var nativeFinishReason: String?
    /// The tier that the provider says it served.
    var serviceTier: String?
    /// The endpoint whose prices are charged, where the tier that was served is not that of the endpoint that was asked.
    var pricedEndpoint: Endpoint?
    /// Whether the tools that the answer calls can be carried out; nil where it calls none.
    var hasGoodToolCalls: Bool?
    var upstreamID: String?
    var upstreamRequestID: String?
    var produced = TokenEstimator()
}
