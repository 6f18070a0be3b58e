package import Buffers
import Completions
package import JSONText

/// One event of an OpenAI-compatible stream on its way to the caller.
///
/// The output is the stamp's constant head, the choices with their text copied as written, and the members nobody
/// here knows. Usage never travels with content: the caller gets it once, at the end.
package enum ChatChunk {
    private enum Field {
        case choices, usage, xGroq, error, type, object, serviceTier, systemFingerprint, stamped
    }

    private static let keys = KeyTable<Field>([
        ("choices", .choices), ("usage", .usage), ("x_groq", .xGroq), ("error", .error), ("type", .type),
        ("object", .object), ("service_tier", .serviceTier), ("system_fingerprint", .systemFingerprint),
        ("id", .stamped), ("model", .stamped), ("created", .stamped), ("provider", .stamped),
        ("obfuscation", .stamped),
    ])

    /// Reads one event, notes in `state` what outlives it, and appends the caller's event to `out`, framed.
    ///
    /// Nothing is appended for events without choices, for errors, and for empty events after the finish reason.
    /// An event that is not wanted after all (a role without content before the commit) can be cut off `out` again.
    package static func relay(
        _ root: JSONValue, stamp: ResponseStamp, state: inout StreamState, into out: inout ByteBuffer
    ) -> ChunkSummary {
        var summary = ChunkSummary()
        guard root.isObject else {
            summary.hasError = true
            return summary
        }
        var choices: JSONValue?
        var hasOthers = false
        for member in root.members {
            switch keys[member.key] {
            case .choices: choices = member.value
            case .usage: if let usage = ChatUsage.read(member.value) { state.usage = usage }
            case .xGroq:
                if state.usage == nil, let usage = member.value["usage"] { state.usage = ChatUsage.read(usage) }
                if let error = member.value["error"], !error.isNull { summary.hasError = true }
            case .error: if !member.value.isNull { summary.hasError = true }
            case .type: if member.value.equals("error") { summary.hasError = true } else { hasOthers = true }
            case .object: if member.value.equals("error") { summary.hasError = true }
            case .serviceTier:
                if state.serviceTier == nil { state.serviceTier = member.value.string }
                hasOthers = true
            case .systemFingerprint: hasOthers = hasOthers || !member.value.isNull
            case .stamped: break
            case nil: hasOthers = true
            }
        }
        guard !summary.hasError, let choices, choices.isArray, choices.count > 0 else {
            if !summary.hasError, choices == nil { summary.hasError = InBandError(root) != nil }
            return summary
        }
        let start = out.count
        write(choices, stamp: stamp, state: &state, summary: &summary, into: &out)
        if summary.isWritten, !summary.hasError {
            out.append("]")
            if hasOthers { writeOthers(root, into: &out) }
            out.append("}\n\n")
        } else {
            out.truncate(to: start)
            summary.isWritten = false
        }
        return summary
    }

    private static func write(
        _ choices: JSONValue, stamp: ResponseStamp, state: inout StreamState, summary: inout ChunkSummary,
        into out: inout ByteBuffer
    ) {
        let hasEnded = state.finishReason != nil
        var position = 0
        for choice in choices.elements {
            let view = ChoiceView(choice)
            let message = MessageView(view.body)
            let index = view.index?.integer.flatMap { Int(exactly: $0) } ?? position
            let hasOutput = message.hasOutput || view.text.map { !$0.isEmptyString } ?? false
            if view.error != nil { summary.hasError = true }
            if hasOutput {
                summary.hasContent = true
                state.outputChunks += 1
                state.produced.count(message, view.text)
            }
            // Azure sends filter results after the end, and some hosts an empty delta with the usage.
            let isHidden =
                state.hidesReasoning && message.hasReasoning && !message.hasVisibleOutput && view.finishReason == nil
            if isHidden || hasEnded && !hasOutput && view.finishReason == nil { continue }
            if summary.isWritten {
                out.append(",{\"index\":")
                out.append(decimal: index)
                out.append(stamp.kind == .chat ? ",\"delta\":{\"role\":\"assistant\",\"content\":" : ",\"text\":")
            } else if index == 0 {
                out.append(stamp.contentHead)
            } else {
                out.append(stamp.chunkHead)
                out.append(",\"choices\":[{\"index\":")
                out.append(decimal: index)
                out.append(stamp.kind == .chat ? ",\"delta\":{\"role\":\"assistant\",\"content\":" : ",\"text\":")
            }
            summary.isWritten = true
            if stamp.kind == .chat {
                message.write(
                    view.body, text: view.text, choice: index, stamp: stamp, state: &state, into: &out)
            } else {
                (view.text ?? message.content).writeText(into: &out)
            }
            finish(view, choice, index, state: &state, summary: &summary, into: &out)
            position += 1
        }
    }

    private static func finish(
        _ view: ChoiceView, _ choice: JSONValue, _ index: Int, state: inout StreamState,
        summary: inout ChunkSummary, into out: inout ByteBuffer
    ) {
        if let native = view.finishReason {
            var reason = FinishReason(native: native)
            if reason == .stop, state.toolCalls.hasCalls(choice: index) { reason = .toolCalls }
            if reason == .error { summary.hasError = true }
            summary.isFinish = true
            if state.finishReason == nil {
                state.finishReason = reason
                state.nativeFinishReason = (view.nativeFinishReason ?? native).string
            }
            out.append(",\"finish_reason\":\"")
            out.append(reason.wireName)
            out.append("\",\"native_finish_reason\":")
            (view.nativeFinishReason ?? native).copyRaw(into: &out)
            out.append(",\"logprobs\":")
        } else {
            out.append(",\"finish_reason\":null,\"native_finish_reason\":null,\"logprobs\":")
        }
        if let logprobs = view.logprobs { logprobs.copyRaw(into: &out) } else { out.append("null") }
        if view.hasOthers { view.writeOthers(choice, into: &out) }
        out.append("}")
    }

    private static func writeOthers(_ root: JSONValue, into out: inout ByteBuffer) {
        for member in root.members where !member.value.isNull {
            switch keys[member.key] {
            case nil, .serviceTier, .systemFingerprint, .type:
                out.append(",")
                member.copyRaw(into: &out)
            default: break
            }
        }
    }
}
