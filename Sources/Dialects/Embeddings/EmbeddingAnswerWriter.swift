package import Accounting
package import Buffers
package import Completions
import JSONText

/// Writes embeddings for callers: OpenAI's list, with what it cost. Source: openrouter spec 17.3.
package enum EmbeddingAnswerWriter {
    package static func write(
        _ answer: EmbeddingAnswer, stamp: ResponseStamp, usage: TokenUsage, charge: Charge, into out: inout ByteBuffer
    ) {
        out.appendJSON { json in
            json.object { json in
                json.member("object", "list")
                json.member("id", stamp.id)
                json.member("model", stamp.model)
                json.member("provider", stamp.provider)
                json.memberArray("data") { json in
                    for (index, vector) in answer.vectors.enumerated() { write(vector, index, &json) }
                }
                json.memberObject("usage") { write(usage, charge, &$0) }
            }
        }
    }

    private static func write(_ vector: EmbeddingAnswer.Vector, _ index: Int, _ json: inout JSONWriter) {
        json.object { json in
            json.member("object", "embedding")
            json.member("index", index)
            json.key("embedding")
            switch vector {
            case .numbers(let numbers): json.raw(numbers.text.utf8Span.span)
            case .base64(let text): json.string(text)
            }
        }
    }

    private static func write(_ usage: TokenUsage, _ charge: Charge, _ json: inout JSONWriter) {
        json.member("prompt_tokens", usage.prompt)
        json.member("total_tokens", usage.prompt + usage.completion)
        // Only where there is more than one kind of input.
        if usage.imagePrompt | usage.audioPrompt | usage.videoPrompt != 0 {
            json.memberObject("prompt_tokens_details") { json in
                let media = usage.imagePrompt + usage.audioPrompt + usage.videoPrompt
                if usage.prompt > media { json.member("text_tokens", usage.prompt - media) }
                if usage.imagePrompt > 0 { json.member("image_tokens", usage.imagePrompt) }
                if usage.audioPrompt > 0 { json.member("audio_tokens", usage.audioPrompt) }
                if usage.videoPrompt > 0 { json.member("video_tokens", usage.videoPrompt) }
            }
        }
        json.member("cost", nanos: charge.total.nanos)
        json.member("is_byok", charge.direct != nil)
        json.memberObject("cost_details") { json in
            json.directCost(of: charge)
            json.member("upstream_inference_prompt_cost", nanos: charge.inference.prompt.nanos)
            json.member("upstream_inference_completions_cost", nanos: charge.inference.completion.nanos)
        }
    }
}
