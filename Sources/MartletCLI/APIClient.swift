import Buffers
import HTTPClient
import HTTPWire
import MartletServer
import Reactor
import TransportSecurity

/// Asks a running server. Confined to its loop.
final class APIClient {
    private let options: ServerOptions
    private let client: HTTPClient
    private let origin: Origin
    let loop: EventLoop

    init(_ loop: EventLoop, _ options: ServerOptions, _ environment: [String: String]) throws(CallFailure) {
        self.options = options
        self.loop = loop
        client = HTTPClient(loop: loop, configuration: try Self.configuration(options.address.isSecure, environment))
        origin = Origin(
            isSecure: options.address.isSecure, host: options.address.host, port: UInt16(options.address.port))
    }

    /// What reaching out needs: TLS with verification, the proxies of the environment.
    static func configuration(
        _ needsTLS: Bool, _ environment: [String: String]
    ) throws(CallFailure) -> HTTPClientConfiguration {
        var configuration = HTTPClientConfiguration()
        do throws(TLSFailure) {
            // How much is held of an answer is for its reader to say; an export or a backup may be of any length.
            configuration.bodyBytes = .max
            if needsTLS { configuration.tls = try TLSContext(.client(authoritiesFile: environment["SSL_CERT_FILE"])) }
        } catch {
            throw CallFailure(error.reason)
        }
        do throws(ProxySettings.Problem) {
            configuration.proxies = try ProxySettings { environment[$0] }
        } catch {
            throw CallFailure(error.description)
        }
        return configuration
    }

    func exchange() -> ClientExchange { client.exchange(origin: origin) }

    /// Ends the connections; call it when done.
    func shutDown() { client.shutDown() }

    /// Gets a whole JSON answer.
    func get(_ path: String) async throws(CallFailure) -> [UInt8] { try await request(.get, path) }

    /// Sends a request, with JSON in it or nothing, and returns the whole of a successful answer.
    func request(_ method: HTTPMethod, _ path: String, body: [UInt8] = []) async throws(CallFailure) -> [UInt8] {
        let exchange = exchange()
        defer { exchange.release() }
        let limits = ExchangeDeadlines(
            mode: .plain, connectMs: CLILimits.connectMs, totalMs: CLILimits.shortRequestMs)
        try await send(method, path, body: body, on: exchange, limits)
        return try await wholeBody(of: exchange)
    }

    /// Sends a request whose answer may be of any length, and hands its pieces on as they come.
    ///
    /// - Throws: also when the answer broke off; what was handed on is then a part.
    func download(
        _ method: HTTPMethod, _ path: String, _ take: (UnsafeRawBufferPointer) throws(CallFailure) -> Void
    ) async throws(CallFailure) {
        let exchange = exchange()
        defer { exchange.release() }
        let limits = ExchangeDeadlines(mode: .plain, connectMs: CLILimits.connectMs, idleMs: CLILimits.downloadIdleMs)
        try await send(method, path, body: [], on: exchange, limits)
        while true {
            do throws(ClientFailure) {
                if try await !exchange.more() { break }
            } catch {
                throw failure(error)
            }
            try take(exchange.body.bytes)
            exchange.body.clear()
        }
        if !exchange.body.isEmpty { try take(exchange.body.bytes) }
    }

    /// Sends a chat completion and returns once the head of a successful answer is there.
    func postChat(_ body: [UInt8], on exchange: ClientExchange) async throws(CallFailure) {
        let limits = ExchangeDeadlines(mode: .plain, connectMs: CLILimits.connectMs)
        try await send(.post, "/chat/completions", body: body, on: exchange, limits)
    }

    /// Reads an answer to its end.
    func wholeBody(of exchange: ClientExchange) async throws(CallFailure) -> [UInt8] {
        do throws(ClientFailure) {
            try await exchange.collect(limit: CLILimits.answerBytes)
        } catch {
            throw failure(error)
        }
        return Array(exchange.body.bytes)
    }

    private func send(
        _ method: HTTPMethod, _ path: String, body: [UInt8], on exchange: ClientExchange, _ limits: ExchangeDeadlines
    ) async throws(CallFailure) {
        let head = self.head(method, path, bodyCount: body.count)
        // The memory of both must stay in place until the request is sent.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: body.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: body)
        do throws(ClientFailure) {
            try await exchange.send(
                head: head.bytes, body: body.isEmpty ? [] : [UnsafeRawBufferPointer(memory)], method: method,
                deadlines: limits)
        } catch {
            throw failure(error)
        }
        if (200...299).contains(exchange.head.status) { return }
        let answer = try await wholeBody(of: exchange)
        throw CallFailure(
            TerminalText.line(
                ServerError.sentence(
                    status: exchange.head.status, body: answer.span, key: options.keyVariable)))
    }

    private func head(_ method: HTTPMethod, _ path: String, bodyCount: Int) -> ByteBuffer {
        var head = ByteBuffer()
        HTTPEncoding.appendRequestLine(
            method.name, Array((options.address.path + path).utf8).span, to: &head)
        HTTPEncoding.appendField("host", origin.hostField, to: &head)
        HTTPEncoding.appendField("user-agent", "martlet/\(MartletVersion.current)", to: &head)
        HTTPEncoding.appendField("accept", "application/json, text/event-stream", to: &head)
        HTTPEncoding.appendField("accept-encoding", "identity", to: &head)
        if let key = options.key { HTTPEncoding.appendField("authorization", "Bearer \(key)", to: &head) }
        if method != .get {
            HTTPEncoding.appendField("content-type", "application/json", to: &head)
            HTTPEncoding.appendField("content-length", decimal: bodyCount, to: &head)
        }
        head.append("\r\n")
        return head
    }

    func failure(_ failure: ClientFailure) -> CallFailure {
        switch failure.kind {
        case .connection, .connectTimeout:
            CallFailure("Nothing answers: is martlet serve running at \(origin)? (\(failure.reason))")
        case .cancelled: CallFailure("Cancelled.")
        case .resolution, .proxy, .tls, .send, .firstByteTimeout, .idleTimeout, .totalTimeout, .malformed, .truncated,
            .tooLarge, .overloaded:
            CallFailure(failure.reason)
        }
    }
}
