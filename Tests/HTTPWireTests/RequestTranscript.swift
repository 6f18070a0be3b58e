import HTTPWire

/// What a server would have read from a connection: one line per head, one line per body, and how it ended. Two
/// deliveries of the same bytes must give the same transcript.
struct RequestTranscript: Equatable {
    struct Request: Equatable {
        var start: String
        var fields: [String]
        var framing: MessageFraming
        var keepsAlive: Bool
        var expectsContinue: Bool
        var body: [UInt8] = []
        var isComplete = false
    }

    var requests: [Request] = []
    var error: WireError?
    /// Bytes given when the error was thrown.
    var errorOffset: Int?

    /// Delivers `bytes` in pieces that end at `cuts` (ascending) and at the end.
    init(_ bytes: [UInt8], cuts: [Int] = [], limits: WireLimits = .standard) {
        var reader = Reader(limits: limits)
        var start = 0
        for cut in cuts + [bytes.count] {
            do throws(WireError) {
                try reader.receive(Array(bytes[start..<cut]), into: &self)
            } catch {
                self.error = error
                errorOffset = cut
                return
            }
            start = cut
        }
    }

    /// Delivers `bytes` one at a time.
    static func byteByByte(_ bytes: [UInt8], limits: WireLimits = .standard) -> RequestTranscript {
        RequestTranscript(bytes, cuts: Array(stride(from: 1, to: bytes.count, by: 1)), limits: limits)
    }

    /// The loop of a server connection, without the connection.
    private struct Reader {
        let limits: WireLimits
        var parser: RequestHeadParser
        var head = RequestHead()
        var decoder: BodyDecoder?
        var pending: [UInt8] = []

        init(limits: WireLimits) {
            self.limits = limits
            parser = RequestHeadParser(limits: limits)
        }

        mutating func receive(
            _ bytes: [UInt8], into transcript: inout RequestTranscript
        ) throws(WireError) {
            pending += bytes
            while true {
                if decoder == nil {
                    guard let length = try parser.parse(pending, into: &head) else { return }
                    transcript.requests.append(Request(head, pending))
                    decoder = BodyDecoder(framing: head.framing, limits: limits)
                    pending.removeFirst(length)
                }
                let last = transcript.requests.count - 1
                switch try decoder!.next(pending) {
                case .data(let range):
                    transcript.requests[last].body += pending[range]
                    pending.removeFirst(range.upperBound)
                case .needMore(let consumed):
                    pending.removeFirst(consumed)
                    return
                case .end(let consumed):
                    pending.removeFirst(consumed)
                    transcript.requests[last].isComplete = true
                    decoder = nil
                    if pending.isEmpty { return }
                }
            }
        }
    }
}

extension RequestTranscript.Request {
    init(_ head: RequestHead, _ bytes: [UInt8]) {
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let query = head.query.map { "?" + text($0) } ?? ""
        start = "\(text(head.methodRange)) \(text(head.path))\(query) 1.\(head.minorVersion)"
        fields = head.fields.map { "\(text($0.name)): \(text($0.value))" }
        framing = head.framing
        keepsAlive = head.keepsAlive
        expectsContinue = head.expectsContinue
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
