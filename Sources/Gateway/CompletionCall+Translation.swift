import Accounting
import Activity
import Buffers
import Catalog
import Completions
import Dialects
import EventStreams
import HTTPClient
import HTTPServer
import HTTPWire
import JSONText
import Providers
import Reactor
import Routing
import Telemetry

/// Requests and answers whose caller and provider speak different dialects.
///
/// A caller's request in another dialect is rewritten as a chat request first, since routing, money and compression
/// know that one; what a provider of another dialect is sent is written from the canonical form.
extension CompletionCall {
    /// Reads the caller's body in the caller's dialect and puts a chat body in its place.
    ///
    /// - Parameter root: the body, scanned.
    ///
    /// Never inlined, as `translate`, because its instructions are counted by its name (Tests/Instructions).
    @inline(never)
    func rewriteAsChat(_ root: JSONValue) throws(APIError) {
        var request = try DialectTable.readRequest(root, of: caller)
        if caller == .responses {
            echo = ResponsesEcho(root)
            namespaces = NamespaceTools(unfolding: &request)
        }
        var text = ByteBuffer(capacity: body.bytes.count + 256)
        chatTranslation = ChatRequestWriter.write(request, of: caller, into: &text)
        guard let rewritten = RequestBody(copying: text.bytes, budget: pipeline.budget) else {
            throw APIError(.outOfMemory, limit: state.settings.bodyBytes)!
        }
        body = rewritten
        canonical = request
    }

    /// Makes ready what the attempt needs where one of the two does not speak chat.
    ///
    /// - Throws: a 400 for a request that the provider's dialect has no words for.
    @inline(never)
    func translate(for candidate: Candidate) throws(APIError) {
        let endpoint = candidate.endpoint
        droppedParts = []
        var translation = Translation()
        let thinksInline = state.targets[endpoint.index].traits.contains(.thinksInline)
        if endpoint.dialect.isOpenAIChat {
            if caller.isChat, !thinksInline, chatForm?.host == nil { return }
            if let chatTranslation { translation = chatTranslation }
            if !caller.isChat { try wholeRequest().checkParts(for: endpoint.dialect) }
        } else {
            translation = try writeTranslated(for: candidate)
            dropped = RequestFieldSet()
            noteDropped(translation.dropped)
        }
        if !translation.lostTools.isEmpty {
            try translation.checkTools(of: wholeRequest(), requiresAll: request.provider.requiresParameters)
        }
        var reader = DialectTable.reader(of: endpoint.dialect, translation)
        if thinksInline { reader = ThinkTagReader(reader) }
        if endpoint.dialect.isOpenAIChat, !translation.wrappedTools.isEmpty {
            reader = FreeformToolReader(reader, translation)
        }
        if let namespaces { reader = NamespaceReader(reader, namespaces) }
        translator = AnswerTranslator(
            reader: reader,
            writer: DialectTable.writer(
                of: caller, stamp: stamp(candidate), hidesReasoning: request.reasoning.isExcluded, echo: echo ?? .init()
            ))
    }

    private func writeTranslated(for candidate: Candidate) throws(APIError) -> Translation {
        let endpoint = candidate.endpoint
        edits.clear()
        if mayBeTooLong(for: endpoint) { compress(for: endpoint) }
        var wanted = try canonicalRequest()
        inlineMedia(into: &wanted, for: endpoint)
        if hidesThoughts { wanted.removeThoughts() }
        wanted.reasoning = request.reasoning
        let unsaid = request.unsaid(candidate.variant.wishes)
        if unsaid.contains(.reasoning) { wanted.reasoning.effort = .medium }
        if request.wantsWebSearch || unsaid.contains(.webSearch) { wanted.askForWebSearch() }
        wanted.user = pseudonym
        if endpoint.dialect == .openAIResponses { namespaces?.fold(&wanted) }
        let leftOut = wanted.remove(
            .leftOut(known: endpoint.parameters?.known, refused: endpoint.provider.quirks.refusedFields))
        if let tier = endpoint.serviceTier { wanted.serviceTier = tier.rawValue }
        var target = state.translationTargets[endpoint.index]!
        target.isStream = request.isStream
        translatedBody.clear()
        var translation = try DialectTable.writeRequest(
            wanted, in: endpoint.dialect, for: target, into: &translatedBody)
        for name in leftOut { translation.drop(name) }
        return translation
    }

