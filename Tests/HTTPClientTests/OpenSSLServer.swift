import Buffers
import Foundation
import HTTPClient
import HTTPWire
import TestSupport

/// `openssl s_server -www`: a TLS server that is not ours. Each connection carries one answer.
final class OpenSSLServer {
    struct NotListening: Error {}

    let port: UInt16
    private let process = Process()

    init() throws {
        port = UInt16(try LoopbackSocket.unusedPort())
        let pair = TestCertificates.shared.valid
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-cert", pair.certificate, "-key", pair.key, "-www",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<2000 {
            if let probe = try? LoopbackSocket.connect(port: Int(port)) {
                LoopbackSocket.closeSocket(probe)
                return
            }
            usleep(5000)
        }
        throw NotListening()
    }

    func stop() {
        // SIGTERM may be blocked in it: children inherit the mask of the thread that starts them.
        kill(process.processIdentifier, SIGKILL)
    }
}

extension HTTPClient {
    func get(_ origin: Origin) async throws(ClientFailure) -> Answer {
        let exchange = exchange(origin: origin)
        defer { exchange.release() }
        var head = ByteBuffer()
        head.append(text: "GET / HTTP/1.1\r\nHost: \(origin.hostField)\r\n\r\n")
        try await exchange.send(head: head.bytes, body: [], method: .get)
        try await exchange.collect(limit: 1_000_000)
        return exchange.answer
    }
}
