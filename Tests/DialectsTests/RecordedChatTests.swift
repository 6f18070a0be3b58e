import Accounting
import Completions
import Foundation
import Testing

@testable import Dialects

/// Real requests to and plain answers of OpenAI-compatible hosts, JSON files under `MARTLET_RECORDED`.
@Suite struct RecordedChatTests {
    struct Recording: CustomTestStringConvertible {
        var name: String
        var body: String
        var testDescription: String { name }
    }

    static let files: [Recording] = {
        guard let root = ProcessInfo.processInfo.environment["MARTLET_RECORDED"] else { return [] }
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return files.sorted().filter { $0.hasSuffix(".json") }.compactMap { file in
            guard let body = try? String(contentsOfFile: root + "/" + file, encoding: .utf8) else { return nil }
            return Recording(name: file, body: body)
        }
    }()

    static let answers = files.filter { (try? JSON($0.body)["object"].text) == "chat.completion" }
    static let requests = files.filter { file in
        guard let body = try? JSON(file.body) else { return false }
        return !body["messages"].elements.isEmpty && body["object"] == .null
    }

    @Test(arguments: answers)
    func answersSayTheSame(recording: Recording) throws {
        let recorded = try JSON(recording.body)
        let answer = try chatAnswer(recording.body)
        let written = try JSON(chatAnswerBody(answer))
        #expect(written["choices"].elements.count == recorded["choices"].elements.count)
        for (choice, expected) in zip(written["choices"].elements, recorded["choices"].elements) {
            let message = choice["message"]
            #expect(message["content"].text ?? "" == text(of: expected["message"]))
            #expect(message["reasoning"].text ?? "" == reasoning(of: expected["message"]))
            #expect(message["refusal"].text ?? "" == expected["message"]["refusal"].text ?? "")
            #expect(calls(of: message) == calls(of: expected["message"]))
            #expect(
                message["annotations"] == .null || expected["message"]["annotations"] != .null
                    || recorded["citations"] != .null || recorded["search_results"] != .null)
            let reason = expected["finish_reason"].text ?? ""
            let called = !calls(of: expected["message"]).isEmpty
            #expect(
                choice["finish_reason"].text
                    == (reason == "stop" || reason.isEmpty ? called ? "tool_calls" : "stop" : reason))
        }
        #expect(answer.usage.map { Int64($0.prompt) } == recorded["usage"]["prompt_tokens"].number)
    }

    private func text(of message: JSON) -> String {
        message["content"].text ?? message["content"].elements.map { $0["text"].text ?? "" }.joined()
    }

    private func reasoning(of message: JSON) -> String {
        let details = message["reasoning_details"].elements
            .map { $0["text"].text ?? $0["summary"].text ?? "" }.joined()
        if !details.isEmpty { return details }
        if let text = message["reasoning"].text ?? message["reasoning_content"].text { return text }
        return message["content"].elements.flatMap { $0["thinking"].elements }.map { $0["text"].text ?? "" }.joined()
    }

    private func calls(of message: JSON) -> [String] {
        message["tool_calls"].elements.map { call in
            let arguments = call["function"]["arguments"].text ?? ""
            return "\(call["id"]) \(call["function"]["name"]) \(arguments.isEmpty ? "{}" : arguments)"
        }
    }

    /// A request that was read and written is the same request: the same members, but for those that have one
    /// spelling where there were two.
    @Test(arguments: requests)
    func requestsStayTheSame(recording: Recording) throws {
        guard let decoded = try? decode(recording.body) else { return }
        let request = try readChat(recording.body)
        let text = chatBody(request)
        let again = try decode(text)
        #expect(try readChat(text) == request)
        #expect(again.model == decoded.model && again.reasoning == decoded.reasoning)
        #expect(try normal(JSON(recording.body)) == normal(JSON(text)))
    }

    /// The request with one spelling for what has two, and without members that say nothing.
    private func normal(_ body: JSON) -> JSON {
        guard case .object(var members) = body else { return body }
        members = members.filter { $0.value != .null && $0.value != .array([]) }
        if members["stream"] == .bool(false) { members["stream"] = nil }
        if members["n"] == .integer(1) { members["n"] = nil }
        if let limit = members.removeValue(forKey: "max_completion_tokens") { members["max_tokens"] = limit }
        if let stop = members["stop"], stop.text != nil { members["stop"] = .array([stop]) }
        if let effort = members.removeValue(forKey: "reasoning_effort") {
            members["reasoning"] = .object(["effort": effort])
        }
        members["messages"] = .array(body["messages"].elements.map(normal(message:)))
        return .object(members)
    }

    private func normal(message: JSON) -> JSON {
        guard case .object(var members) = message else { return message }
        members = members.filter { $0.value != .null && $0.value != .array([]) }
        if let text = members.removeValue(forKey: "reasoning_content") { members["reasoning"] = text }
        let parts = message["content"].elements.map(normal(part:))
        if parts.count == 1, parts[0] == .object(["type": .string("text"), "text": parts[0]["text"]]) {
            members["content"] = parts[0]["text"]
        } else if !parts.isEmpty {
            members["content"] = .array(parts)
        }
        return .object(members)
    }

    private func normal(part: JSON) -> JSON {
        guard case .object(var members) = part else { return part }
        members = members.filter { $0.value != .null }
        if let marker = members["prompt_cache_breakpoint"], marker["ttl"] == .null {
            members["prompt_cache_breakpoint"] = nil
            members["cache_control"] = .object(["type": .string("ephemeral")])
        }
        return .object(members)
    }
}
