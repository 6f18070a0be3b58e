package import Accounting
package import Buffers
import Completions
package import JSONText

/// A plain answer of an OpenAI-compatible upstream: judged first, then written for the caller.
package enum ChatAnswer {
    /// Judges an answer without writing anything.
    package static func inspect(_ root: JSONValue) -> AnswerSummary {
        var summary = AnswerSummary()
        guard root.isObject else {
            summary.hasError = InBandError(root) != nil
            summary.isMalformed = !summary.hasError
            return summary
        }
        summary.hasError = InBandError(root) != nil
        summary.usage = root["usage"].flatMap(ChatUsage.read) ?? root["x_groq"]?["usage"].flatMap(ChatUsage.read)
        summary.serviceTier = root["service_tier"]?.string
        guard let choices = root["choices"], choices.isArray, choices.count > 0 else {
            summary.isMalformed = !summary.hasError
            return summary
        }
        for choice in choices.elements {
            let view = ChoiceView(choice)
            let message = MessageView(view.body)
            if message.hasOutput || view.text.map({ !$0.isEmptyString }) ?? false {
                summary.hasOutput = true
                // Counting costs more than all the rest of this: it is for answers without a report.
                if summary.usage == nil { summary.produced.count(message, view.text) }
            }
            guard summary.finishReason == nil, let native = view.finishReason else { continue }
            summary.finishReason = reason(native, message)
            summary.nativeFinishReason = (view.nativeFinishReason ?? native).string
        }
        // Some hosts leave the reason empty; an answer with output has ended all the same.
        if summary.finishReason == nil, summary.hasOutput {
            summary.finishReason = reason(nil, MessageView(choices[0]?["message"]))
        }
        return summary
    }

    /// Appends the caller's answer.
    ///
    /// - Parameters:
    ///   - hidesReasoning: the caller asked not to see reasoning.
    ///   - usage: what is charged, reported or estimated.
    package static func write(
        _ root: JSONValue, stamp: ResponseStamp, hidesReasoning: Bool = false, usage: TokenUsage, charge: Charge,
        into out: inout ByteBuffer
    ) {
        stamp.writeAnswerHead(into: &out)
        out.append(",\"system_fingerprint\":")
        if let fingerprint = root["system_fingerprint"] { fingerprint.copyRaw(into: &out) } else { out.append("null") }
        for member in root.members {
            switch member.name {
            case "choices", "id", "model", "created", "provider", "object", "usage", "x_groq", "system_fingerprint",
                "error":
                break
            default: member.copyRaw(after: UInt8(ascii: ","), into: &out)
            }
        }
        out.append(",\"choices\":[")
        var state = StreamState(hidesReasoning: hidesReasoning)
        var position = 0
        if let choices = root["choices"] {
            for choice in choices.elements {
                if position > 0 { out.append(",") }
                write(choice, position, stamp: stamp, state: &state, into: &out)
                position += 1
            }
        }
        out.append("],\"usage\":")
        UsageWriter.write(usage, charge: charge, into: &out)
        out.append("}")
    }

    private static func write(
        _ choice: JSONValue, _ position: Int, stamp: ResponseStamp, state: inout StreamState,
        into out: inout ByteBuffer
    ) {
        let view = ChoiceView(choice)
        let message = MessageView(view.body)
        out.append("{\"index\":")
        out.append(decimal: view.index?.integer ?? Int64(position))
        out.append(",\"finish_reason\":\"")
        out.append(reason(view.finishReason, message).wireName)
        out.append("\",\"native_finish_reason\":")
        if let native = view.nativeFinishReason ?? view.finishReason {
            native.copyRaw(into: &out)
        } else {
            out.append("null")
        }
        out.append(",\"logprobs\":")
        if let logprobs = view.logprobs { logprobs.copyRaw(into: &out) } else { out.append("null") }
        if stamp.kind == .chat {
            out.append(",\"message\":{\"role\":\"assistant\",\"content\":")
            message.writeWhole(view.body, choice: position, stamp: stamp, state: &state, into: &out)
        } else {
            out.append(",\"text\":")
            (view.text ?? message.content).writeText(into: &out)
        }
        if let error = view.error {
            out.append(",\"error\":")
            error.copyRaw(into: &out)
        }
        if view.hasOthers { view.writeOthers(choice, into: &out) }
        out.append("}")
    }

    private static func reason(_ native: JSONValue?, _ message: MessageView) -> FinishReason {
        let reason = native.map(FinishReason.init(native:)) ?? .stop
        return reason == .stop && message.toolCalls != nil ? .toolCalls : reason
    }
}
