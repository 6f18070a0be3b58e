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
        var choices: JSONValue?
        var mayBeError = false
        for member in root.members {
            switch member.name {
            case "choices": choices = member.value
            case "usage": summary.usage = ChatUsage.read(member.value) ?? summary.usage
            case "service_tier": summary.serviceTier = member.value.string
            case "x_groq":
                if summary.usage == nil { summary.usage = member.value["usage"].flatMap(ChatUsage.read) }
                mayBeError = true
            case "error", "detail", "type": mayBeError = true
            case "object": mayBeError = mayBeError || member.value.equals("error")
            default: break
            }
        }
        if let choices, choices.isArray, choices.count > 0 {
            let hasFailed = read(choices, into: &summary)
            summary.hasError = hasFailed || mayBeError && InBandError(root) != nil
        } else {
            summary.hasError = mayBeError && InBandError(root) != nil
            summary.isMalformed = !summary.hasError
        }
        return summary
    }

    /// Returns whether a choice carries an error or ended with one.
    private static func read(_ choices: JSONValue, into summary: inout AnswerSummary) -> Bool {
        var hasFailed = false
        var endsWithTools = false
        for choice in choices.elements {
            let view = ChoiceView(choice)
            let message = MessageView(view.body)
            if message.hasOutput || view.text.map({ !$0.isEmptyString }) ?? false {
                summary.hasOutput = true
                // Counting costs more than all the rest of this: it is for answers without a report that is sure to be
                // believed.
                if !(summary.usage?.isBeyondDoubt ?? false) { summary.produced.count(message, view.text) }
                if message.toolCalls != nil { endsWithTools = true }
            }
            if view.error != nil { hasFailed = true }
            guard let native = view.finishReason else { continue }
            let reason = reason(native, message)
            if reason == .error { hasFailed = true }
            guard summary.finishReason == nil else { continue }
            summary.finishReason = reason
            summary.nativeFinishReason = (view.nativeFinishReason ?? native).string
        }
        // Some hosts leave the reason empty; an answer with output has ended all the same.
        if summary.finishReason == nil, summary.hasOutput { summary.finishReason = endsWithTools ? .toolCalls : .stop }
        return hasFailed
    }

    /// Appends the caller's answer.
    ///
    /// - Parameters:
    ///   - hidesReasoning: the caller asked not to see reasoning.
    ///   - healing: what mends texts that were to be JSON; nil where nobody asked for it.
    ///   - usage: what is charged, reported or estimated.
    package static func write(
        _ root: JSONValue, stamp: ResponseStamp, hidesReasoning: Bool = false, healing: AnswerHealing? = nil,
        usage: TokenUsage, charge: Charge, into out: inout ByteBuffer
    ) {
        stamp.writeAnswerHead(into: &out)
        var choices: JSONValue?
        var hasFingerprint = false
        for member in root.members {
            switch member.name {
            case "choices": choices = member.value
            case "id", "model", "created", "provider", "object", "usage", "x_groq", "error": break
            case "system_fingerprint":
                hasFingerprint = true
                member.copyRaw(after: UInt8(ascii: ","), into: &out)
            default: member.copyRaw(after: UInt8(ascii: ","), into: &out)
            }
        }
        out.append(hasFingerprint ? ",\"choices\":[" : ",\"system_fingerprint\":null,\"choices\":[")
        if let choices {
            var state = StreamState(hidesReasoning: hidesReasoning)
            var position = 0
            for choice in choices.elements {
                if position > 0 { out.append(",") }
                write(choice, position, stamp: stamp, healing, state: &state, into: &out)
                position += 1
            }
        }
        out.append("],\"usage\":")
        UsageWriter.write(usage, charge: charge, into: &out)
        out.append("}")
    }

    private static func write(
        _ choice: JSONValue, _ position: Int, stamp: ResponseStamp, _ healing: AnswerHealing?,
        state: inout StreamState, into out: inout ByteBuffer
    ) {
        let view = ChoiceView(choice)
        let message = MessageView(view.body)
        out.append("{\"index\":")
        out.append(decimal: view.index?.integer ?? Int64(position))
        out.append(",\"finish_reason\":\"")
        let reason = reason(view.finishReason, message)
        out.append(reason.wireName)
        out.append("\",\"native_finish_reason\":")
        if let native = view.nativeFinishReason ?? view.finishReason {
            native.copyRaw(into: &out)
        } else {
            out.append("null")
        }
        out.append(",\"logprobs\":")
        if let logprobs = view.logprobs { logprobs.copyRaw(into: &out) } else { out.append("null") }
        switch stamp.kind {
        case .chat:
            out.append(",\"message\":{\"role\":\"assistant\",\"content\":")
            let mended = healing?.mended(message.content, reason)
            message.writeWhole(view.body, text: mended, choice: position, stamp: stamp, state: &state, into: &out)
        case .text:
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
