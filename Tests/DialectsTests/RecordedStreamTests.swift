import Accounting
import Completions
import Foundation
import Testing

@testable import Dialects

/// Real streams of OpenAI-compatible hosts, named by `MARTLET_RECORDED`: what a client accumulates from our events
/// equals what an independent reader accumulates from the recording.
@Suite struct RecordedStreamTests {
    struct Recording: CustomTestStringConvertible {
        var name: String
        var payloads: [String]
        var testDescription: String { name }
    }

    /// What a client makes of a stream.
    struct Reading: Equatable {
        var text = ""
        var reasoning = ""
        var toolNames: [String] = []
        var toolArguments: [String] = []
        var finish: String?
        var nativeFinish: String?
        var prompt: Int64?

        /// How each call was told apart, which is the host's business.
        private var toolKeys: [String] = []

        static func == (left: Reading, right: Reading) -> Bool {
            left.text == right.text && left.reasoning == right.reasoning && left.toolNames == right.toolNames
                && left.toolArguments == right.toolArguments && left.finish == right.finish
                && left.prompt == right.prompt
        }

        mutating func add(_ payload: JSON) {
            if let count = payload["usage"]["prompt_tokens"].number
                ?? payload["x_groq"]["usage"]["prompt_tokens"].number
            {
                prompt = count
            }
            let choice = payload["choices"][0]
            if let reason = choice["finish_reason"].text, !reason.isEmpty { finish = reason }
            if let native = choice["native_finish_reason"].text { nativeFinish = native }
            let delta = choice["delta"]
            text += delta["content"].text ?? ""
            for part in delta["content"].elements {
                text += part["text"].text ?? ""
                reasoning += part["thinking"].elements.compactMap { $0["text"].text }.joined()
            }
            let thought = delta["reasoning"].text ?? ""
            reasoning += thought.isEmpty ? delta["reasoning_content"].text ?? "" : thought
            for call in delta["tool_calls"].elements { add(call: call) }
        }

        private mutating func add(call: JSON) {
            let key = call["index"].number.map(String.init) ?? call["id"].text ?? ""
            if !toolKeys.contains(key) {
                toolKeys.append(key)
                toolNames.append(call["function"]["name"].text ?? "")
                toolArguments.append("")
            }
            let slot = toolKeys.firstIndex(of: key) ?? 0
            toolArguments[slot] += call["function"]["arguments"].text ?? ""
        }
    }

    static let recordings: [Recording] = {
        guard let root = ProcessInfo.processInfo.environment["MARTLET_RECORDED"] else { return [] }
        var found: [Recording] = []
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        for file in files.sorted() where file.hasSuffix(".chunks.txt") || file.hasSuffix(".yaml") {
            guard let text = try? String(contentsOfFile: root + "/" + file, encoding: .utf8) else { continue }
            guard text.contains("chat.completion.chunk") else { continue }
            for (index, payloads) in streams(in: text, isBare: file.hasSuffix(".txt")).enumerated() {
                found.append(Recording(name: "\(file)#\(index)", payloads: payloads))
            }
        }
        return found
    }()

    /// The payloads of each stream in a recording: bare lines, or the data lines of a literal block.
    private static func streams(in text: String, isBare: Bool) -> [[String]] {
        var streams: [[String]] = [[]]
        for line in text.components(separatedBy: "\n") {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if isBare, trimmed.hasPrefix("{") {
                // Some files hold the streams of several steps, one behind the other.
                if let last = streams.last?.last, last.contains("\"finish_reason\":\""),
                    isNewStream(trimmed, after: last)
                {
                    streams.append([])
                }
                streams[streams.count - 1].append(trimmed)
            } else if trimmed.hasPrefix("data: {"), trimmed.hasSuffix("}") {
                streams[streams.count - 1].append(String(trimmed.dropFirst(6)))
            } else if trimmed.hasPrefix("string: ") {
                streams.append([])
            }
        }
        return streams.filter { $0.contains { $0.contains("chat.completion.chunk") } }
    }

    private static func isNewStream(_ payload: String, after last: String) -> Bool {
        guard let id = try? JSON(payload)["id"].text, let before = try? JSON(last)["id"].text else { return false }
        return !id.isEmpty && !before.isEmpty && id != before
    }

    @Test(arguments: recordings)
    func accumulatesTheSame(recording: Recording) throws {
        var relay = Relay()
        var expected = Reading()
        var actual = Reading()
        for payload in recording.payloads {
            expected.add(try JSON(payload))
            try relay.send(payload)
            if let event = relay.events.last ?? nil { actual.add(try JSON(event)) }
        }
        actual.prompt = relay.state.usage.map { Int64($0.prompt) }
        #expect(relay.state.nativeFinishReason == expected.nativeFinish ?? expected.finish)
        let called = !expected.toolNames.isEmpty
        expected.finish = expected.finish.map {
            $0 == "stop" && called ? "tool_calls" : $0 == "model_length" ? "length" : $0
        }
        #expect(actual == expected)
        #expect(relay.state.hasProduced == !(expected.text + expected.reasoning).isEmpty || called)
    }

    /// The same by way of events, which is how callers of other dialects get it.
    @Test(arguments: recordings)
    func accumulatesTheSameFromEvents(recording: Recording) throws {
        var expected = Reading()
        for payload in recording.payloads { expected.add(try JSON(payload)) }
        let events = try chatEvents(recording.payloads)
        let answer = CompletionAnswer(events)
        var actual = Reading()
        for payload in chatChunks(events) { actual.add(try JSON(payload)) }
        actual.prompt = answer.usage.map { Int64($0.prompt) }
        actual.finish = answer.choices.first?.finishReason.map { "\($0.wireName)" }
        #expect(answer.choices.first?.nativeFinishReason == expected.nativeFinish ?? expected.finish)
        let called = !expected.toolNames.isEmpty
        expected.finish = expected.finish.map {
            $0 == "stop" && called ? "tool_calls" : $0 == "model_length" ? "length" : $0
        }
        #expect(actual == expected)
        let hasFailed = try recording.payloads.contains { try JSON($0)["error"] != .null }
        #expect((answer.error != nil) == hasFailed)
    }

    @Test(.enabled(if: !recordings.isEmpty, "MARTLET_RECORDED names no recordings"))
    func everyHostIsThere() {
        let hosts = Set(Self.recordings.map { $0.name.components(separatedBy: "/").dropLast().joined(separator: "/") })
        #expect(Self.recordings.count >= 30, "\(Self.recordings.count) streams")
        #expect(hosts.count >= 10, "\(hosts)")
    }
}
