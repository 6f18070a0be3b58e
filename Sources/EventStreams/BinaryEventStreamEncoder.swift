package import Buffers

/// Writes messages of `application/vnd.amazon.eventstream`: what simulated upstreams send. Source: wire spec 9.6.
package enum BinaryEventStreamEncoder {
    /// An event with a JSON payload.
    package static func appendEvent(type: String, payload: Span<UInt8>, to out: inout ByteBuffer) {
        append(
            [(":event-type", type), (":content-type", "application/json"), (":message-type", "event")], payload, &out)
    }

    /// A modelled exception with a JSON payload.
    package static func appendException(type: String, payload: Span<UInt8>, to out: inout ByteBuffer) {
        append(
            [(":exception-type", type), (":content-type", "application/json"), (":message-type", "exception")],
            payload, &out)
    }

    /// An error without a payload.
    package static func appendError(code: String, message: String, to out: inout ByteBuffer) {
        append(
            [(":error-code", code), (":error-message", message), (":message-type", "error")], Span(), &out)
    }

    /// - Precondition: names are shorter than 256 bytes, values than 64 KiB.
    private static func append(
        _ headers: [(name: String, value: String)], _ payload: Span<UInt8>, _ out: inout ByteBuffer
    ) {
        let headerBytes = headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        let start = out.count
        append(UInt32(12 + headerBytes + payload.count + 4), &out)
        append(UInt32(headerBytes), &out)
        append(CyclicRedundancyCheck.value(of: out.span.extracting(start...)), &out)
        for header in headers {
            out.append(UInt8(header.name.utf8.count))
            out.append(text: header.name)
            out.append(7)
            out.append(UInt8(header.value.utf8.count >> 8))
            out.append(UInt8(header.value.utf8.count & 0xFF))
            out.append(text: header.value)
        }
        out.append(payload)
        append(CyclicRedundancyCheck.value(of: out.span.extracting(start...)), &out)
    }

    private static func append(_ number: UInt32, _ out: inout ByteBuffer) {
        for shift in [24, 16, 8, 0] as [UInt32] { out.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
