package import Buffers
package import Catalog

/// Writes what a provider must be sent around a body: the request's head.
package enum ProviderAdapter {
    /// Appends a complete request head: the endpoint's fixed fields, the accepted content type, the length, the trace,
    /// and the empty line.
    /// - Parameters:
    ///   - key: index into the provider's keys.
    ///   - contentLength: bytes of the body; nil for a request without one.
    ///   - fields: further fields, each with its line end: what `proof(of:path:key:body:unixSeconds:)` or `betaField(_:)`
    ///     made of this request.
    ///   - traceparent: the value of the W3C trace field to pass on.
    package static func appendHead(
        of endpoint: Endpoint, path: UpstreamPath, key: Int = 0, isStream: Bool, contentLength: Int?,
        fields: [UInt8] = [], traceparent: Span<UInt8>? = nil, into out: inout ByteBuffer
    ) {
        out.append(endpoint.head(path, key: key))
        if isStream {
            out.append("Accept: text/event-stream\r\n")
        } else {
            out.append("Accept: application/json\r\n")
        }
        if let contentLength {
            out.append("Content-Length: ")
            out.append(decimal: contentLength)
            out.append("\r\n")
        }
        if !fields.isEmpty { out.append(fields) }
        if let traceparent {
            out.append("traceparent: ")
            out.append(traceparent)
            out.append("\r\n")
        }
        out.append("\r\n")
    }
}
