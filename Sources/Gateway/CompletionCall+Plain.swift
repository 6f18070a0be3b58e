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

extension CompletionCall {
    /// Reads a whole answer, and makes it the caller's if it is one.
    func answerPlainly(_ candidate: Candidate, _ upstream: ClientExchange) async -> AttemptOutcome {
        do throws(ClientFailure) {
            try await readAnswer(upstream)
        } catch {
            giveBackAnswer()
            return failed(error, candidate)
        }
        defer { giveBackAnswer() }
        if let outcome = judge(candidate, upstream) { return outcome }
        await settleAnswered()
        exchange.respond(status: 200, contentType: "application/json")
        await drainedIfLarge()
        return .settled
    }

    /// Small answers stay with their connection; large ones are gathered here, under the memory budget.
    func readAnswer(_ upstream: ClientExchange) async throws(ClientFailure) {
        while try await upstream.more() {
            if upstream.body.count < GatewayLimits.answerInPlaceBytes { continue }
            let count = upstream.body.count
            guard answer.count + count <= GatewayLimits.answerBytes, pipeline.budget.take(count) else {
                upstream.abort()
                throw ClientFailure(.tooLarge, "The answer is larger than this server holds.")
            }
            budgetTaken += count
            answer.append(upstream.body.bytes)
            upstream.body.consume(count)
        }
        if !answer.isEmpty, !upstream.body.isEmpty { answer.append(upstream.body.bytes) }
    }

    /// Parses the answer and writes the caller's.
    ///
    /// - Returns: nil when the answer is good, else what the attempt came to.
    private func judge(_ candidate: Candidate, _ upstream: ClientExchange) -> AttemptOutcome? {
        let scanned =
            try? pipeline.scanner.scan(Span(_unsafeBytes: answer.isEmpty ? upstream.body.bytes : answer.bytes))
        guard let root = scanned else { return unusable(.malformed, candidate) }
        if let retrieval { return judgeRetrieval(retrieval, root, candidate, upstream) }
        if translator != nil { return judgeTranslated(root, candidate) }
        let summary = ChatAnswer.inspect(root)
        if summary.hasError, !summary.hasOutput { return .failed(inBandFailure(root, candidate)) }
        if summary.isMalformed { return unusable(.malformed, candidate) }
        if !summary.hasOutput, summary.finishReason == nil, (summary.usage?.completion ?? 0) == 0 {
            return .failed(empty(candidate))
        }
        firstContentNs = EventLoop.monotonicNanos()
        finish.finishReason = summary.finishReason
        finish.nativeFinishReason = summary.nativeFinishReason
        noteTier(summary.serviceTier, candidate)
        finish.produced = summary.produced
        note(reported: summary.usage, candidate)
        finish.upstreamID = root["id"]?.string
        ChatAnswer.write(
            root, stamp: stamp(candidate), hidesReasoning: request.reasoning.isExcluded, healing: startHealing(),
            usage: usage, charge: charge(candidate), into: &exchange.content)
        appendMetadata(selected: candidate, trailing: 1)
        if !request.toolNames.isEmpty, var calls = ToolCallAudit(request) {
            calls.add(answer: root)
            judge(calls)
        }
        return nil
    }

    /// What mends the answer, where the request asks for it.
    func startHealing() -> AnswerHealing? {
        guard request.healsAnswer else { return nil }
        let healing = AnswerHealing()
        self.healing = healing
        return healing
    }

    /// A large answer counts against the memory budget until the caller has taken it.
    func drainedIfLarge() async {
        if budgetTaken > 0 { await exchange.drained() }
    }

    func giveBackAnswer() {
        if budgetTaken == 0 { return }
        pipeline.budget.giveBack(budgetTaken)
        budgetTaken = 0
        answer.clear()
        answer.releaseStorage()
    }

    /// Of an answer that no provider gave.
    func stamp(model: String) -> ResponseStamp {
        ResponseStamp(id: idText, model: model, provider: nil, created: createdAtMs / 1000, kind: request.kind)
    }

    func stamp(_ candidate: Candidate) -> ResponseStamp {
        ResponseStamp(
            id: idText, model: candidate.model.slug, provider: candidate.endpoint.provider.displayName,
            created: createdAtMs / 1000, kind: request.kind)
    }
}
