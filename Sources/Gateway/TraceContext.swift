import HTTPServer
import HTTPWire

/// The caller's place in a distributed trace (W3C Trace Context): passed on to the upstream as it came.
enum TraceContext {
    private static let length = 55

    /// The `traceparent` value's range in the request head, if it is well-formed.
    static func parent(_ exchange: ServerExchange) -> Range<Int>? {
        guard let range = exchange.first(.traceparent), range.count == length else { return nil }
        let bytes = exchange.headBytes
        for offset in 0..<length {
            let byte = bytes[range.lowerBound + offset]
            if offset == 2 || offset == 35 || offset == 52 {
                if byte != UInt8(ascii: "-") { return nil }
            } else if !(byte >= 48 && byte <= 57 || byte >= 97 && byte <= 102) {
                return nil
            }
        }
        return range
    }

    /// The trace id within a `traceparent` value.
    static func traceID(_ parent: Range<Int>) -> Range<Int> {
        parent.lowerBound + 3..<parent.lowerBound + 35
    }
}
