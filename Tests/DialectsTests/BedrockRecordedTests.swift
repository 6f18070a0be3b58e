import Accounting
import Completions
import EventStreams
import Foundation
import JSONText
import Testing

@testable import Dialects

/// Real answers and streams of Bedrock, named by `MARTLET_RECORDED`: what our events come to equals what an independent
/// reader makes of the recording.
@Suite struct BedrockRecordedTests {
    struct Recording: CustomTestStringConvertible {
        var name: String
        /// Events by name, or one whole answer without one.
        var events: [(type: String, payload: String)]
        var testDescription: String { name }
    }

    /// What there is to compare.
    struct Reading: Equatable {
        var text = ""
        var reasoning = ""
        var signatures: [String] = []
        var sealed: [String] = []
        var calls: [String] = []
        var native: String?
        var usage: [Int64] = []
        /// Whether the calls' arguments still are the text that came in pieces.
        var isStream = false
    }

    static let recordings: [Recording] = {
        guard let root = ProcessInfo.processInfo.environment["MARTLET_RECORDED"] else { return [] }
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        var found: [Recording] = []
        for file in files.sorted() where file.contains("bedrock") {
            guard let text = try? String(contentsOfFile: root + "/" + file, encoding: .utf8) else { continue }
            if file.hasSuffix(".chunks.txt") {
                found.append(Recording(name: file, events: lines(text)))
            } else if file.hasSuffix(".json"), text.contains("\"stopReason\"") {
                found.append(Recording(name: file, events: [("", text)]))
            } else if file.hasSuffix(".yaml") {
                for (index, bytes) in binaries(text).enumerated() {
                    if let events = frames(bytes) { found.append(Recording(name: "\(file)#\(index)", events: events)) }
                }
            }
        }
        return found
    }()

    /// `{"messageStart":{…}}` in each line.
    private static func lines(_ text: String) -> [(type: String, payload: String)] {
        text.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("{\""), let end = line.range(of: "\":"), line.hasSuffix("}") else { return nil }
            return (
                String(line[line.index(line.startIndex, offsetBy: 2)..<end.lowerBound]),
                String(line[end.upperBound...].dropLast())
            )
        }
    }

    /// The `!!binary` literals that are as long as a stream.
    private static func binaries(_ text: String) -> [Data] {
        var found: [String] = []
        var isInside = false
        for line in text.components(separatedBy: "\n") {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.hasSuffix("string: !!binary |") {
                found.append("")
                isInside = true
            } else if isInside, !trimmed.isEmpty, !trimmed.contains(":") {
                found[found.count - 1] += trimmed
            } else {
                isInside = false
            }
        }
        return found.compactMap { Data(base64Encoded: $0) }
    }

    private static func frames(_ data: Data) -> [(type: String, payload: String)]? {
        var decoder = BinaryEventStreamDecoder()
        var rest = Array(data)[...]
        var events: [(type: String, payload: String)] = []
        while true {
            guard let item = try? decoder.next(Array(rest).span, atEnd: true) else { return nil }
            guard case .message(let message) = item else { return events.isEmpty ? nil : events }
            let bytes = Array(rest)
            let text = { (range: Range<Int>) in String(decoding: bytes[range], as: UTF8.self) }
            events.append((text(message.type), text(message.payload)))
            rest = rest.dropFirst(message.consumed)
        }
    }

    @Test(arguments: recordings)
    func readsTheSame(_ recording: Recording) throws {
        var reader = BedrockEventReader(translation: Translation())
        let scanner = JSONScanner()
        var events: [CompletionEvent] = []
        var expected = Reading()
        for event in recording.events {
            let root = try scanner.scan(copying: event.payload)
            if event.type.isEmpty {
                reader.readAnswer(root, into: &events)
                expected.addAnswer(try JSON(event.payload))
            } else {
                reader.read(eventType: event.type, root, into: &events)
                expected.add(event.type, try JSON(event.payload))
            }
        }
        let actual = Reading(CompletionAnswer(events))
        #expect(actual == expected.finished())
        let reason = CompletionAnswer(events).choices.first?.finishReason
        if !expected.calls.isEmpty { #expect(reason == .toolCalls) }
    }

    @Test(.enabled(if: !recordings.isEmpty, "MARTLET_RECORDED names no recordings"))
    func thereAreRecordings() {
        #expect(Self.recordings.count >= 20, "\(Self.recordings.count)")
    }
}

extension BedrockRecordedTests.Reading {
    init(_ answer: CompletionAnswer) {
        for item in answer.choices.first?.items ?? [] {
            switch item {
            case .text(let item): text += item.text
            case .reasoning(let item):
                reasoning += item.text
                if let signature = item.signature { signatures.append(signature) }
                if let data = item.data { sealed.append(data) }
            case .toolCall(let call): calls.append("\(call.id) \(call.name) \((try? JSON(call.arguments)) ?? .null)")
            default: break
            }
        }
        native = answer.choices.first?.nativeFinishReason
        if let used = answer.usage {
            usage = [used.prompt, used.completion, used.cached, used.cacheWrite].map { Int64($0) }
        }
    }

    mutating func addAnswer(_ answer: JSON) {
        for block in answer["output"]["message"]["content"].elements {
            text += block["text"].text ?? ""
            let thought = block["reasoningContent"]["reasoningText"]
            reasoning += thought["text"].text ?? ""
            if let signature = thought["signature"].text { signatures.append(signature) }
            if let data = block["reasoningContent"]["redactedContent"].text { sealed.append(data) }
            let use = block["toolUse"]
            if let id = use["toolUseId"].text { calls.append("\(id) \(use["name"].text ?? "") \(use["input"])") }
        }
        native = answer["stopReason"].text
        add(usage: answer["usage"])
    }

    mutating func add(_ type: String, _ payload: JSON) {
        isStream = true
        let delta = payload["delta"]
        text += delta["text"].text ?? ""
        reasoning += delta["reasoningContent"]["text"].text ?? ""
        if let signature = delta["reasoningContent"]["signature"].text { signatures.append(signature) }
        if let data = delta["reasoningContent"]["redactedContent"].text { sealed.append(data) }
        let use = payload["start"]["toolUse"]
        if let id = use["toolUseId"].text { calls.append("\(id) \(use["name"].text ?? "") ") }
        if let input = delta["toolUse"]["input"].text { calls[calls.count - 1] += input }
        if type == "messageStop" { native = payload["stopReason"].text }
        if type == "metadata" { add(usage: payload["usage"]) }
    }

    private mutating func add(usage counts: JSON) {
        guard let input = counts["inputTokens"].number else { return }
        let cached = counts["cacheReadInputTokens"].number ?? 0
        let written = counts["cacheWriteInputTokens"].number ?? 0
        usage = [input + cached + written, counts["outputTokens"].number ?? 0, cached, written]
    }

    /// Arguments of streams come in pieces: as one tree at the end.
    func finished() -> Self {
        guard isStream else { return self }
        var reading = self
        reading.isStream = false
        reading.calls = calls.map { call in
            let parts = call.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            let arguments = parts[2].isEmpty ? "{}" : String(parts[2])
            return "\(parts[0]) \(parts[1]) \((try? JSON(arguments)) ?? .string(arguments))"
        }
        return reading
    }
}
