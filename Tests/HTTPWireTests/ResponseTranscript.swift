import HTTPWire

/// What a client would have read from a connection that delivers these bytes and then ends.
struct ResponseTranscript: Equatable {
    var interim: [Int] = []
    var status = 0
    var fields: [String] = []
    var framing = MessageFraming.none
    var keepsAlive = false
    var body: [UInt8] = []
    var error: WireError?
    var isComplete = false
    /// Bytes behind the response.
    var rest: [UInt8] = []

    init(_ bytes: [UInt8], cuts: [Int] = [], method: HTTPMethod = .get, limits: WireLimits = .standard) {
        var parser = ResponseHeadParser(method: method, limits: limits)
        var head = ResponseHead()
        var decoder: BodyDecoder?
        var start = 0
        do throws(WireError) {
            for cut in cuts + [bytes.count] {
                rest += bytes[start..<cut]
                start = cut
                while decoder == nil, let length = try parser.parse(rest, into: &head) {
                    take(head, length)
                    if !head.isInterim { decoder = BodyDecoder(framing: head.framing, limits: limits) }
                }
                if !isComplete, decoder != nil { try read(&decoder!) }
            }
            if decoder != nil {
                try decoder!.endOfInput()
                isComplete = true
            }
        } catch {
            self.error = error
        }
    }

    static func byteByByte(
        _ bytes: [UInt8], method: HTTPMethod = .get, limits: WireLimits = .standard
    ) -> ResponseTranscript {
        ResponseTranscript(bytes, cuts: Array(stride(from: 1, to: bytes.count, by: 1)), method: method, limits: limits)
    }

    private mutating func take(_ head: ResponseHead, _ length: Int) {
        if head.isInterim {
            interim.append(head.status)
        } else {
            status = head.status
            let bytes = rest
            func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
            fields = head.fields.map { "\(text($0.name)): \(text($0.value))" }
            framing = head.framing
            keepsAlive = head.keepsAlive
        }
        rest.removeFirst(length)
    }

    private mutating func read(_ decoder: inout BodyDecoder) throws(WireError) {
        while true {
            switch try decoder.next(rest) {
            case .data(let range):
                body += rest[range]
                rest.removeFirst(range.upperBound)
            case .needMore(let consumed):
                rest.removeFirst(consumed)
                return
            case .end(let consumed):
                rest.removeFirst(consumed)
                isComplete = true
                return
            }
        }
    }
}
