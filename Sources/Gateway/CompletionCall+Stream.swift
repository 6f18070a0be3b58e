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

/// Relaying one upstream stream.
///
/// Before the first content nothing leaves, so any failure is the next endpoint's chance. From the first event with a
/// finish reason on, everything is held back until the record is durable. In between, each turn's events leave in one
/// piece, and a slow caller slows the upstream.
///
/// An object, because open streams wait with it: in the frame of a task that waits, a value takes the room of all the
/// copies that the compiler makes of it.
final class StreamRelay {
    var decoder = EventStreamDecoder()
    /// In place of the above for a provider whose streams are binary messages.
    var messages: BinaryEventStreamDecoder?
    /// The provider answered in one piece although a stream was asked for.
    var isWhole = false
    var state: StreamState
    let stamp: ResponseStamp
    /// `[DONE]` was seen: the stream is complete whatever follows.
    var isDone = false
    /// An error the upstream put into the stream after its first content.
    var failure: UpstreamFailure? {
        didSet { isBroken = failure != nil }
    }
    /// Whether there is one. It is asked for with every event, where a copy of the failure would cost more than the rest.
    private(set) var isBroken = false
    /// What the connection ended with.
    var ending: ClientFailure?

    init(state: StreamState, stamp: ResponseStamp) {
        self.state = state
        self.stamp = stamp
    }
}

extension CompletionCall {
    func relay(_ candidate: Candidate, _ upstream: ClientExchange) async -> AttemptOutcome {
        if isPlainJSON(upstream) { return await relayPlainAnswer(candidate, upstream) }
        defer { giveBackAnswer() }
        let relay = newRelay(candidate)
        var isOpen = true
        while isOpen, !relay.isDone, !relay.isBroken {
            do throws(ClientFailure) {
                isOpen = try await upstream.more()
            } catch {
                relay.ending = error
                isOpen = false
            }
            if let outcome = takeTurn(relay, candidate, upstream, atEnd: !isOpen) { return outcome }
            if goneAtMs == nil, !relay.isBroken, exchange.backlog > ReactorLimits.highWaterBytes {
                wasHeldBack = true
                await exchange.drained()
            }
        }
        if let outcome = takeEnd(relay, candidate) { return outcome }
        return await endStream(relay, candidate, upstream)
    }

    @inline(never)
    private func newRelay(_ candidate: Candidate) -> StreamRelay {
        let relay = StreamRelay(state: newStreamState(), stamp: stamp(candidate))
        if candidate.endpoint.dialect == .bedrock { relay.messages = BinaryEventStreamDecoder() }
        return relay
    }

    /// Handles what has arrived, and sees that it does not take more than its share.
    ///
    /// - Returns: an outcome when the attempt is over without having committed.
    @inline(never)
    private func takeTurn(
        _ relay: StreamRelay, _ candidate: Candidate, _ upstream: ClientExchange, atEnd: Bool
    ) -> AttemptOutcome? {
        if let outcome = takeEvents(relay, candidate, upstream, atEnd: atEnd) { return outcome }
        producedTokens = relay.state.produced.tokens
        growHold(producedTokens)
        if mayHold(upstream.body.count + held.count) { return nil }
        upstream.abort()
        return broken(relay, outOfMemory(candidate))
    }

