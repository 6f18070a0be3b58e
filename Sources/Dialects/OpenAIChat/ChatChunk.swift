package import Buffers
import Completions
package import JSONText

/// One event of an OpenAI-compatible stream on its way to the caller.
///
/// The output is the stamp's constant head, the choices with their text copied as written, and the members nobody
/// here knows. Usage never travels with content: the caller gets it once, at the end.
package enum ChatChunk {
    /// Reads one event, notes in `state` what outlives it, and appends the caller's event to `out`, framed.
    ///
    /// `root` is of a text in one line: members nobody here knows are copied as written.
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
        let start = out.count
        stamp.writeEventHead(into: &out)
        let choices = readMembers(root, state: &state, summary: &summary, into: &out)
        if !summary.hasError, let choices, choices.isArray, choices.count > 0 {
            write(choices, stamp: stamp, state: &state, summary: &summary, into: &out)
        } else if !summary.hasError, choices == nil {
            summary.hasError = InBandError(root) != nil
        }
        if summary.isWritten, !summary.hasError {
            out.append("]}\n\n")
        } else {
            out.truncate(to: start)
            summary.isWritten = false
        }
        return summary
    }

    /// Walks the top level: notes what is ours to note, copies what nobody here knows, and returns the choices.
    private static func readMembers(
        _ root: JSONValue, state: inout StreamState, summary: inout ChunkSummary, into out: inout ByteBuffer
    ) -> JSONValue? {
        var choices: JSONValue?
        for member in root.members {
            switch member.name {
            case "choices": choices = member.value
            case "id", "model", "created", "provider", "obfuscation": break
            case "object": if member.value.equals("error") { summary.hasError = true }
            case "usage":
                if let usage = ChatUsage.read(member.value) {
                    state.note(usage: usage)
                    summary.hasUsage = true
                }
            case "service_tier":
                state.note(tier: member.value)
                copy(member, into: &out)
            case "error": if !member.value.isNull { summary.hasError = true }
            case "type":
                if member.value.equals("error") { summary.hasError = true }
                copy(member, into: &out)
            case "x_groq":
                if state.usage == nil, let usage = member.value["usage"].flatMap(ChatUsage.read) {
                    state.note(usage: usage)
                    summary.hasUsage = true
                }
                if let error = member.value["error"], !error.isNull { summary.hasError = true }
            default: copy(member, into: &out)
            }
        }
        return choices
    }

    private static func copy(_ member: JSONMember, into out: inout ByteBuffer) {
        if !member.value.isNull { member.copyRaw(after: UInt8(ascii: ","), into: &out) }
    }

    private static func write(
        _ choices: JSONValue, stamp: ResponseStamp, state: inout StreamState, summary: inout ChunkSummary,
        into out: inout ByteBuffer
    ) {
        var position = 0
        for choice in choices.elements {
            let view = ChoiceView(choice)
            let message = MessageView(view.body)
            let index = view.index.map { Int(truncatingIfNeeded: $0.integer ?? 0) } ?? position
            position += 1
            state.choices.goesOn(index)
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
            if isHidden || state.choices.haveAllEnded && !hasOutput && view.finishReason == nil { continue }
            if summary.isWritten {
                out.append(",{\"index\":")
                out.append(decimal: index)
                stamp.writeTextKey(into: &out)
            } else {
                stamp.writeFirstChoice(index, into: &out)
            }
            summary.isWritten = true
            switch stamp.kind {
            case .chat:
                message.write(
                    view.body, text: view.text, choice: index, stamp: stamp, state: &state, into: &out)
            case .text: (view.text ?? message.content).writeText(into: &out)
            }
            finish(view, choice, index, state: &state, summary: &summary, into: &out)
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
            state.end(index, hasReport: summary.hasUsage)
            if state.finishReason == nil {
                state.finishReason = reason
                state.nativeFinishReason = (view.nativeFinishReason ?? native).string
            }
            out.append(",\"finish_reason\":\"")
            out.append(reason.wireName)
            out.append("\",\"native_finish_reason\":")
            (view.nativeFinishReason ?? native).copyRaw(into: &out)
            if view.logprobs == nil { out.append(",\"logprobs\":null") }
        } else if view.logprobs == nil {
            out.append(",\"finish_reason\":null,\"native_finish_reason\":null,\"logprobs\":null")
        } else {
            out.append(",\"finish_reason\":null,\"native_finish_reason\":null")
        }
        if let logprobs = view.logprobs {
            out.append(",\"logprobs\":")
            logprobs.copyRaw(into: &out)
        }
        if view.hasOthers { view.writeOthers(choice, into: &out) }
        out.append("}")
    }
}
