import Buffers
import JSONText

/// The body that `martlet chat` sends.
enum ChatRequest {
    static func body(prompt: String, model: String?, isStream: Bool) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.appendJSON { json in
            json.object { json in
                json.member("model", model)
                json.memberArray("messages") { json in
                    json.object { json in
                        json.member("role", "user")
                        json.member("content", prompt)
                    }
                }
                json.member("stream", isStream)
            }
        }
        return Array(buffer.bytes)
    }
}
