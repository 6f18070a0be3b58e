import Buffers
import TestSupport
import TransportSecurity

/// A client and a server joined in memory.
final class EnginePair {
    let client: TLSEngine
    let server: TLSEngine
    private(set) var clientReceived: [UInt8] = []
    private(set) var serverReceived: [UInt8] = []
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 * 1024, alignment: 8)

    static func clientContext() throws -> TLSContext {
        try TLSContext(.client(authoritiesFile: TestCertificates.shared.authority.certificate))
    }

    static func serverContext(_ pair: TestCertificates.Pair = TestCertificates.shared.valid) throws -> TLSContext {
        try TLSContext(.server(certificateFile: pair.certificate, keyFile: pair.key))
    }

    init(
        client: TLSContext, server: TLSContext, host: String = "up.test", sessions: TLSSessionSlot? = nil
    ) throws {
        self.client = try TLSEngine(client: client, host: host, sessions: sessions)
        self.server = try TLSEngine(server: server)
    }

    deinit {
        scratch.deallocate()
    }

    /// Takes what an engine wants to send.
    func take(_ engine: TLSEngine) -> [UInt8] {
        let bytes = Array(engine.pending.bytes)
        engine.pending.clear()
        return bytes
    }

    func toServer(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { raw in
            server.receive(raw, scratch: scratch) {
                serverReceived += Array($0)
                return true
            }
        }
    }

    func toClient(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { raw in
            client.receive(raw, scratch: scratch) {
                clientReceived += Array($0)
                return true
            }
        }
    }

    /// Carries messages back and forth, each cut by `cut`, until neither side has more to say.
    func shakeHands(cut: ([UInt8]) -> [[UInt8]] = { [$0] }) {
        client.start()
        while true {
            let fromClient = take(client)
            for piece in cut(fromClient) { toServer(piece) }
            let fromServer = take(server)
            for piece in cut(fromServer) { toClient(piece) }
            if fromClient.isEmpty, fromServer.isEmpty { return }
        }
    }

    static func sealed(_ text: [UInt8], by engine: TLSEngine) -> [UInt8] {
        var wire = ByteBuffer()
        let isSealed = text.withUnsafeBytes { engine.seal($0, into: &wire) }
        return isSealed ? Array(wire.bytes) : []
    }

    static func goodbye(of engine: TLSEngine) -> [UInt8] {
        var wire = ByteBuffer()
        engine.close(into: &wire)
        return Array(wire.bytes)
    }

    var clientFailure: TLSFailure? {
        if case .failed(let failure) = client.state { failure } else { nil }
    }
}
