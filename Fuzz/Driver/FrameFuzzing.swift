import Buffers
import EventStreams

/// However a binary event stream is cut, the same messages come out and the same fault ends it, and those that a slow
/// reader of the whole stream sees. What our encoder writes comes back as it was.
///
/// Hardly any input has right checksums, so it is also read as headers and payload with checksums put around it.
func fuzzFrames(_ input: [UInt8]) {
    fuzzStream(input)
    let split = Int(input.last ?? 0) % (input.count + 1)
    fuzzStream(naiveFrame(headers: Array(input[..<split]), payload: Array(input[split...])))
    var buffer = ByteBuffer()
    BinaryEventStreamEncoder.appendEvent(type: "chunk", payload: input.span, to: &buffer)
    BinaryEventStreamEncoder.appendException(type: "anException", payload: input.span, to: &buffer)
    let read = decodedFrames(Array(buffer.bytes), cuts: [])
    let expected = [
        FuzzedFrame(kind: .event, type: Array("chunk".utf8), payload: input),
        FuzzedFrame(kind: .exception, type: Array("anException".utf8), payload: input),
    ]
    require(read.frames == expected && read.fault == nil, "encoded: \(read)")
}

struct FuzzedFrame: Equatable {
    var kind: BinaryEventStreamMessage.Kind
    var type: [UInt8]
    var reason: [UInt8]?
    var payload: [UInt8]
}

struct FuzzedFrames: Equatable {
    var frames: [FuzzedFrame] = []
    var fault: BinaryEventStreamError?
}

private func fuzzStream(_ stream: [UInt8]) {
    let whole = decodedFrames(stream, cuts: [])
    var cuts = Cuts(stream)
    for places in [cuts.next(stream.count), cuts.next(stream.count), cuts.many(stream.count)] {
        let pieces = decodedFrames(stream, cuts: places)
        require(pieces == whole, "cut at \(places):\n\(pieces)\nwhole:\n\(whole)")
    }
    let naive = naiveFrames(stream)
    require(naive == whole, "slow reader:\n\(naive)\ndecoder:\n\(whole)")
}

private func decodedFrames(_ stream: [UInt8], cuts: [Int]) -> FuzzedFrames {
    var decoder = BinaryEventStreamDecoder()
    var buffer = ByteBuffer()
    var result = FuzzedFrames()
    var start = 0
    do throws(BinaryEventStreamError) {
        for cut in cuts + [stream.count] {
            buffer.append(Array(stream[start..<cut]))
            start = cut
            try drain(&decoder, &buffer, atEnd: false, into: &result)
        }
        try drain(&decoder, &buffer, atEnd: true, into: &result)
    } catch {
        result.fault = error
    }
    return result
}

private func drain(
    _ decoder: inout BinaryEventStreamDecoder, _ buffer: inout ByteBuffer, atEnd: Bool, into result: inout FuzzedFrames
) throws(BinaryEventStreamError) {
    while case .message(let message) = try decoder.next(buffer, atEnd: atEnd) {
        require(message.consumed > 0 && message.consumed <= buffer.count, "consumed \(message.consumed)")
        result.frames.append(
            FuzzedFrame(
                kind: message.kind, type: Array(buffer.bytes[message.type]),
                reason: message.reason.map { Array(buffer.bytes[$0]) }, payload: Array(buffer.bytes[message.payload])))
        buffer.consume(message.consumed)
    }
}