    /// The request in no dialect, with its conversation as compression left it.
    private func canonicalRequest() throws(APIError) -> CanonicalRequest {
        if edits.isEmpty { return try wholeRequest() }
        var shortened = ByteBuffer(capacity: body.bytes.count)
        edits.apply(to: Span(_unsafeBytes: body.bytes), into: &shortened)
        guard let root = try? pipeline.scanner.scan(shortened.span) else {
            throw APIError(.server, "The shortened conversation is not valid JSON.")
        }
        var whole = try DialectTable.readRequest(root, of: .chat)
        // What only the caller's dialect knows is not in the chat body.
        if !caller.isChat, let canonical { whole.others = canonical.others }
        return whole
    }

    /// The request in no dialect, with all of its conversation.
    func wholeRequest() throws(APIError) -> CanonicalRequest {
        if let canonical { return canonical }
        let request = try DialectTable.readRequest(try scanBody(), of: .chat)
        canonical = request
        return request
    }

    /// Sends what `translate` wrote.
    func sendTranslated(_ candidate: Candidate, _ upstream: ClientExchange) async throws(ClientFailure) {
        // The piece points into a buffer that stays as it is until the next attempt.
        let pieces = [translatedBody.bytes]
        let endpoint = candidate.endpoint
        var fields = ProviderAdapter.proof(
            of: endpoint, path: upstreamPath(endpoint), key: ticket?.key ?? 0, body: translatedBody.span,
            token: accessToken, unixSeconds: pipeline.clock.unixMs() / 1_000)
        if endpoint.dialect == .anthropic {
            var betas = exchange.texts(.anthropicBeta) + exchange.texts(.xAnthropicBeta)
            if endpoint.serviceTier == .priority { betas.append(ProviderAdapter.fastModeBeta) }
            fields += ProviderAdapter.betaField(betas)
        }
        if request.echoesUpstreamBody, request.isStream { echo(candidate, pieces) }
        writeHead(endpoint, contentLength: translatedBody.count, fields: fields)
        try await upstream.send(
            head: pipeline.upstreamHead.bytes, body: pieces, deadlines: deadlines(endpoint))
    }

    func upstreamPath(_ endpoint: Endpoint) -> UpstreamPath {
        if let task { return task.path }
        if endpoint.dialect.isOpenAIChat { return request.kind == .chat ? .chatCompletions : .completions }
        return request.isStream ? .streamedAnswer : .answer
    }

    // MARK: Streams

    /// Hands one event of the provider's stream to the translator.
    func translated(_ root: JSONValue, kind: String?, _ relay: StreamRelay) -> ChunkSummary {
        let summary =
            relay.isWhole
            ? translator!.relayAnswer(root, state: &relay.state, into: &exchange.content)
            : translator!.relay(root, kind: kind, state: &relay.state, into: &exchange.content)
        if finish.upstreamID == nil { finish.upstreamID = translator!.upstreamID }
        return summary
    }

    /// What only the end of the provider's stream makes certain.
    @inline(never)
    func takeEnd(_ relay: StreamRelay, _ candidate: Candidate) -> AttemptOutcome? {
        if translator == nil || relay.isBroken || relay.ending != nil { return nil }
        let mark = exchange.content.count
        let summary = translator!.atEnd(state: &relay.state, into: &exchange.content)
        return follow(summary, of: nil, from: mark, relay, candidate)
    }

    /// Handles every complete message of a binary stream that has arrived, and sends what they made.
    ///
    /// - Returns: an outcome when the attempt is over without having committed.
    func takeMessages(
        _ relay: StreamRelay, _ candidate: Candidate, _ upstream: ClientExchange, atEnd: Bool
    ) -> AttemptOutcome? {
        while !relay.isBroken {
            let item: BinaryEventStreamItem
            do throws(BinaryEventStreamError) {
                item = try relay.messages!.next(Span(_unsafeBytes: upstream.body.bytes), atEnd: atEnd)
            } catch {
                if error == .truncated { break }
                upstream.abort()
                return broken(relay, transport(.malformed, candidate))
            }
            guard case .message(let message) = item else { break }
            let outcome = take(message, relay, candidate, upstream)
            upstream.body.consume(message.consumed)
            if let outcome { return outcome }
        }
        sendEvents()
        return nil
    }

