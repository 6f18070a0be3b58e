import Accounting
import Buffers
import Completions
import Foundation
import JSONText

@testable import Dialects

/// An answer as a tree that golden files can show: the items of each choice in order, and how it ended.
func described(_ answer: CompletionAnswer) throws -> JSON {
    var tree: [String: JSON] = [:]
    tree["id"] = answer.id.map(JSON.string)
    tree["model"] = answer.model.map(JSON.string)
    tree["tier"] = answer.serviceTier.map(JSON.string)
    if let error = answer.error {
        tree["error"] = .array([
            error.status.map { .integer(Int64($0)) } ?? .null, error.type.map(JSON.string) ?? .null,
            .string(error.message),
        ])
    }
    if let usage = answer.usage { tree["usage"] = described(usage) }
    tree["choices"] = .array(
        try answer.choices.map { choice in
            var members: [String: JSON] = ["items": .array(try choice.items.map(described))]
            members["finish"] = choice.finishReason.map { .string("\($0.wireName)") }
            members["native"] = choice.nativeFinishReason.map(JSON.string)
            if let audio = choice.audio { members["audio"] = .string(audio.data) }
            if !choice.logprobs.isEmpty { members["logprobs"] = .array(try choice.logprobs.map { try JSON($0.text) }) }
            return .object(members)
        })
    return .object(tree)
}

private func described(_ usage: TokenUsage) -> JSON {
    let counts: [(String, Int)] = [
        ("prompt", usage.prompt), ("completion", usage.completion), ("reasoning", usage.reasoning),
        ("cached", usage.cached), ("audioPrompt", usage.audioPrompt), ("imagePrompt", usage.imagePrompt),
        ("cachedAudio", usage.cachedAudio), ("imageCompletion", usage.imageCompletion),
        ("webSearches", usage.webSearches),
    ]
    return .object(
        Dictionary(uniqueKeysWithValues: counts.filter { $0.1 != 0 }.map { ($0.0, .integer(Int64($0.1))) }))
}

/// One item as an object with one member: its kind, and what it holds.
private func described(_ item: MessageItem) throws -> JSON {
    switch item {
    case .text(let text):
        guard !text.citations.isEmpty else { return .object(["text": .string(text.text)]) }
        return .object(["text": .string(text.text), "citations": .array(text.citations.map(described))])
    case .refusal(let text): return .object(["refusal": .string(text)])
    case .reasoning(let item):
        var members: [String: JSON] = ["reasoning": .string(item.text)]
        members["data"] = item.data.map(JSON.string)
        members["signature"] = item.signature.map(JSON.string)
        members["format"] = item.format.map(JSON.string)
        return .object(members)
    case .toolCall(let call):
        var members: [String: JSON] = [
            "call": .string(call.name), "id": .string(call.id), "arguments": .string(call.arguments),
        ]
        members["signature"] = call.signature.map(JSON.string)
        if call.kind == .custom { members["custom"] = .bool(true) }
        return .object(members)
    case .image(let media): return described("image", media)
    case .audio(let media): return described("audio", media)
    case .video(let media): return described("video", media)
    case .file(let media): return described("file", media)
    case .toolResult: return .string("result")
    case .serverTool(let tool): return described(tool)
    case .native(let native): return .object(["native": try JSON(native.json.text)])
    }
}

func described(_ tool: ServerToolItem) -> JSON {
    var members: [String: JSON] = ["tool": .string("\(tool.kind)"), "status": .string("\(tool.status)")]
    if !tool.queries.isEmpty { members["queries"] = .array(tool.queries.map(JSON.string)) }
    if !tool.sources.isEmpty { members["sources"] = .array(tool.sources.map { .string($0.url) }) }
    if !tool.code.isEmpty { members["code"] = .string(tool.code) }
    members["url"] = tool.url.map(JSON.string)
    members["output"] = tool.output.map(JSON.string)
    return .object(members)
}

private func described(_ kind: String, _ media: MediaItem) -> JSON {
    let source: String =
        switch media.source {
        case .url(let url): url
        case .base64(let data): "base64 \(data)"
        case .text(let text): text
        case .fileID(let id): "id \(id)"
        }
    return .object([kind: .string(source), "type": media.mediaType.map(JSON.string) ?? .null])
}

private func described(_ citation: Citation) -> JSON {
    var members: [String: JSON] = [:]
    members["url"] = citation.url.map(JSON.string)
    members["title"] = citation.title.map(JSON.string)
    members["cited"] = citation.text.map(JSON.string)
    members["range"] = citation.range.map { .string("\($0.lowerBound)..<\($0.upperBound)") }
    return .object(members)
}

/// What a reader of one dialect makes of payloads, each the data of one event.
func events(of payloads: [String], _ read: (JSONValue, inout [CompletionEvent]) -> Void) throws -> [CompletionEvent] {
    let scanner = JSONScanner()
    var events: [CompletionEvent] = []
    for payload in payloads { read(try scanner.scan(copying: payload), &events) }
    return events
}

/// A body that a writer made, as a tree.
func tree(_ write: (inout ByteBuffer) throws -> Void) throws -> JSON {
    var out = ByteBuffer()
    try write(&out)
    return try JSON(out.text)
}
