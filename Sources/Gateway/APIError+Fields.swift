package import Buffers
package import Completions
import HTTPWire

extension APIError {
    /// Appends the response headers that go with the error.
    package func appendFields(to fields: inout ByteBuffer) {
        if let retryAfter { HTTPEncoding.appendField("Retry-After", decimal: retryAfter, to: &fields) }
        guard let rateLimit else { return }
        HTTPEncoding.appendField("X-RateLimit-Limit", decimal: rateLimit.limit, to: &fields)
        HTTPEncoding.appendField("X-RateLimit-Remaining", decimal: rateLimit.remaining, to: &fields)
        HTTPEncoding.appendField("X-RateLimit-Reset", decimal: Int(rateLimit.resetsAtMs), to: &fields)
    }
}
