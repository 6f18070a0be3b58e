import Accounting
import Completions
import Foundation
import Testing

@testable import Dialects

/// Recorded traffic against another program's reading of it: one JSON object a line, with the answer as it was sent and
/// what it says. Runs where the files are named that `Tests/EndToEnd/support/recorded_messages.py` writes.
@Suite struct AnthropicRecordedTests {
    private static func lines(_ variable: String) -> [String] {
        guard let path = ProcessInfo.processInfo.environment[variable],
            let text = try? String(contentsOfFile: path, encoding: .utf8)
        else { return [] }
        return text.split(separator: "\n").map(String.init)
    }

    private static let answers = lines("MARTLET_RECORDED_ANSWERS")
    private static let requests = lines("MARTLET_RECORDED_REQUESTS")

    @Test(.enabled(if: !answers.isEmpty, "no recorded answers are named")) func answersSayWhatTheySay() throws {
        var counts: [String: Int] = [:]
        for line in Self.answers {
            let record = try JSON(line)
            let kind = record["kind"].text ?? ""
            counts[kind, default: 0] += 1
            let name = record["name"].text ?? ""
            if kind == "answer" {
                let events = try anthropicEvents(answer: record["body"].text ?? "")
                try check(CompletionAnswer(events), record["expected"], name)
                try check(again: events, record["expected"], name)
                continue
            }
            let events = try anthropicEvents(record["body"].elements.compactMap(\.text))
            if kind == "broken" {
                #expect(CompletionAnswer(events).error != nil, "\(name)")
                continue
            }
            try check(CompletionAnswer(events), record["expected"], name)
            try check(again: events, record["expected"], name)
        }
        print("recorded answers: \(counts)")
    }

    /// The caller's stream and the caller's answer say the same.
    private func check(again events: [CompletionEvent], _ expected: JSON, _ name: String) throws {
        let streamed = try anthropicEvents(anthropicStream(events).map(\.data))
        try check(CompletionAnswer(streamed), expected, name + " streamed")
        let whole = try anthropicEvents(answer: anthropicAnswer(events))
        try check(CompletionAnswer(whole), expected, name + " whole")
    }

    private func check(_ answer: CompletionAnswer, _ expected: JSON, _ name: String) throws {
        let choice = answer.choices.first ?? CompletionAnswer.Choice()
        var text = ""
        var calls: [JSON] = []
        var thoughts: [JSON] = []
        var natives: [JSON] = []
        var citations: Int64 = 0
        for item in choice.items {
            switch item {
            case .text(let item):
                text += item.text
                citations += Int64(item.citations.count)
            case .reasoning(let item):
                thoughts.append(
                    item.kind == .encrypted
                        ? .object(["data": .string(item.data ?? "")])
                        : .object(["text": .string(item.text), "signature": .string(item.signature ?? "")]))
            case .toolCall(let call):
                calls.append(
                    .object([
                        "id": .string(call.id), "name": .string(call.name), "input": try JSON(call.arguments),
                        "server": .bool(call.kind == .server),
                    ]))
            case .native(let native):
                if !AnthropicMessageEnd.isEnd(native) { natives.append(try JSON(native.json.text)["type"]) }
            default: break
            }
        }
        #expect(text == expected["text"].text, "\(name)")
        #expect(calls == expected["calls"].elements, "\(name)")
        #expect(thoughts == expected["reasoning"].elements, "\(name)")
        #expect(natives == expected["natives"].elements, "\(name)")
        #expect(citations == expected["citations"].number, "\(name)")
        if let stop = expected["stop"].text { #expect(choice.nativeFinishReason == stop, "\(name)") }
        let usage = try #require(answer.usage, "\(name)")
        let counts = expected["usage"]
        #expect(Int64(usage.prompt) == counts["prompt"].number, "\(name)")
        #expect(Int64(usage.completion) == counts["completion"].number, "\(name)")
        #expect(Int64(usage.cached) == counts["cached"].number, "\(name)")
        #expect(Int64(usage.cacheWrite) == counts["written"].number, "\(name)")
        #expect(Int64(usage.cacheWrite1h) == counts["hour"].number, "\(name)")
        #expect(Int64(usage.reasoning) == counts["reasoning"].number, "\(name)")
        #expect(Int64(usage.webSearches) == counts["searches"].number, "\(name)")
    }

    /// Each recorded request is read and written for its own family: as JSON it is the same but for what merging,
    /// placing and naming does; what differs is printed.
    @Test(.enabled(if: !requests.isEmpty, "no recorded requests are named"))
    func requestsAreWrittenAsTheyWere() throws {
        var same = 0
        var refused = 0
        for line in Self.requests {
            let record = try JSON(line)
            let body = record["body"].text ?? ""
            let name = record["name"].text ?? ""
            do {
                let request = try readMessages(body)
                var target = capableClaude
                target.model = request.model ?? ""
                target.isStream = request.isStream
                target.abilities.insert(.sampling)
                if request.reasoning.maxTokens != nil { target.abilities.remove(.adaptiveThinking) }
                let written = try writeMessages(request, for: target)
                let differences = Self.differences(Self.normal(try JSON(body)), Self.normal(try JSON(written.body)), "")
                if differences.isEmpty {
                    same += 1
                } else {
                    print("DIFF \(name): \(differences.prefix(4)) \(written.translation.dropped)")
                }
            } catch {
                refused += 1
                print("REFUSED \(name): \(error)")
            }
        }
        print("recorded requests: \(same) of \(Self.requests.count) the same")
        #expect(refused == 0)
        #expect(same >= Self.requests.count * 9 / 10)
    }

    /// Strings as the blocks that they stand for.
    private static func normal(_ json: JSON, key: String = "") -> JSON {
        switch json {
        case .object(let members):
            var result: [String: JSON] = [:]
            for (name, value) in members where value != .null {
                // What is so anyway need not be said.
                if name == "stream" || name == "is_error", value == .bool(false) { continue }
                if name == "content" || name == "system", case .string = value,
                    members["role"] != nil || members["type"] == .string("tool_result") || name == "system"
                {
                    result[name] = .array([.object(["type": .string("text"), "text": value])])
                } else {
                    result[name] = normal(value, key: name)
                }
            }
            return .object(result)
        case .array(let elements): return .array(elements.map { normal($0) })
        default: return json
        }
    }

    private static func differences(_ left: JSON, _ right: JSON, _ path: String) -> [String] {
        if left == right { return [] }
        if case .object(let a) = left, case .object(let b) = right {
            return Set(a.keys).union(b.keys).sorted().flatMap {
                differences(a[$0] ?? .null, b[$0] ?? .null, "\(path).\($0)")
            }
        }
        if case .array(let a) = left, case .array(let b) = right, a.count == b.count {
            return zip(a, b).enumerated().flatMap { differences($1.0, $1.1, "\(path)[\($0)]") }
        }
        return ["\(path): \("\(left)".prefix(80)) != \("\(right)".prefix(80))"]
    }
}