    /// Handles every complete event that has arrived, and sends what they made.
    ///
    /// - Returns: an outcome when the attempt is over without having committed.
    private func takeEvents(
        _ relay: StreamRelay, _ candidate: Candidate, _ upstream: ClientExchange, atEnd: Bool
    ) -> AttemptOutcome? {
        if relay.messages != nil { return takeMessages(relay, candidate, upstream, atEnd: atEnd) }
        while !relay.isDone, !relay.isBroken {
            let item: EventStreamItem
            do throws(EventStreamError) {
                item = try relay.decoder.next(upstream.body.span, atEnd: atEnd)
            } catch {
                upstream.abort()
                return broken(relay, transport(.tooLarge, candidate))
            }
            var outcome: AttemptOutcome?
            switch item {
            case .event(let event):
                outcome = take(event, relay, candidate, upstream)
                upstream.body.consume(event.consumed)
            case .unframed(let range, let consumed):
                // A line of bare JSON is an error body that a host put into a stream.
                flatten(upstream.body.span.extracting(range))
                outcome = take(scratch.bytes[...], relay, candidate)
                upstream.body.consume(consumed)
            case .comment(let consumed): upstream.body.consume(consumed)
            case .needMore(let consumed):
                upstream.body.consume(consumed)
                sendEvents()
                return nil
            case .end:
                sendEvents()
                return nil
            }
            if let outcome { return outcome }
        }
        sendEvents()
        return nil
    }

    private func take(
        _ event: EventStreamEvent, _ relay: StreamRelay, _ candidate: Candidate, _ upstream: ClientExchange
    ) -> AttemptOutcome? {
        switch event.data {
        case .range(let range): return take(upstream.body.bytes[range], relay, candidate)
        case .joined:
            flatten(relay.decoder.joinedData)
            return take(scratch.bytes[...], relay, candidate)
        }
    }

    /// Puts JSON of several lines into `scratch` as one line: what is copied from it must not end the caller's event.
    /// Outside of strings, which cannot hold a line end, a space is as good.
    private func flatten(_ lines: Span<UInt8>) {
        scratch.clear()
        for index in lines.indices {
            let byte = lines[index]
            scratch.append(byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? UInt8(ascii: " ") : byte)
        }
    }

    private func take(
        _ data: Slice<UnsafeRawBufferPointer>, _ relay: StreamRelay, _ candidate: Candidate
    ) -> AttemptOutcome? {
        let bytes = UnsafeRawBufferPointer(rebasing: data)
        if bytes.starts(with: "[DONE]".utf8) {
            relay.isDone = true
            return nil
        }
        if bytes.isEmpty { return nil }
        guard let root = try? pipeline.scanner.scan(Span<UInt8>(_unsafeBytes: bytes)) else {
            // Behind the last finish reason the answer is whole: an event that was cut there takes nothing away from it.
            if hasAllChoices { return nil }
            return broken(relay, transport(.malformed, candidate))
        }
        return take(root, relay, candidate)
    }

    func take(
        _ root: JSONValue, kind: String? = nil, _ relay: StreamRelay, _ candidate: Candidate
    ) -> AttemptOutcome? {
        let mark = exchange.content.count
        if translator != nil {
            let summary = translated(root, kind: kind, relay)
            return follow(summary, of: root, from: mark, relay, candidate)
        }
        if finish.upstreamID == nil { finish.upstreamID = root["id"]?.string }
        let summary = ChatChunk.relay(root, stamp: relay.stamp, state: &relay.state, into: &exchange.content)
        return follow(summary, of: root, from: mark, relay, candidate)
    }

    /// Does what follows from an event: commits, holds back the end, notes a failure.
    /// - Parameter mark: where in `content` the event's own bytes begin.
    @inline(__always)
    func follow(
        _ summary: ChunkSummary, of root: JSONValue?, from mark: Int, _ relay: StreamRelay,
        _ candidate: Candidate
    ) -> AttemptOutcome? {
        if summary.hasError { return broken(relay, inBandFailure(root, candidate)) }
        if firstContentNs == nil {
            if !summary.hasContent && !summary.isFinish {
                exchange.content.truncate(to: mark)
                return nil
            }
            if summary.hasContent { commit() }
        }
        lastEventMs = pipeline.loop.now
        if summary.isFinish {
            hasAllChoices = relay.state.choices.endedCount >= request.choiceCount
            if hasAllChoices || relay.state.choices.haveAllEnded { finishedAtMs = finishedAtMs ?? pipeline.loop.now }
        }
        // A choice may end without content before any other has some: nothing leaves until one has.
        let isEarlyEnd = summary.isFinish && firstContentNs == nil
        if finishedAtMs != nil || isEarlyEnd || !held.isEmpty { return holdBack(from: mark, relay, candidate) }
        return nil
    }

