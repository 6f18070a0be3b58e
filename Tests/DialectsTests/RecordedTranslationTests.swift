import Accounting
import Buffers
import Catalog
import Completions
import Foundation
import JSONText
import Providers
import Testing

@testable import Dialects

/// Translates recorded answers into every caller's dialect for another program to compare: `Tests/Recorded` writes what
/// it found in the recordings to `recordings.jsonl`, and reads `translated.jsonl`, in the folder that
/// `MARTLET_RECORDED_WORK` names.
@Suite struct RecordedTranslationTests {
    static let folder = ProcessInfo.processInfo.environment["MARTLET_RECORDED_WORK"]
    static let callers: [(name: String, dialect: CallerDialect)] = [
        ("chat", .chat), ("responses", .responses), ("messages", .messages),
    ]

    @Test(.enabled(if: folder != nil, "MARTLET_RECORDED_WORK names no folder"))
    func translatesEveryRecording() throws {
        let folder = try #require(Self.folder)
        let lines = try String(contentsOfFile: folder + "/recordings.jsonl", encoding: .utf8).split(separator: "\n")
        var translated: [String] = []
        for line in lines { translated.append(try Self.translate(JSON(line))) }
        #expect(!translated.isEmpty)
        try (translated.joined(separator: "\n") + "\n").write(
            toFile: folder + "/translated.jsonl", atomically: true, encoding: .utf8)
    }

