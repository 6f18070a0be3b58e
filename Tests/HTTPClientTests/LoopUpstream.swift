import Buffers
import HTTPClient
import Reactor
import TransportSecurity

/// An upstream on the client's own loop, plain or with TLS, that answers by a function. Confined to its loop.
final class LoopUpstream: @unchecked Sendable {
    struct Request {
        /// Which connection, counted from 0, and which request on it.
        var connection: Int
        var index: Int
        var text: String
    }

    enum Reaction {
        case send([UInt8])
        /// Send and close in order.
        case sendAndClose([UInt8])
        /// Send and end the TCP connection without TLS's goodbye.
        case sendAndCut([UInt8])
        case silence

        static func respond(_ body: String, fields: String = "") -> Reaction {
            .send(Array("HTTP/1.1 200 OK\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
        }
    }

    let port: UInt16
    fileprivate let loop: EventLoop
    fileprivate let tls: TLSContext?
    fileprivate let isProxy: Bool
    fileprivate let workspace = TLSWorkspace()
    fileprivate let answer: (Request) -> Reaction
    private var listener: TCPListener!
    fileprivate(set) var connections: [LoopUpstreamConnection] = []
    /// What the proxy was asked for.
    fileprivate(set) var tunnelRequests: [String] = []

    /// - Parameter isProxy: the first request of a connection is CONNECT; what follows is the upstream itself.
    init(
        _ loop: EventLoop, ip: String = "127.0.0.1", port: UInt16 = 0, tls: TLSContext? = nil, isProxy: Bool = false,
        _ answer: @escaping (Request) -> Reaction
    ) throws {
        self.loop = loop
        self.tls = tls
        self.isProxy = isProxy
        self.answer = answer
        let bound = try ListeningSocket.bind(SocketAddress(ip: ip, port: port)!, count: 1)
        self.port = bound.address.port
        listener = TCPListener(loop: loop) { [self] stream in
            let connection = LoopUpstreamConnection(stream, self, index: connections.count)
            connections.append(connection)
            connection.start()
        }
        try listener.listen(descriptor: bound.descriptors[0])
    }

    var openCount: Int { connections.count { !$0.isOver } }

    /// The origin of this upstream: by default under an address that the test certificates cover.
    var origin: Origin { Origin(isSecure: tls != nil, host: "127.0.0.1", port: port) }
}

final class LoopUpstreamConnection: StreamHandler, @unchecked Sendable {
    let stream: TCPStream
    private let upstream: LoopUpstream
    private let index: Int
    private var requestCount = 0
    private var received: [UInt8] = []
    private var isTunnel: Bool
    private(set) var receivedCount = 0
    private(set) var isOver = false

    init(_ stream: TCPStream, _ upstream: LoopUpstream, index: Int) {
        self.stream = stream
        self.upstream = upstream
        self.index = index
        isTunnel = upstream.isProxy
    }

    func start() {
        stream.handler = self
        if !isTunnel { startTLS() }
        stream.startReading()
    }

    private func startTLS() {
        guard let context = upstream.tls else { return }
        try! TLSConnection(server: context, workspace: upstream.workspace).start(on: stream)
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        received += bytes
        receivedCount += bytes.count
        guard let length = requestLength() else { return }
        let text = String(decoding: received[..<length], as: UTF8.self)
        received.removeFirst(length)
        if isTunnel {
            isTunnel = false
            upstream.tunnelRequests.append(text)
            stream.out.append("HTTP/1.1 200 Connection established\r\n\r\n")
            stream.flush()
            startTLS()
            return
        }
        requestCount += 1
        perform(upstream.answer(.init(connection: index, index: requestCount - 1, text: text)))
    }

    /// The length of the first request, if all of it is here.
    private func requestLength() -> Int? {
        guard let end = received.indices.dropLast(3).first(where: { received[$0...].starts(with: [13, 10, 13, 10]) })
        else { return nil }
        let head = String(decoding: received[..<end], as: UTF8.self).lowercased()
        let field = head.split(separator: "\r\n").first { $0.hasPrefix("content-length: ") }
        let length = end + 4 + (field.flatMap { Int($0.dropFirst(16)) } ?? 0)
        return received.count >= length ? length : nil
    }

    private func perform(_ reaction: LoopUpstream.Reaction) {
        switch reaction {
        case .silence: return
        case .send(let bytes):
            stream.out.append(bytes)
            stream.setNeedsFlush()
        case .sendAndClose(let bytes):
            stream.out.append(bytes)
            stream.closeWhenFlushed()
        case .sendAndCut(let bytes):
            stream.out.append(bytes)
            stream.flush()
            stream.closeHandle()
        }
    }

    func ended(_ reason: StreamError) {
        isOver = true
        stream.close()
    }
}