    private func take(
        _ message: BinaryEventStreamMessage, _ relay: StreamRelay, _ candidate: Candidate,
        _ upstream: ClientExchange
    ) -> AttemptOutcome? {
        let type = Self.text(upstream.body.bytes, message.type)
        if message.kind == .error {
            let reason = message.reason.map { Self.text(upstream.body.bytes, $0) }
            let error = UpstreamErrorBody(message: reason, code: type)
            return broken(
                relay,
                FailureClassifier.classify(
                    inBand: error, headers: { upstream.header($0) },
                    provider: candidate.endpoint.provider.displayName, nowMs: UInt64(pipeline.clock.unixMs())))
        }
        if message.payload.isEmpty { return nil }
        let payload = UnsafeRawBufferPointer(rebasing: upstream.body.bytes[message.payload])
        guard let root = try? pipeline.scanner.scan(Span(_unsafeBytes: payload)) else {
            return broken(relay, transport(.malformed, candidate))
        }
        return take(root, kind: type, relay, candidate)
    }

    private static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    // MARK: Whole answers

    /// Parses a whole answer, and writes it in the caller's dialect.
    ///
    /// - Returns: nil when the answer is good, else what the attempt came to.
    func judgeTranslated(_ root: JSONValue, _ candidate: Candidate) -> AttemptOutcome? {
        var state = newStreamState()
        guard var answer = translator?.answer(root, state: &state) else { return unusable(.malformed, candidate) }
        // Nothing has left yet, so that another endpoint can do better than a part of an answer.
        if answer.error != nil { return .failed(inBandFailure(root, candidate)) }
        if !state.hasProduced, state.finishReason == nil, (state.usage?.completion ?? 0) == 0 {
            return answer.choices.isEmpty && answer.usage == nil
                ? unusable(.malformed, candidate) : .failed(empty(candidate))
        }
        firstContentNs = EventLoop.monotonicNanos()
        finish.finishReason = state.finishReasonAtEnd
        finish.nativeFinishReason = state.nativeFinishReason
        noteTier(state.serviceTier, candidate)
        finish.produced = state.produced
        note(reported: state.usage, candidate)
        finish.upstreamID = translator?.upstreamID
        startHealing()?.mend(&answer)
        DialectTable.writeAnswer(
            answer, in: caller, stamp: stamp(candidate), hidesReasoning: request.reasoning.isExcluded, usage: usage,
            charge: charge(candidate), echo: echo ?? .init(), completedAt: pipeline.clock.unixMs() / 1000,
            into: &exchange.content)
        appendMetadata(selected: candidate, trailing: 1)
        judge(state.toolCallAudit)
        return nil
    }

    // MARK: Errors

    /// Answers what no endpoint could. A prompt or an answer that is too long is no error to callers of `/responses` but
    /// an answer that is incomplete. Source: openrouter spec 14.7.
    ///
    /// - Returns: false where the error has to be told as one.
    func respondIncomplete(_ error: APIError, _ stamp: ResponseStamp) -> Bool {
        guard caller == .responses, let answer = ResponsesErrorEnvelope.incompleteAnswer(for: error) else {
            return false
        }
        if request.isStream {
            openStream()
            exchange.content.clear()
            var writer = DialectTable.writer(of: caller, stamp: stamp, hidesReasoning: true, echo: echo ?? .init())
            writer.writeEnd(
                reason: .length, native: answer.choices.first?.nativeFinishReason, usage: TokenUsage(), charge: .none,
                metadata: nil, completedAt: nil, into: &exchange.content)
            exchange.finish()
        } else {
            exchange.content.clear()
            DialectTable.writeAnswer(
                answer, in: caller, stamp: stamp, hidesReasoning: true, usage: TokenUsage(), charge: .none,
                echo: echo ?? .init(),
                into: &exchange.content)
            exchange.respond(status: 200, contentType: "application/json")
        }
        return true
    }
}

extension CallerDialect {
    /// The field in which the dialect's own SDKs look for an id of the request, beside `X-Generation-Id`.
    var requestIDField: StaticString? {
        switch self {
        case .chat, .completions: nil
        case .messages: "request-id: "
        case .responses: "x-request-id: "
        }
    }

    var generationKind: GenerationKind {
        switch self {
        case .chat: .chat
        case .completions: .completions
        case .messages: .messages
        case .responses: .responses
        }
    }
}
