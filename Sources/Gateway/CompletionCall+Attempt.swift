import Access
import Activity
import Buffers
import Catalog
import Completions
import Cryptography
import Dialects
import HTTPClient
import HTTPServer
import HTTPWire
import JSONText
import Providers
import Reactor
import Routing
import Telemetry

extension CompletionCall {
    /// One try at one endpoint: sends the request, judges the head, and hands a good answer on.
    func attempt(_ candidate: Candidate) async -> AttemptOutcome {
        attemptStartedNs = EventLoop.monotonicNanos()
        hasOpenAttempt = true
        finish = CallFinish()
        do throws(APIError) {
            if mayNeedForm(for: candidate.endpoint) { try takeForm(for: candidate.endpoint) }
        } catch {
            return inexpressible(error, candidate)
        }
        if mayNeedMedia, let outcome = await fetchMedia(for: candidate) { return outcome }
        if candidate.endpoint.dialect.isVertex, let outcome = await fetchToken(candidate) { return outcome }
        let upstream = pipeline.client.exchange(origin: state.origins[candidate.endpoint.index])
        self.upstream = upstream
        translator = nil
        do throws(APIError) {
            if let retrieval {
                try writeRetrieval(retrieval, for: candidate.endpoint)
            } else {
                try translate(for: candidate)
            }
        } catch {
            return inexpressible(error, candidate)
        }
        do throws(ClientFailure) {
            try await send(candidate, upstream)
        } catch {
            return failed(error, candidate)
        }
        pipeline.metrics.countConnection(isReused: upstream.isReused)
        finish.upstreamRequestID = upstream.text(.xRequestID) ?? upstream.text(.requestID)
        guard (200...299).contains(upstream.head.status) else {
            if accessToken != nil, upstream.head.status == 401, dropToken(candidate) {
                upstream.release()
                self.upstream = nil
                return await attempt(candidate)
            }
            return await refused(candidate, upstream)
        }
        return request.isStream ? await relay(candidate, upstream) : await answerPlainly(candidate, upstream)
    }

    /// Splices the caller's body for this endpoint and sends it from where it lies.
    private func send(_ candidate: Candidate, _ upstream: ClientExchange) async throws(ClientFailure) {
        let endpoint = candidate.endpoint
        if task != nil || !endpoint.dialect.isOpenAIChat { return try await sendTranslated(candidate, upstream) }
        edits.clear()
        var splice = ChatRequestSplice(
            request, for: state.targets[endpoint.index], adding: candidate.variant.wishes, without: stripped)
        splice.write(source: Span(_unsafeBytes: body.bytes), pseudonym: pseudonym, into: &edits)
        dropped = splice.dropped.union(stripped)
        if let chatTranslation { noteDropped(chatTranslation.dropped) }
        let rewrites = request.layout.rewrites.intersection(state.targets[endpoint.index].rewrites).subtracting(.forms)
        if !rewrites.isEmpty, let root = try? scanBody() { ChatRequestRewriter.write(rewrites, of: root, into: &edits) }
        if mayBeTooLong(for: endpoint) { compress(for: endpoint) }
        if !mediaPlaces.isEmpty { inlineMediaIntoChat() }
        var pieces: [UnsafeRawBufferPointer] = []
        var count = 0
        pieces.reserveCapacity(edits.segmentsMax)
        // The pieces point into the body and into the edits, which both stay as they are until the call ends.
        edits.forEachSegment(of: Span(_unsafeBytes: body.bytes)) { piece in
            count += piece.count
            pieces.append(piece)
        }
        if request.echoesUpstreamBody, request.isStream { echo(candidate, pieces) }
        writeHead(endpoint, contentLength: count)
        try await upstream.send(
            head: pipeline.upstreamHead.bytes, body: pieces, deadlines: deadlines(endpoint))
    }

