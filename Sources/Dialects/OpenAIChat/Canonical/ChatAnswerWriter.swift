package import Accounting
package import Buffers
package import Completions
import JSONText

/// Writes a whole answer in the chat dialect, or as a text completion where the stamp is of one.
/// Source: openrouter spec 3.3, 7.3.
package enum ChatAnswerWriter {
    /// - Parameters:
    ///   - hidesReasoning: the caller asked not to see reasoning.
    ///   - usage: what is charged, reported or estimated.
    package static func write(
        _ answer: CompletionAnswer, stamp: ResponseStamp, hidesReasoning: Bool, usage: TokenUsage, charge: Charge,
        into out: inout ByteBuffer
    ) {
        stamp.writeAnswerHead(into: &out)
        if let tier = answer.serviceTier {
            out.append(",\"service_tier\":")
            out.append(quoted: tier)
        }
        out.append(",\"system_fingerprint\":")
        if let fingerprint = answer.fingerprint { out.append(quoted: fingerprint) } else { out.append("null") }
        out.append(",\"choices\":[")
        for index in answer.choices.indices {
            if index > 0 { out.append(",") }
            write(answer.choices[index], index, stamp, hidesReasoning: hidesReasoning, into: &out)
        }
        out.append("],\"usage\":")
        UsageWriter.write(usage, charge: charge, into: &out)
        out.append("}")
    }

    private static func write(
        _ choice: CompletionAnswer.Choice, _ index: Int, _ stamp: ResponseStamp, hidesReasoning: Bool,
        into out: inout ByteBuffer
    ) {
        let parts = ChoiceParts(choice, hidesReasoning: hidesReasoning)
        out.appendJSON { json in
            json.object { json in
                json.member("index", index)
                json.member("finish_reason", "\((choice.finishReason ?? parts.usualReason).wireName)")
                json.key("native_finish_reason")
                if let native = choice.nativeFinishReason { json.string(native) } else { json.null() }
                json.key("logprobs")
                switch stamp.kind {
                case .text:
                    var logprobs = LegacyLogprobs()
                    logprobs.write(choice.logprobs, of: index, into: &json)
                    json.member("text", parts.text ?? "")
                case .chat:
                    write(choice.logprobs, into: &json)
                    json.memberObject("message") { parts.write(into: &$0) }
                }
            }
        }
    }

    private static func write(_ logprobs: [RawJSON], into json: inout JSONWriter) {
        if logprobs.isEmpty { return json.null() }
        json.object { json in
            json.key("content")
            if logprobs.count == 1 {
                json.raw(logprobs[0])
            } else {
                // Each is an array; without its brackets its entries are part of a longer one.
                let entries = logprobs.map { $0.text.trimmedArray }.filter { !$0.isEmpty }
                json.raw(RawJSON("[\(entries.joined(separator: ","))]"))
            }
            json.memberNull("refusal")
        }
    }
}

/// What a choice says, sorted as a message of this dialect says it.
private struct ChoiceParts {
    var text: String?
    private var refusal: String?
    private var reasoning = ""
    private var details: [(item: ReasoningItem, index: Int, format: String)] = []
    private var calls: [ToolCallItem] = []
    private var citations: [Citation] = []
    private var images: [MediaItem] = []
    private var audio: CompletionAnswer.AudioAnswer?

    init(_ choice: CompletionAnswer.Choice, hidesReasoning: Bool) {
        audio = choice.audio
        var indexes = ReasoningIndexes()
        for item in choice.items {
            switch item {
            case .text(let item):
                text = text.map { $0 + item.text } ?? item.text
                citations += item.citations
            case .refusal(let more): refusal = (refusal ?? "") + more
            case .reasoning(let item):
                if hidesReasoning { break }
                reasoning += item.text
                let (index, format) = indexes.place(of: item, 0)
                // Items of a whole answer are whole: none goes on with the one before.
                indexes.interrupt(0)
                details.append((item, index, format))
            case .toolCall(let call): if call.kind != .server { calls.append(call) }
            case .image(let image): images.append(image)
            case .audio, .video, .file, .toolResult, .serverTool, .native: break
            }
        }
        if hidesReasoning { return }
        for call in calls {
            guard let signature = call.signature else { continue }
            let seal = ReasoningItem(sealing: call.id, signature)
            let (index, format) = indexes.place(of: seal, 0)
            indexes.interrupt(0)
            details.append((seal, index, format))
        }
    }

    /// Why an answer ends that does not say it.
    var usualReason: FinishReason { calls.isEmpty ? .stop : .toolCalls }

    func write(into json: inout JSONWriter) {
        json.member("role", "assistant")
        json.key("content")
        // Clients expect text where there is nothing else.
        if let text = text ?? (calls.isEmpty && refusal == nil ? "" : nil) { json.string(text) } else { json.null() }
        json.key("refusal")
        if let refusal { json.string(refusal) } else { json.null() }
        json.key("reasoning")
        if reasoning.isEmpty { json.null() } else { json.string(reasoning) }
        if !details.isEmpty {
            json.memberArray("reasoning_details") { json in
                for detail in details {
                    detail.item.writeDetail(index: detail.index, format: detail.format, into: &json)
                }
            }
        }
        if !calls.isEmpty {
            json.memberArray("tool_calls") { json in
                for call in calls { call.writeWhole(into: &json) }
            }
        }
        if citations.contains(where: \.isChat) {
            json.memberArray("annotations") { json in
                for citation in citations { citation.writeAnnotation(into: &json) }
            }
        }
        if !images.isEmpty { json.memberArray("images") { ChatRequestWriter.write(images, into: &$0) } }
        guard let audio else { return }
        json.memberObject("audio") { json in
            json.member("id", audio.id)
            json.member("data", audio.data)
            json.member("transcript", audio.transcript)
            json.member("expires_at", audio.expiresAt)
        }
    }
}

extension String {
    /// What stands between the brackets of an array.
    fileprivate var trimmedArray: String {
        let blanks: (UInt8) -> Bool = { $0 <= UInt8(ascii: " ") }
        var bytes = utf8[...]
        while let first = bytes.first, blanks(first) { bytes.removeFirst() }
        while let last = bytes.last, blanks(last) { bytes.removeLast() }
        guard bytes.count >= 2 else { return "" }
        bytes = bytes.dropFirst().dropLast()
        while let first = bytes.first, blanks(first) { bytes.removeFirst() }
        return String(Substring(bytes))
    }
}