    /// One line of the answer: what each caller gets, plain and streamed, or what is wrong.
    private static func translate(_ recording: JSON) throws -> String {
        var members = ["name": recording["name"]]
        switch recording["kind"].text {
        case "request": members["written"] = try rewrite(recording)
        case "error": members["message"] = try errorMessage(recording["events"][0]["data"].text ?? "")
        default:
            for (name, caller) in callers {
                members[name + " plain"] = .string(try plain(recording, caller))
                members[name + " stream"] = .string(try stream(recording, caller))
            }
        }
        let data = try JSONSerialization.data(
            withJSONObject: members.compactMapValues { $0.text }, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    private static func errorMessage(_ body: String) throws -> JSON {
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: body)
        return withExtendedLifetime(scanner) { .string(UpstreamErrorBody(root)?.message ?? "") }
    }

    // MARK: Answers

    private static func dialect(_ recording: JSON) throws -> ProviderDialect {
        try #require(ProviderDialect(rawValue: recording["dialect"].text ?? ""))
    }

    private static func plain(_ recording: JSON, _ caller: CallerDialect) throws -> String {
        let dialect = try dialect(recording)
        let scanner = JSONScanner()
        var out = ByteBuffer()
        if caller == .chat, dialect == .openAI, recording["kind"].text == "answer" {
            let root = try scanner.scan(copying: recording["events"][0]["data"].text ?? "")
            withExtendedLifetime(scanner) {
                ChatAnswer.write(
                    root, stamp: testStamp, usage: ChatAnswer.inspect(root).usage ?? TokenUsage(), charge: testCharge,
                    into: &out)
            }
            return out.text
        }
        let answer = CompletionAnswer(try events(recording))
        if let error = answer.error { return "error: \(error.message)" }
        DialectTable.writeAnswer(
            answer, in: caller, stamp: testStamp, hidesReasoning: false, usage: answer.usage ?? TokenUsage(),
            charge: testCharge, echo: ResponsesEcho(), into: &out)
        return out.text
    }

    private static func events(_ recording: JSON) throws -> [CompletionEvent] {
        let scanner = JSONScanner()
        var reader = DialectTable.reader(of: try dialect(recording), Translation())
        var events: [CompletionEvent] = []
        for event in recording["events"].elements {
            let root = try scanner.scan(copying: event["data"].text ?? "")
            if recording["kind"].text == "answer" {
                reader.readAnswer(root, into: &events)
            } else {
                reader.read(root, kind: event["kind"].text, into: &events)
            }
        }
        reader.atEnd(into: &events)
        return events
    }

    private static func stream(_ recording: JSON, _ caller: CallerDialect) throws -> String {
        let dialect = try dialect(recording)
        let scanner = JSONScanner()
        var out = ByteBuffer()
        var state = StreamState()
        var translator = AnswerTranslator(
            reader: DialectTable.reader(of: dialect, Translation()),
            writer: DialectTable.writer(of: caller, stamp: testStamp, hidesReasoning: false, echo: ResponsesEcho()))
        let isWhole = recording["kind"].text == "answer"
        let isSpliced = caller == .chat && dialect == .openAI && !isWhole
        for event in recording["events"].elements {
            let root = try scanner.scan(copying: event["data"].text ?? "")
            let summary =
                isWhole
                ? translator.relayAnswer(root, state: &state, into: &out)
                : isSpliced
                    ? ChatChunk.relay(root, stamp: testStamp, state: &state, into: &out)
                    : translator.relay(root, kind: event["kind"].text, state: &state, into: &out)
            if !summary.hasError { continue }
            let error = APIError(.providerUnavailable, translator.error?.message ?? "The answer broke off.")
            if isSpliced {
                ChatStreamEnd.writeError(error, stamp: testStamp, into: &out)
            } else {
                translator.writeError(error, into: &out)
            }
            return out.text
        }
        if !isSpliced, translator.atEnd(state: &state, into: &out).hasError {
            let message = translator.error?.message ?? "The answer broke off."
            translator.writeError(APIError(.providerUnavailable, message), into: &out)
            return out.text
        }
        let usage = state.usage ?? TokenUsage()
        if isSpliced {
            if state.finishReason == nil {
                ChatStreamEnd.writeFinish(state.finishReasonAtEnd, stamp: testStamp, into: &out)
            }
            ChatStreamEnd.writeUsage(usage, charge: testCharge, stamp: testStamp, into: &out)
            out.append(ChatStreamEnd.done)
        } else {
            translator.writeEnd(
                reason: state.finishReasonAtEnd, native: state.nativeFinishReason, usage: state.usage ?? usage,
                charge: testCharge, into: &out)
        }
        return out.text
    }

    // MARK: Requests

    /// A request in the provider's own dialect, or one that says the same as a caller would, written for the provider.
    private static func rewrite(_ recording: JSON) throws -> JSON {
        let caller = try #require(callers.first { $0.name == recording["caller"].text }).dialect
        let dialect = try dialect(recording)
        let scanner = JSONScanner()
        let body = recording["events"][0]["data"].text ?? ""
        let root = try scanner.scan(copying: body)
        var out = ByteBuffer()
        do {
            let request = try withExtendedLifetime(scanner) { try DialectTable.readRequest(root, of: caller) }
            if dialect.isOpenAIChat {
                ChatRequestWriter.write(request, into: &out)
                return .string(out.text)
            }
            let target = target(dialect, request)
            _ = try DialectTable.writeRequest(request, in: dialect, for: target, into: &out)
            return .string(out.text)
        } catch let error as APIError {
            return .string("refused \(error.param ?? "-"): \(error.message)")
        }
    }

    /// A model that can do what the request asks of it.
    private static func target(_ dialect: ProviderDialect, _ request: CanonicalRequest) -> TranslationTarget {
        var abilities: TranslationTarget.Abilities = [
            .sampling, .prefill, .forcedTools, .systemAnywhere, .jsonSchema, .mediaByURL, .reasoning, .cacheMarkers,
            .toolCallIDs,
        ]
        if request.reasoning.maxTokens == nil { abilities.insert(.adaptiveThinking) }
        var target = TranslationTarget(
            model: request.model ?? "", isStream: request.isStream, maxOutputTokens: nil, abilities: abilities)
        target.maxOutputTokens = dialect == .anthropic ? 1_000_000 : nil
        return target
    }
}