    /// - Parameter fields: fields of this request alone, each with its line end.
    func writeHead(_ endpoint: Endpoint, contentLength: Int, fields: [UInt8] = []) {
        pipeline.upstreamHead.clear()
        let path = upstreamPath(endpoint)
        let key = ticket?.key ?? 0
        let exchange = self.exchange
        if let parent = TraceContext.parent(exchange) {
            ProviderAdapter.appendHead(
                of: endpoint, path: path, key: key, isStream: request.isStream, contentLength: contentLength,
                fields: fields, traceparent: exchange.headBytes.extracting(parent), into: &pipeline.upstreamHead)
        } else {
            ProviderAdapter.appendHead(
                of: endpoint, path: path, key: key, isStream: request.isStream, contentLength: contentLength,
                fields: fields, into: &pipeline.upstreamHead)
        }
    }

    func deadlines(_ endpoint: Endpoint) -> ExchangeDeadlines {
        let own = endpoint.timeouts
        let settings = state.settings
        return ExchangeDeadlines(
            mode: request.isStream ? .streamed : .plain, connectMs: own.connectMs ?? settings.connectMs,
            firstByteMs: own.firstByteMs ?? settings.firstByteMs, idleMs: own.idleMs ?? settings.idleMs,
            totalMs: own.totalMs ?? settings.totalMs)
    }

    /// What stands for the caller's `user` upstream: the same for the same user of the same key, and not to be turned
    /// back.
    var pseudonym: String? {
        guard let user = request.user else { return nil }
        return "\(SHA256Digest(hashing: "\(principal.hash):\(user)"))"
    }

    // MARK: Failures

    /// A request that the endpoint's dialect has no words for.
    private func inexpressible(_ error: APIError, _ candidate: Candidate) -> AttemptOutcome {
        let error = preset?.explain(error) ?? error
        return .failed(FailureClassifier.inexpressible(error, provider: candidate.endpoint.provider.displayName))
    }

    /// A failure of the connection.
    func failed(_ failure: ClientFailure, _ candidate: Candidate) -> AttemptOutcome {
        if goneAtMs != nil { return .cancelled }
        return .failed(understand(failure, candidate))
    }

    /// An answer with an error status: its body is read, within bounds, and classified.
    private func refused(_ candidate: Candidate, _ upstream: ClientExchange) async -> AttemptOutcome {
        errorBodySinceMs = pipeline.loop.now
        defer { errorBodySinceMs = nil }
        do throws(ClientFailure) {
            while upstream.body.count < GatewayLimits.errorBodyBytes, try await upstream.more() {}
        } catch {
            // What there is of the body is enough: the status says the rest.
            if goneAtMs != nil { return .cancelled }
        }
        return .failed(classify(upstream, candidate))
    }

    private func classify(_ upstream: ClientExchange, _ candidate: Candidate) -> UpstreamFailure {
        let scanned = try? pipeline.scanner.scan(Span(_unsafeBytes: upstream.body.bytes))
        return FailureClassifier.classify(
            status: upstream.head.status, headers: { upstream.header($0) }, body: scanned,
            rawText: scanned == nil ? upstream.body.text : "", provider: candidate.endpoint.provider.displayName,
            nowMs: UInt64(pipeline.clock.unixMs()))
    }

    /// An error inside an answer of status 200.
    func inBandFailure(_ root: JSONValue?, _ candidate: Candidate) -> UpstreamFailure {
        if let said = translator?.error { return inBandFailure(said, candidate) }
        let error =
            root.flatMap { UpstreamErrorBody(inBand: $0) }
            ?? UpstreamErrorBody(message: root.flatMap { InBandError($0)?.message })
        return inBandFailure(error, candidate)
    }

    func inBandFailure(_ said: AnswerError, _ candidate: Candidate) -> UpstreamFailure {
        inBandFailure(
            UpstreamErrorBody(message: said.message, code: said.type, type: said.type, status: said.status), candidate)
    }

    private func inBandFailure(_ error: UpstreamErrorBody, _ candidate: Candidate) -> UpstreamFailure {
        FailureClassifier.classify(
            inBand: error, headers: { upstream?.header($0) }, provider: candidate.endpoint.provider.displayName,
            nowMs: UInt64(pipeline.clock.unixMs()))
    }

    func transport(_ failure: TransportFailure, _ candidate: Candidate) -> UpstreamFailure {
        FailureClassifier.classify(failure, provider: candidate.endpoint.provider.displayName)
    }

