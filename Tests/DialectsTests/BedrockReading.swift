import Accounting
import Completions
import JSONText

@testable import Dialects

/// What a caller would make of events, as JSON that fits on one line.
struct BedrockReading {
    static func summary(_ events: [CompletionEvent]) -> JSON {
        let answer = CompletionAnswer(events)
        var members: [String: JSON] = [:]
        let choice = answer.choices.first
        members["items"] = .array((choice?.items ?? []).map { .string(text($0)) })
        if let reason = choice?.finishReason { members["finish"] = .string("\(reason)") }
        if let native = choice?.nativeFinishReason { members["native"] = .string(native) }
        if let tier = answer.serviceTier { members["tier"] = .string(tier) }
        if let error = answer.error {
            members["error"] = .string("\(error.status ?? 0) \(error.type ?? "-") \(error.message)")
        }
        if let usage = answer.usage {
            members["prompt"] = .integer(Int64(usage.prompt))
            members["completion"] = .integer(Int64(usage.completion))
            let parts = [
                ("cached", usage.cached), ("written5m", usage.cacheWrite5m), ("written1h", usage.cacheWrite1h),
                ("reasoning", usage.reasoning),
            ]
            for (name, count) in parts where count > 0 { members[name] = .integer(Int64(count)) }
        }
        return .object(members)
    }

    static func text(_ item: MessageItem) -> String {
        switch item {
        case .text(let text):
            let sources = text.citations.map { " [\($0.title ?? "-") \($0.url ?? "-") \($0.text ?? "-")]" }
            return "text " + text.text + sources.joined()
        case .reasoning(let reasoning):
            let head = "\(reasoning.index ?? -1) \(reasoning.format ?? "-") "
            if reasoning.kind == .encrypted { return "sealed " + head + (reasoning.data ?? "-") }
            return "reasoning " + head + reasoning.text + (reasoning.signature.map { " / " + $0 } ?? "")
        case .toolCall(let call):
            let kind =
                switch call.kind {
                case .function: "call"
                case .custom: "custom"
                case .server: "server"
                }
            return "\(kind) \(call.id) \(call.name) \(call.arguments)"
        case .image(let media):
            guard case .base64(let data) = media.source else { return "image" }
            return "image \(media.mediaType ?? "-") \(data)"
        case .native: return "native"
        case .audio, .video, .file, .toolResult, .serverTool, .refusal: return "\(item)"
        }
    }
}
