import Foundation
import Synchronization
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A client of the gateway: a blocking socket whose thread collects what comes in, so that tests wait without blocking.
final class Caller: Sendable {
    private let descriptor: Int32
    private let state = Mutex<(bytes: [UInt8], isClosed: Bool)>(([], false))

    init(port: Int) throws {
        descriptor = try LoopbackSocket.connect(port: port)
        Thread.detachNewThread { self.readAll() }
    }

    deinit {
        close(descriptor)
    }

    private func readAll() {
        var scratch = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &scratch, scratch.count, 0)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            state.withLock { $0.bytes += scratch[..<count] }
        }
        state.withLock { $0.isClosed = true }
    }

    func send(_ text: String) {
        _ = LoopbackSocket.send(Array(text.utf8), to: descriptor)
    }

    /// Goes away in the middle of whatever happens.
    func disconnect() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Forgets what was received, for the next answer on the connection.
    func forget() {
        state.withLock { $0.bytes = [] }
    }

    var answer: CallerAnswer { CallerAnswer(state.withLock { $0.bytes }) }

    /// Waits until the answer is as wanted, the server closes, or ten seconds have passed.
    func answer(when isWanted: (CallerAnswer) -> Bool) async -> CallerAnswer {
        let deadline = Date(timeIntervalSinceNow: 10)
        while true {
            let (bytes, isClosed) = state.withLock { $0 }
            let answer = CallerAnswer(bytes)
            if isWanted(answer) || isClosed || Date() > deadline { return answer }
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    /// The whole answer.
    func wholeAnswer() async -> CallerAnswer {
        await answer { $0.isComplete }
    }
}

/// What a caller has received of one answer so far.
struct CallerAnswer: Sendable {
    var status = 0
    var head = ""
    /// The body's chunks; a body with a length is one.
    var chunks: [String] = []
    var isComplete = false
    var isEmpty: Bool { status == 0 }

    var body: String { chunks.joined() }

    /// The data of the events that are whole.
    var events: [String] {
        body.components(separatedBy: "\n\n").dropLast().filter { $0.hasPrefix("data: ") }
            .map { String($0.dropFirst("data: ".count)) }
    }

    /// The text that the events carry.
    var streamedText: String {
        events.compactMap { JSONComparison.value(at: "choices.0.delta.content", in: $0) }
            .map { String($0.dropFirst().dropLast()) }.joined()
    }

    func value(_ path: String) -> String? {
        JSONComparison.value(at: path, in: body)
    }

    func header(_ name: String) -> String? {
        for line in head.components(separatedBy: "\r\n") where line.lowercased().hasPrefix(name + ":") {
            return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return }
        head = String(text[..<end.lowerBound])
        status = Int(head.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0
        let rest = text[end.upperBound...].utf8
        if let length = header("content-length").flatMap({ Int($0) }) {
            isComplete = rest.count >= length
            chunks = [String(rest.prefix(length)) ?? ""]
        } else {
            readChunks(Substring(rest))
        }
    }

    private mutating func readChunks(_ text: Substring) {
        var rest = text.utf8
        while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\r")),
            let size = Int(Substring(rest[..<lineEnd]), radix: 16)
        {
            let start = rest.index(lineEnd, offsetBy: 2, limitedBy: rest.endIndex) ?? rest.endIndex
            if size == 0 {
                isComplete = true
                return
            }
            guard let end = rest.index(start, offsetBy: size + 2, limitedBy: rest.endIndex) else { return }
            chunks.append(String(Substring(rest[start..<rest.index(end, offsetBy: -2)])))
            rest = rest[end...]
        }
    }
}
