import Buffers
import HTTPServer
import HTTPWire
import Reactor
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A server on a loop of its own and the blocking sockets that talk to it.
final class ServerFixture: Sendable {
    let group: EventLoopGroup
    let server: HTTPServer
    let budget: MemoryBudget

    init(
        loops: Int = 1, memory: Int = 256 * 1024 * 1024, _ change: (inout ServerConfiguration) -> Void = { _ in },
        handler: any HTTPHandler = EchoHandler()
    ) throws {
        var configuration = ServerConfiguration()
        change(&configuration)
        group = EventLoopGroup(count: loops)
        group.start()
        budget = MemoryBudget(limit: memory)
        server = try HTTPServer(
            group: group, address: SocketAddress(ip: "127.0.0.1", port: 0)!, configuration: configuration,
            budget: budget, handler: { _ in handler })
    }

    var port: Int { Int(server.address.port) }

    func stop() async {
        server.stopListening()
        await server.cut()
        group.shutDown()
    }

    /// Sends the pieces one packet each and reads until the server closes or `limit` bytes came.
    func talk(_ pieces: [[UInt8]], until marker: String? = nil) throws -> String {
        let socket = try LoopbackSocket.connect(port: port)
        defer { close(socket) }
        for piece in pieces where !piece.isEmpty { _ = LoopbackSocket.send(piece, to: socket) }
        return readAll(socket, until: marker)
    }

    func talk(_ text: String, until marker: String? = nil) throws -> String {
        try talk([Array(text.utf8)], until: marker)
    }
}

/// Reads until the end, or until what was read ends with `marker`.
func readAll(_ socket: Int32, until marker: String? = nil) -> String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = recv(socket, &piece, piece.count, 0)
        if count <= 0 { break }
        bytes += piece[..<count]
        if let marker, String(decoding: bytes, as: UTF8.self).hasSuffix(marker) { break }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// Answers with what it was sent: `METHOD path body-length first-bytes`.
final class EchoHandler: HTTPHandler {
    func handle(_ exchange: ServerExchange) async {
        let path = exchange.text(exchange.head.path)
        if path == "/unread" {
            exchange.content.append("unread")
            return exchange.respond(status: 200, contentType: "text/plain")
        }
        do throws(BodyFailure) {
            let body = try await exchange.readBody()
            exchange.content.append(text: "\(exchange.text(exchange.head.methodRange)) \(path) \(body.count) ")
            if path == "/big" || path == "/next" {
                exchange.content.append(text: "sum \(body.bytes.reduce(0) { $0 &+ Int($1) }) ")
            }
            exchange.content.append(UnsafeRawBufferPointer(rebasing: body.bytes.prefix(16)))
        } catch {
            let status: Int
            switch error {
            case .tooLarge: status = 413
            case .outOfMemory: status = 503
            case .timedOut: status = 408
            case .malformed(let error): status = error.status
            case .gone: return
            }
            exchange.content.append(text: "\(error)")
            return exchange.respond(status: status, contentType: "text/plain")
        }
        if path == "/stream" {
            let text = exchange.content.text
            exchange.content.clear()
            exchange.start(status: 200, contentType: "text/event-stream")
            for _ in 0..<3 {
                exchange.content.append(text: text + ";")
                exchange.flush()
            }
            return exchange.finish()
        }
        exchange.respond(status: 200, contentType: "text/plain")
    }

    func refuse(_ exchange: ServerExchange, status: Int, reason: StaticString) {
        exchange.content.append(reason)
        exchange.respond(status: status, contentType: "text/plain")
    }
}

/// Waits for what another thread brings about soon.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<5_000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(1))
    }
    return condition()
}
