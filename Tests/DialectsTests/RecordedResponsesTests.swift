import Accounting
import Completions
import Foundation
import Testing

@testable import Dialects

/// Real streams and answers of Responses hosts, named by `MARTLET_RECORDED`: what we make of the deltas equals what an
/// independent reader finds in the items of the recording, and so does what a caller gets from us.
@Suite struct RecordedResponsesTests {
    struct Recording: CustomTestStringConvertible {
        var name: String
        /// The events of a stream, or one whole answer.
        var payloads: [String]
        var isStream: Bool
        var testDescription: String { name }
    }

    /// What an answer says, by its items alone.
    struct Reading: Equatable {
        var text = ""
        var refusal = ""
        var summaries: [String] = []
        var thoughts: [String] = []
        var sealed: [String] = []
        var calls: [String] = []
        var images = 0
        /// Types of the items that only this dialect knows.
        var others: [String] = []

        init(_ output: [JSON]) {
            for item in output { add(item) }
        }

        private mutating func add(_ item: JSON) {
            switch item["type"].text {
            case "message":
                for part in item["content"].elements {
                    text += part["text"].text ?? ""
                    refusal += part["refusal"].text ?? ""
                }
            case "reasoning":
                summaries += item["summary"].elements.compactMap { $0["text"].text }.filter { !$0.isEmpty }
                thoughts += item["content"].elements.compactMap { $0["text"].text }.filter { !$0.isEmpty }
                if let data = item["encrypted_content"].text { sealed.append(data) }
            case "function_call", "custom_tool_call":
                let input = item["arguments"].text ?? item["input"].text ?? ""
                calls.append([item["call_id"].text ?? "", item["name"].text ?? "", input].joined(separator: "|"))
            case "image_generation_call" where item["result"].text != nil: images += 1
            case "image_generation_call": break
            default: others.append(item["type"].text ?? "")
            }
        }
    }

    static let recordings: [Recording] = {
        guard let root = ProcessInfo.processInfo.environment["MARTLET_RECORDED"] else { return [] }
        var found: [Recording] = []
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        for file in files.sorted() {
            guard let text = try? String(contentsOfFile: root + "/" + file, encoding: .utf8) else { continue }
            if file.hasSuffix(".json") {
                guard let body = try? JSON(text), body["object"].text == "response" else { continue }
                found.append(Recording(name: file, payloads: [text], isStream: false))
            } else if file.hasSuffix(".chunks.txt") || file.hasSuffix(".yaml"), text.contains("response.created") {
                for (index, payloads) in streams(in: text).enumerated() {
                    found.append(Recording(name: "\(file)#\(index)", payloads: payloads, isStream: true))
                }
            }
        }
        return found
    }()

    /// The events of each stream: lines of JSON, bare or behind `data: `.
    private static func streams(in text: String) -> [[String]] {
        var streams: [[String]] = []
        for line in text.components(separatedBy: "\n") {
            var payload = line.trimmingCharacters(in: .whitespaces)
            if payload.hasPrefix("data: ") { payload = String(payload.dropFirst(6)) }
            guard payload.hasPrefix("{"), let type = try? JSON(payload)["type"].text else { continue }
            if type == "response.created" { streams.append([]) }
            if type.hasPrefix("response.") || type == "error", !streams.isEmpty {
                streams[streams.count - 1].append(payload)
            }
        }
        return streams
    }

    /// The last event's response, and the output: its own, or where it has none that of the items before it.
    private func expectation(_ recording: Recording) throws -> (response: JSON, output: [JSON]) {
        guard recording.isStream else {
            let response = try JSON(recording.payloads[0])
            return (response, response["output"].elements)
        }
        var response = JSON.null
        for payload in recording.payloads {
            let event = try JSON(payload)
            let type = event["type"].text ?? ""
            if ["response.completed", "response.incomplete", "response.failed"].contains(type) {
                response = event["response"]
            }
        }
        let output = response["output"].elements
        return (response, output.isEmpty ? try items(recording.payloads) : output)
    }

    /// The whole items that a stream's events bring.
    private func items(_ payloads: [String]) throws -> [JSON] {
        var items: [Int64: JSON] = [:]
        for payload in payloads {
            let event = try JSON(payload)
            guard event["type"].text == "response.output_item.done", let index = event["output_index"].number else {
                continue
            }
            items[index] = event["item"]
        }
        return items.sorted { $0.key < $1.key }.map(\.value)
    }

    private func deltas(_ payloads: [String]) throws -> String {
        try payloads.map { payload in
            let event = try JSON(payload)
            return event["type"].text == "response.output_text.delta" ? event["delta"].text ?? "" : ""
        }.joined()
    }

    private func events(_ recording: Recording) throws -> [CompletionEvent] {
        recording.isStream
            ? try readResponsesStream(recording.payloads) : try readResponsesAnswer(recording.payloads[0])
    }

    @Test(arguments: recordings)
    func meansTheSame(recording: Recording) throws {
        let expected = try expectation(recording)
        let events = try events(recording)
        let answer = CompletionAnswer(events)
        if let error = answer.error {
            #expect(expected.response["status"].text != "completed", "\(error)")
            return
        }
        // What a caller of the same dialect gets has the same items, whole and streamed.
        var reading = Reading(expected.output)
        if recording.isStream {
            // Sealed anew in the last event: as long a list, but other words.
            reading.sealed = Reading(try items(recording.payloads)).sealed
            // Some streams were shortened by hand after they were recorded.
            let said = try deltas(recording.payloads)
            if !said.isEmpty, !reading.text.hasPrefix(said), answer.choices[0].items.count == 1 + reading.others.count {
                reading.text = said
            }
        }
        #expect(Reading(try JSON(responsesAnswer(events))["output"].elements) == reading)
        let lines = responsesLines(events)
        let payloads = lines.filter { $0.hasPrefix("data: {") }.map { String($0.dropFirst(6)) }
        let terminal = try JSON(try #require(payloads.last))
        #expect(Reading(terminal["response"]["output"].elements) == reading)
        #expect(try Reading(items(payloads)) == reading)
        // And the canonical answer says it too.
        let text = answer.choices[0].items.compactMap { if case .text(let item) = $0 { item.text } else { nil } }
        #expect(text.joined() == reading.text)
        let usage = expected.response["usage"]
        #expect(answer.usage.map { Int64($0.prompt) } == usage["input_tokens"].number)
        #expect(answer.usage.map { Int64($0.completion) } == usage["output_tokens"].number)
        #expect(
            answer.usage.map { Int64($0.cached) } ?? 0 == usage["input_tokens_details"]["cached_tokens"].number ?? 0)
        #expect(
            answer.usage.map { Int64($0.reasoning) } ?? 0
                == usage["output_tokens_details"]["reasoning_tokens"].number ?? 0)
        let isIncomplete = expected.response["status"].text == "incomplete"
        let finish = isIncomplete ? "length" : reading.calls.isEmpty ? "stop" : "tool_calls"
        #expect(answer.choices[0].finishReason.map { "\($0.wireName)" } == finish)
    }

    @Test(.enabled(if: !recordings.isEmpty, "MARTLET_RECORDED names no recordings"))
    func manyAreThere() {
        #expect(Self.recordings.count { $0.isStream } >= 30, "\(Self.recordings.count) recordings")
    }
}
