import Buffers
import HTTPClient
import HTTPWire
import Reactor
import TestSupport

/// Runs `body` as a task of a fresh loop with a client, shuts both down in order and returns the result.
func withClient<R: Sendable>(
    _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
    _ body: @escaping @Sendable (HTTPClient) async throws -> R
) async throws -> R {
    let group = EventLoopGroup(count: 1)
    group.start()
    let loop = group.loops[0]
    let result: Result<R, any Error> = await withCheckedContinuation { continuation in
        loop.spawn {
            let client = HTTPClient(loop: loop, configuration: configuration)
            let result: Result<R, any Error>
            do {
                result = .success(try await body(client))
            } catch {
                result = .failure(error)
            }
            client.shutDown()
            continuation.resume(returning: result)
        }
    }
    group.shutDown()
    return try result.get()
}

/// What a finished exchange left behind.
struct Answer: Sendable, Equatable {
    var status = 0
    var body = ""
    var wasRetried = false
    var isReused = false
}

extension HTTPClient {
    /// Sends a POST and reads the whole answer.
    func post(
        _ origin: Origin, _ text: String = "{}", target: String = "/v1/x",
        deadlines: ExchangeDeadlines = ExchangeDeadlines()
    ) async throws(ClientFailure) -> Answer {
        let exchange = exchange(origin: origin)
        defer { exchange.release() }
        try await exchange.post(text, target: target, deadlines: deadlines)
        try await exchange.collect(limit: 64 * 1024 * 1024)
        return exchange.answer
    }
}

extension ClientExchange {
    func post(
        _ text: String = "{}", target: String = "/v1/x", deadlines: ExchangeDeadlines = ExchangeDeadlines()
    ) async throws(ClientFailure) {
        var head = ByteBuffer()
        head.append(
            text: "POST \(target) HTTP/1.1\r\nHost: \(origin.hostField)\r\nContent-Length: \(text.utf8.count)\r\n\r\n")
        var body = ByteBuffer()
        body.append(text: text)
        let (headBytes, bodyBytes) = (head.bytes, body.bytes)
        try await send(head: headBytes, body: [bodyBytes], deadlines: deadlines)
        // The buffers must outlive the call.
        head.clear()
        body.clear()
    }

    var answer: Answer {
        Answer(status: head.status, body: body.text, wasRetried: wasRetried, isReused: isReused)
    }
}

extension ScriptedUpstream {
    var origin: Origin { Origin(isSecure: false, host: "127.0.0.1", port: UInt16(port)) }
}

/// The failure that `body` ends with; nil when it succeeds.
func failureOf<R>(_ body: () async throws(ClientFailure) -> R) async -> ClientFailure? {
    do throws(ClientFailure) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// A text of so many bytes; `String(repeating:count:)` takes seconds for millions of them in debug builds.
func filler(_ count: Int) -> String {
    String(decoding: [UInt8](repeating: UInt8(ascii: "x"), count: count), as: UTF8.self)
}
