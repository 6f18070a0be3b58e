import Accounting
import Buffers
import Catalog
import Completions
import JSONText
import Providers

@testable import Dialects

/// One caller's dialect and one provider's, and the way between them that requests and answers take in the gateway.
struct PairTranslation {
    let caller: CallerDialect
    let provider: ProviderDialect
    /// The caller's body, and what the provider is asked.
    let asked: String
    let written: String
    let dropped: [String]
    /// The body as a chat request, and in no dialect.
    private let request: CompletionRequest
    private let translation: Translation
    private let echo: ResponsesEcho

    private static let stamp = ResponseStamp(
        id: "gen-1700000000-AbCdEfGhIjKlMnOpQrSt", model: "acme/model", provider: "Acme", created: 1_700_000_000,
        kind: .chat)

    init(_ asked: String, from caller: CallerDialect, to provider: ProviderDialect) throws {
        self.caller = caller
        self.provider = provider
        self.asked = asked
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: asked)
        let canonical = try withExtendedLifetime(scanner) { try DialectTable.readRequest(root, of: caller) }
        echo = withExtendedLifetime(scanner) { caller == .responses ? ResponsesEcho(root) : ResponsesEcho() }
        let isHosted = provider.isOpenAIChat && ChatHostRules().touches(canonical)
        var form = ByteBuffer()
        var inChat = Translation()
        if caller.isChat {
            form.append(text: asked)
        } else {
            inChat = ChatRequestWriter.write(
                canonical, of: caller, for: isHosted ? ChatHostRules() : nil, into: &form)
        }
        request = try decode(form.text)
        if provider.isOpenAIChat {
            let spliced = try splice(form.text, for: Self.chatTarget)
            written = spliced.body
            dropped = spliced.dropped + inChat.dropped
            translation = inChat
            return
        }
        var wanted = canonical
        wanted.reasoning = request.reasoning
        var target = Self.target(provider)
        target.isStream = request.isStream
        var out = ByteBuffer()
        translation = try DialectTable.writeRequest(wanted, in: provider, for: target, into: &out)
        written = out.text
        dropped = translation.dropped
    }

    // MARK: Answers

    /// What the caller gets for a whole answer.
    func answer(_ body: String) throws -> String {
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: body)
        return withExtendedLifetime(scanner) {
            var out = ByteBuffer()
            if caller.isChat, provider.isOpenAIChat {
                let summary = ChatAnswer.inspect(root)
                ChatAnswer.write(
                    root, stamp: Self.stamp, hidesReasoning: request.reasoning.isExcluded,
                    usage: summary.usage ?? TokenUsage(), charge: testCharge, into: &out)
                return out.text
            }
            var translator = translator
            var state = StreamState(hidesReasoning: request.reasoning.isExcluded)
            let answer = translator.answer(root, state: &state)
            DialectTable.writeAnswer(
                answer, in: caller, stamp: Self.stamp, hidesReasoning: request.reasoning.isExcluded,
                usage: state.usage ?? TokenUsage(), charge: testCharge, echo: echo, into: &out)
            return out.text
        }
    }

    /// What the caller gets for a stream, its end included.
    func stream(_ events: [(kind: String, payload: String)]) throws -> String {
        let scanner = JSONScanner()
        var translator = translator
        var state = StreamState(hidesReasoning: request.reasoning.isExcluded)
        var out = ByteBuffer()
        let isSpliced = caller.isChat && provider.isOpenAIChat
        for event in events {
            let root = try scanner.scan(copying: event.payload)
            let summary =
                isSpliced
                ? ChatChunk.relay(root, stamp: Self.stamp, state: &state, into: &out)
                : translator.relay(root, kind: event.kind, state: &state, into: &out)
            if !summary.hasError { continue }
            let error = try brokenOff(isSpliced ? UpstreamErrorBody(inBand: root) : nil, translator.error)
            if caller.isChat {
                ChatStreamEnd.writeError(error, stamp: Self.stamp, into: &out)
            } else {
                translator.writeError(error, into: &out)
            }
            return out.text
        }
        let usage = state.usage ?? TokenUsage()
        if isSpliced {
            if state.finishReason == nil {
                ChatStreamEnd.writeFinish(state.finishReasonAtEnd, stamp: Self.stamp, into: &out)
            }
            ChatStreamEnd.writeUsage(usage, charge: testCharge, stamp: Self.stamp, into: &out)
        } else {
            _ = translator.atEnd(state: &state, into: &out)
            translator.writeEnd(
                reason: state.finishReasonAtEnd, native: state.nativeFinishReason, usage: usage, charge: testCharge,
                into: &out)
        }
        if caller.isChat { out.append(ChatStreamEnd.done) }
        return out.text
    }

    /// What the caller gets for an answer with an error status.
    func failure(status: Int, _ body: String) throws -> (status: Int, body: String) {
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: body)
        let failure = withExtendedLifetime(scanner) {
            FailureClassifier.classify(
                status: status, headers: { _ in nil }, body: root, provider: "Acme", nowMs: 1_700_000_000_000)
        }
        let error = try Self.resolve(failure)
        var out = ByteBuffer()
        // What is too long is no error there.
        if caller == .responses, let answer = ResponsesErrorEnvelope.incompleteAnswer(for: error) {
            DialectTable.writeAnswer(
                answer, in: caller, stamp: Self.stamp, hidesReasoning: true, usage: TokenUsage(), charge: .none,
                echo: echo, into: &out)
            return (200, out.text)
        }
        DialectTable.writeError(error, in: caller, generation: Self.stamp.id, into: &out)
        return (error.status, out.text)
    }

    private func brokenOff(_ chat: UpstreamErrorBody?, _ said: AnswerError?) throws -> APIError {
        let body =
            said.map { UpstreamErrorBody(message: $0.message, code: $0.type, type: $0.type, status: $0.status) }
            ?? chat ?? UpstreamErrorBody()
        let failure = FailureClassifier.classify(
            inBand: body, headers: { _ in nil }, provider: "Acme", nowMs: 1_700_000_000_000)
        return try Self.resolve(FailureClassifier.brokenStream(failure))
    }

    private static func resolve(_ failure: UpstreamFailure) throws -> APIError {
        let entry = ProviderEntry(
            slug: "acme", displayName: "Acme", baseURL: try BaseURL("http://127.0.0.1/v1"))
        let endpoint = Endpoint(
            index: 0, provider: entry, modelSlug: stamp.model, upstreamModel: "m", pricing: .free)
        return FinalFailure.resolve(
            [AttemptFailure(endpoint: endpoint, failure: failure)], requestedModels: [stamp.model])
    }

    private var translator: AnswerTranslator {
        AnswerTranslator(
            reader: DialectTable.reader(of: provider, translation),
            writer: DialectTable.writer(
                of: caller, stamp: Self.stamp, hidesReasoning: request.reasoning.isExcluded, echo: echo))
    }

    // MARK: Whom it is for

    /// What OpenAI takes of the chat dialect.
    private static let chatTarget = UpstreamChatTarget(
        modelJSON: Array("\"gpt-test\"".utf8), providerSlug: "openai", traits: .wantsCompletionTokens)

    /// A new model of each family, with what the catalogue would say of it.
    private static func target(_ provider: ProviderDialect) -> TranslationTarget {
        var abilities: TranslationTarget.Abilities = [.reasoning, .adaptiveThinking, .jsonSchema, .forcedTools]
        let model: String
        switch provider {
        case .openAIResponses:
            model = "gpt-test"
            abilities.formUnion([.mediaByURL, .cacheMarkers])
        case .anthropic, .vertexAnthropic:
            model = "claude-test"
            abilities.insert(.mediaByURL)
        case .gemini, .vertex:
            model = "gemini-test"
            abilities.formUnion([.sampling, .toolCallIDs])
        case .bedrock: model = "anthropic.claude-test"
        case .cohere:
            model = "command-test"
            abilities.formUnion([.sampling, .mediaByURL])
        case .openAI, .azure: model = "gpt-test"
        }
        return TranslationTarget(model: model, isStream: false, maxOutputTokens: 64_000, abilities: abilities)
    }
}
