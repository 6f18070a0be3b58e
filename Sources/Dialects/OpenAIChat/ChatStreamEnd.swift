package import Accounting
package import Buffers
package import Completions
import JSONText

/// The events of a stream that do not come from the upstream: its end, its failure, and signs of life.
package enum ChatStreamEnd {
    /// A comment line that keeps a waiting connection alive.
    package static let comment: StaticString = ": OPENROUTER PROCESSING\n\n"
    /// The event that ends a complete stream.
    package static let done: StaticString = "data: [DONE]\n\n"

    /// A finish chunk for a stream that ended properly without one.
    package static func writeFinish(
        _ reason: FinishReason, stamp: ResponseStamp, into out: inout ByteBuffer
    ) {
        writeEmptyChoice(stamp, into: &out)
        out.append(",\"finish_reason\":\"")
        out.append(reason.wireName)
        out.append("\",\"native_finish_reason\":null,\"logprobs\":null}]}\n\n")
    }

    /// A chunk of no choices with what a provider was sent, as JSON of one line. Source: spec 3, `debug.echo_upstream_body`.
    package static func writeEcho(_ body: Span<UInt8>, stamp: ResponseStamp, into out: inout ByteBuffer) {
        stamp.writeEventHead(into: &out)
        switch stamp.kind {
        case .chat: out.append(",\"object\":\"chat.completion.chunk\"")
        case .text: out.append(",\"object\":\"text_completion\"")
        }
        out.append(",\"choices\":[],\"debug\":{\"echo_upstream_body\":")
        out.append(body)
        out.append("}}\n\n")
    }

    /// The usage chunk: one choice that says nothing, because clients index it.
    package static func writeUsage(
        _ usage: TokenUsage, charge: Charge, stamp: ResponseStamp, metadata: RawJSON? = nil,
        into out: inout ByteBuffer
    ) {
        writeEmptyChoice(stamp, into: &out)
        out.append(",\"finish_reason\":null,\"native_finish_reason\":null,\"logprobs\":null}],\"usage\":")
        UsageWriter.write(usage, charge: charge, into: &out)
        if let metadata {
            out.append(",\"openrouter_metadata\":")
            out.append(text: metadata.text)
        }
        out.append("}\n\n")
    }

    /// The one chunk a broken stream ends with; neither usage nor `[DONE]` follows.
    package static func writeError(
        _ error: APIError, stamp: ResponseStamp, into out: inout ByteBuffer
    ) {
        stamp.writeEventHead(into: &out)
        out.append(",\"error\":")
        ErrorEnvelope.writeError(error, generation: nil, into: &out)
        writeEmptyText(stamp, into: &out)
        out.append(",\"finish_reason\":\"error\",\"native_finish_reason\":\"error\",\"logprobs\":null}]}\n\n")
    }

    private static func writeEmptyChoice(_ stamp: ResponseStamp, into out: inout ByteBuffer) {
        stamp.writeEventHead(into: &out)
        writeEmptyText(stamp, into: &out)
    }

    private static func writeEmptyText(_ stamp: ResponseStamp, into out: inout ByteBuffer) {
        stamp.writeFirstChoice(0, into: &out)
        out.append("\"\"")
        if case .chat = stamp.kind { out.append("}") }
    }
}
