import Buffers
import HTTPWire
import Reactor

/// Asks an HTTP proxy for a tunnel (RFC 9110, section 9.3.6). Confined to its loop.
final class ProxyTunnel: StreamHandler {
    enum Status {
        case open
        case refused(Int)
        case broken
    }

    private(set) var status: Status?
    private let waiter: Waiter
    private var received = ByteBuffer()
    private var parser: ResponseHeadParser
    private var head = ResponseHead()

    init(_ waiter: Waiter) {
        self.waiter = waiter
        var limits = WireLimits.standard
        limits.headBytes = HTTPClientLimits.proxyHeadBytes
        parser = ResponseHeadParser(method: .other, limits: limits)
    }

    func request(_ origin: Origin, _ authorization: String?, on stream: TCPStream) {
        stream.out.append(text: "CONNECT \(origin.authority) HTTP/1.1\r\nHost: \(origin.authority)\r\n")
        if let authorization { stream.out.append(text: "Proxy-Authorization: \(authorization)\r\n") }
        stream.out.append("\r\n")
        stream.setNeedsFlush()
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        if status != nil { return finish(.broken) }
        received.append(bytes)
        do throws(WireError) {
            while let length = try parser.parse(received.span, into: &head) {
                received.consume(length)
                if head.isInterim { continue }
                guard (200..<300).contains(head.status) else { return finish(.refused(head.status)) }
                // In TLS the client speaks first: what came behind the head is nobody's.
                return finish(received.isEmpty ? .open : .broken)
            }
        } catch {
            finish(.broken)
        }
    }

    func ended(_ reason: StreamError) {
        finish(.broken)
    }

    private func finish(_ status: Status) {
        self.status = status
        waiter.resume()
    }
}