    /// Behind a finish reason. It was not the last one where another choice goes on: then what was held back leaves, once
    /// there is content.
    private func holdBack(from mark: Int, _ relay: StreamRelay, _ candidate: Candidate) -> AttemptOutcome? {
        held.append(UnsafeRawBufferPointer(rebasing: exchange.content.bytes[mark...]))
        exchange.content.truncate(to: mark)
        if !hasAllChoices, !relay.state.choices.haveAllEnded {
            finishedAtMs = nil
            if firstContentNs == nil { return nil }
            exchange.content.append(held.bytes)
            held.clear()
        }
        if held.count > GatewayLimits.heldBytes { return broken(relay, transport(.tooLarge, candidate)) }
        return nil
    }

    /// Counts what waits here, an unfinished event and the end that is held back, against the memory budget. The first
    /// bytes are free, so that ordinary streams never touch what the loops share.
    private func mayHold(_ count: Int) -> Bool {
        if count <= GatewayLimits.freeHeldBytes {
            giveBackAnswer()
            return true
        }
        if count <= budgetTaken { return true }
        // Doubled, so that an event that grows by a piece a turn asks few times.
        let wanted = max(count, min(2 * budgetTaken, GatewayLimits.heldBytes))
        guard pipeline.budget.take(wanted - budgetTaken) else { return false }
        budgetTaken = wanted
        return true
    }

    private func commit() {
        firstContentNs = EventLoop.monotonicNanos()
        upstream?.noteFirstContent()
        noteAnswered()
        openStream()
    }

    /// The upstream failed inside its stream: the next endpoint's chance before the first content, the caller's typed
    /// end after it.
    func broken(_ relay: StreamRelay, _ failure: UpstreamFailure) -> AttemptOutcome? {
        if firstContentNs != nil {
            relay.failure = failure
            return nil
        }
        upstream?.abort()
        finishedAtMs = nil
        hasAllChoices = false
        held.clear()
        return .failed(failure)
    }

    func sendEvents() {
        if exchange.content.isEmpty { return }
        lastSentMs = pipeline.loop.now
        exchange.flush()
    }

    // MARK: The end

    private func endStream(
        _ relay: StreamRelay, _ candidate: Candidate, _ upstream: ClientExchange
    ) async -> AttemptOutcome {
        if let outcome = judgeEnd(relay, candidate) { return outcome }
        if !relay.isBroken {
            finishStream(relay, candidate)
            await settleAnswered()
            writeEnd(relay, candidate)
            await drainedIfLarge()
        } else {
            upstream.abort()
            await settleBroken(relay, candidate)
        }
        return .settled
    }

    /// - Returns: what the attempt came to, where the caller has seen nothing of it or is gone. Else the stream is
    ///   complete, or `relay.failure` says what broke it.
    @inline(never)
    private func judgeEnd(_ relay: StreamRelay, _ candidate: Candidate) -> AttemptOutcome? {
        let hasFinish = finishedAtMs != nil
        // A host that gives fewer choices than were asked for has to end its stream properly.
        let isWhole = hasAllChoices || hasFinish && relay.ending == nil
        let isComplete = isWhole || relay.isDone || (relay.ending == nil && candidate.endpoint.mayOmitFinishReason)
        take(relay, candidate, isComplete: isComplete && !relay.isBroken)
        if !relay.isBroken, isComplete {
            let isEmpty = firstContentNs == nil && !hasFinish && (finish.usage?.completion ?? 0) == 0
            if !isEmpty { return nil }
            held.clear()
            return .failed(empty(candidate))
        }
        if goneAtMs != nil, !relay.isBroken { return .cancelled }
        let failure =
            relay.failure ?? relay.ending.map { understand($0, candidate) } ?? transport(.truncated, candidate)
        if firstContentNs == nil {
            held.clear()
            return .failed(failure)
        }
        relay.failure = failure
        return nil
    }

