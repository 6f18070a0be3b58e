package import Buffers
import JSONText

/// The answer of `/messages/count_tokens`.
package enum AnthropicTokenCount {
    /// - Parameter tokens: how many the prompt has, tools and system included.
    package static func write(_ tokens: Int, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { $0.member("input_tokens", tokens) }
        }
    }
}