    /// A failed exchange, unless it is we who ended it.
    func understand(_ failure: ClientFailure, _ candidate: Candidate) -> UpstreamFailure {
        var understood = transport(TransportFailure(failure), candidate)
        if isEnding {
            understood.message = "this server is shutting down"
            understood.retry = .stop
            understood.cooldownMs = 0
            understood.health = .none
        }
        return understood
    }

    /// This server has no room for the answer: no other endpoint would help, and none is to blame.
    func outOfMemory(_ candidate: Candidate) -> UpstreamFailure {
        var failure = transport(.tooLarge, candidate)
        failure.failureClass = .overloaded
        failure.message = "this server has no memory left for the answer"
        failure.retry = .stop
        failure.retryAfterMs = UInt64(GatewayLimits.overloadRetrySeconds) * 1_000
        failure.cooldownMs = 0
        failure.health = .none
        return failure
    }

    func empty(_ candidate: Candidate) -> UpstreamFailure {
        FailureClassifier.emptyAnswer(provider: candidate.endpoint.provider.displayName)
    }

    /// An answer that is none.
    func unusable(_ failure: TransportFailure, _ candidate: Candidate) -> AttemptOutcome {
        upstream?.abort()
        return .failed(transport(failure, candidate))
    }

    /// Notes a failed attempt: in the record, for the final error, and in the endpoint's health.
    func note(_ failure: UpstreamFailure, _ candidate: Candidate) {
        hasOpenAttempt = false
        endAttempt(.failure(failure))
        failures.append(AttemptFailure(endpoint: candidate.endpoint, failure: failure))
        attempts.append(attemptRecord(candidate, status: failure.status, failure: failure.failureClass))
        logAttemptFailure(failure, candidate)
    }

    func attemptRecord(_ candidate: Candidate, status: Int, failure: FailureClass?) -> AttemptRecord {
        var record = AttemptRecord(
            endpoint: candidate.endpoint.identity, provider: candidate.endpoint.provider.displayName,
            model: candidate.model.slug, status: status == 0 ? nil : status,
            latencyMs: Int((EventLoop.monotonicNanos() - attemptStartedNs) / 1_000_000), failure: failure,
            upstreamID: finish.upstreamID)
        record.dropped = dropped
        record.droppedParts = droppedParts
        record.isWithOwnKey = candidate.endpoint.credential != nil
        return record
    }

    /// What the same endpoint can be asked without, after it refused the request for that.
    func strippable(_ failure: UpstreamFailure, _ candidate: Candidate) -> RequestFieldSet {
        if failure.refusedFields.isEmpty || task != nil { return RequestFieldSet() }
        if !candidate.endpoint.dialect.isOpenAIChat { return RequestFieldSet() }
        let added = state.targets[candidate.endpoint.index].fieldsAdded(to: request, candidate.variant.wishes)
        return request.strippable(failure.refusedFields, added: added).subtracting(stripped)
    }

    /// Whether the same endpoint can be asked again without earlier thinking, which it did not take as its own.
    func canForgetThoughts(_ failure: UpstreamFailure, _ candidate: Candidate) -> Bool {
        guard failure.failureClass == .invalidReplay, !hidesThoughts, task == nil,
            !candidate.endpoint.dialect.isOpenAIChat
        else { return false }
        return canonical?.hasThoughts ?? false
    }

    func countFailover(_ failure: UpstreamFailure, _ candidate: Candidate) {
        pipeline.metrics.countFailover(
            state.slots[candidate.endpoint.index], failure: Int(failure.failureClass.rawValue))
    }
}

extension TransportFailure {
    init(_ failure: ClientFailure) {
        self =
            switch failure.kind {
            case .resolution: .nameNotFound
            case .connection, .proxy, .overloaded: .connectFailed
            case .tls: .tlsFailed
            case .connectTimeout: .connectTimeout
            case .send, .cancelled: .resetBeforeFirstByte
            case .firstByteTimeout: .firstByteTimeout
            case .idleTimeout: .idleTimeout
            case .totalTimeout: .totalTimeout
            case .malformed: .malformed
            case .truncated: failure.hasResponseBytes ? .truncated : .resetBeforeFirstByte
            case .tooLarge: .tooLarge
            }
    }
}