    /// Makes a complete stream ready for its record.
    @inline(never)
    private func finishStream(_ relay: StreamRelay, _ candidate: Candidate) {
        if firstContentNs == nil { firstContentNs = EventLoop.monotonicNanos() }
        let isReasonOurs = finish.finishReason == nil
        if isReasonOurs { finish.finishReason = relay.state.finishReasonAtEnd }
        if isReasonOurs, translator == nil {
            ChatStreamEnd.writeFinish(relay.state.finishReasonAtEnd, stamp: relay.stamp, into: &held)
        }
        if !request.toolNames.isEmpty { judge(relay.state.toolCallAudit) }
        if finishedAtMs == nil { finishedAtMs = pipeline.loop.now }
    }

    /// The finish chunk, the usage chunk and `[DONE]` in one write, once the record is durable.
    @inline(never)
    private func writeEnd(_ relay: StreamRelay, _ candidate: Candidate) {
        let usage = self.usage
        let charge = charge(candidate)
        openStream()
        exchange.content.append(held.bytes)
        if translator == nil {
            ChatStreamEnd.writeUsage(usage, charge: charge, stamp: relay.stamp, into: &exchange.content)
            appendMetadata(selected: candidate, trailing: 3)
        } else {
            translator?.writeEnd(
                reason: finish.finishReason ?? .stop, native: finish.nativeFinishReason, usage: usage, charge: charge,
                metadata: metadata(selected: candidate), completedAt: pipeline.clock.unixMs() / 1000,
                into: &exchange.content)
        }
        if caller.isChat { exchange.content.append(ChatStreamEnd.done) }
        exchange.finish()
    }

    func newStreamState() -> StreamState {
        var state = StreamState(hidesReasoning: request.reasoning.isExcluded)
        if !request.toolNames.isEmpty { state.toolCallAudit = ToolCallAudit(request) }
        return state
    }

    private func take(_ relay: StreamRelay, _ candidate: Candidate, isComplete: Bool) {
        let state = relay.state
        finish.finishReason = state.finishReason
        finish.nativeFinishReason = state.nativeFinishReason
        noteTier(state.serviceTier, candidate)
        finish.produced = state.produced
        note(reported: state.usage, candidate)
        if relay.isWhole || state.hasWholeUsage(isComplete: isComplete) { return }
        finish.usage = finish.usage?.completed(by: estimatedUsage)
    }

    // MARK: A plain answer to a stream request

    private func isPlainJSON(_ upstream: ClientExchange) -> Bool {
        guard let type = upstream.head.first(.contentType) else { return false }
        return upstream.headBytes.startsIgnoringCase(type, "application/json")
    }

    /// Some hosts answer a stream request in one piece, above all with errors: it becomes one event.
    private func relayPlainAnswer(_ candidate: Candidate, _ upstream: ClientExchange) async -> AttemptOutcome {
        defer { giveBackAnswer() }
        do throws(ClientFailure) {
            try await readAnswer(upstream)
        } catch {
            return failed(error, candidate)
        }
        let relay = newRelay(candidate)
        if let outcome = takeWhole(relay, candidate, upstream) { return outcome }
        return await endStream(relay, candidate, upstream)
    }

    @inline(never)
    private func takeWhole(
        _ relay: StreamRelay, _ candidate: Candidate, _ upstream: ClientExchange
    ) -> AttemptOutcome? {
        relay.isDone = true
        relay.isWhole = true
        // One event of one line, however the answer was laid out.
        flatten(Span(_unsafeBytes: answer.isEmpty ? upstream.body.bytes : answer.bytes))
        return take(scratch.bytes[...], relay, candidate)
    }
}
