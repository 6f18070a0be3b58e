import Buffers

/// A request in the form that a proxy for plain http wants it (RFC 9112, section 3.2.2).
enum ProxiedRequest {
    /// Puts the origin before the target, and the proxy's credentials behind the request line.
    static func rewrite(_ request: inout ByteBuffer, _ origin: Origin, _ proxy: ProxySettings.Proxy) {
        let bytes = Array(request.bytes)
        guard let space = bytes.firstIndex(of: UInt8(ascii: " ")),
            let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n"))
        else { return }
        request.clear()
        request.append(Array(bytes[...space]))
        request.append(text: "\(origin)")
        request.append(Array(bytes[(space + 1)...lineEnd]))
        if let authorization = proxy.authorization {
            request.append(text: "Proxy-Authorization: \(authorization)\r\n")
        }
        request.append(Array(bytes[(lineEnd + 1)...]))
    }
}
