package import Buffers
package import Completions
import HTTPWire

extension APIError {
    /// Appends the response headers that go with the error.
    package func appendFields(to fields: inout ByteBuffer) {
        // Clients of OpenAI and Anthropic read it: sent again as it is, the request would fare no better.
        switch status {
        case 400, 401, 402, 403, 404, 413, 422: fields.append("x-should-retry: false\r\n")
        default: break
        }
        if let retryAfter { HTTPEncoding.appendField("Retry-After", decimal: retryAfter, to: &fields) }
        guard let rateLimit else { return }
        HTTPEncoding.appendField("X-RateLimit-Limit", decimal: rateLimit.limit, to: &fields)
        HTTPEncoding.appendField("X-RateLimit-Remaining", decimal: rateLimit.remaining, to: &fields)
        HTTPEncoding.appendField("X-RateLimit-Reset", decimal: Int(rateLimit.resetsAtMs), to: &fields)
    }
}
