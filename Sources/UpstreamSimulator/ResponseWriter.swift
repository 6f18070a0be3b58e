import Buffers
import HTTPWire
import Reactor

/// Sends one response as its scenario wants it framed, cut up and cut off. Confined to its loop.
final class ResponseWriter {
    private let connection: SimulatorConnection
    private let scenario: Scenario
    private let entry: RequestLedger.Entry
    private let framing: Scenario.Framing
    private(set) var isCut = false

    /// Bytes that wait in this process for a slow reader before the next chunk is made.
    private static let backlogBytes = 256 * 1024

    init(_ connection: SimulatorConnection, _ scenario: Scenario, _ entry: RequestLedger.Entry, streams: Bool) {
        self.connection = connection
        self.scenario = scenario
        self.entry = entry
        framing = scenario.framing ?? (streams ? .chunked : .length)
    }

    private var stream: TCPStream { connection.stream }
    private var isOver: Bool { connection.isGone || isCut }
    private var closes: Bool { framing == .close || scenario.closes }

    /// - Parameters:
    ///   - length: of the body, where the framing needs it.
    ///   - fields: further ones, each with its line end.
    func head(contentType: String, length: Int?, fields more: String = "") {
        if let limit = scenario.cutAfterBytes, limit < 0 { return cut() }
        var fields = "content-type: \(scenario.contentType ?? contentType)\r\n" + more
        for header in scenario.headers { fields += "\(header.name): \(header.value)\r\n" }
        switch framing {
        case .chunked: fields += "transfer-encoding: chunked\r\n"
        case .length: fields += "content-length: \(length ?? 0)\r\n"
        case .close: break
        }
        if closes { fields += "connection: close\r\n" }
        HTTPEncoding.appendStatusLine(scenario.status, to: &stream.out)
        stream.out.append(text: fields + "\r\n")
        stream.setNeedsFlush()
        if scenario.cutAfterBytes == 0 { cut() }
    }

    func body(_ text: String) async {
        await body(Array(text.utf8))
    }

    func body(_ bytes: [UInt8]) async {
        if isOver { return }
        var rest = bytes[...]
        if let limit = scenario.cutAfterBytes {
            rest = rest.prefix(max(0, limit - entry.bodyBytesSent))
        }
        while !rest.isEmpty, !isOver {
            let piece = rest.prefix(scenario.pieceBytes ?? rest.count)
            rest = rest.dropFirst(piece.count)
            append(Array(piece))
            entry.bodyBytesSent += piece.count
            if scenario.pieceBytes != nil {
                stream.flush()
                await connection.turn()
            } else {
                stream.setNeedsFlush()
            }
            while stream.backlog > Self.backlogBytes, !isOver { await connection.drain() }
        }
        if let limit = scenario.cutAfterBytes, entry.bodyBytesSent >= limit { cut() }
    }

    private func append(_ bytes: [UInt8]) {
        if framing == .chunked {
            stream.out.append(text: String(bytes.count, radix: 16) + "\r\n")
            stream.out.append(bytes)
            stream.out.append("\r\n")
        } else {
            stream.out.append(bytes)
        }
    }

    /// - Returns: whether the connection can take another request.
    func finish() -> Bool {
        if isOver { return false }
        if framing == .chunked { stream.out.append("0\r\n\r\n") }
        stream.setNeedsFlush()
        if closes { stream.closeWhenFlushed() }
        return !closes
    }

    private func cut() {
        if isOver { return }
        isCut = true
        if scenario.cutsWithReset {
            stream.flush()
            stream.reset()
        } else {
            stream.closeWhenFlushed()
        }
    }
}
