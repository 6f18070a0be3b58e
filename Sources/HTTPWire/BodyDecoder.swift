/// What the next bytes of a body are.
package enum BodyStep: Sendable, Equatable {
    /// Body bytes in the input. Everything up to the range's upper bound is then used up.
    case data(Range<Int>)
    /// There is nothing to hand on until more bytes come; the first `consumed` bytes of the input are used up.
    case needMore(consumed: Int)
    /// The body is complete; the first `consumed` bytes of the input were its last ones, and the rest belongs to the
    /// next message.
    case end(consumed: Int)
}

/// Finds the body bytes in what follows a head (RFC 9112, sections 6 and 7), and where they end.
///
/// The caller drops what a step used up and calls again with the rest. Chunk extensions are read past; trailer fields
/// are checked like any field and dropped.
package struct BodyDecoder {
    private enum Phase {
        case plain, untilClose, chunk, chunkData, trailer, done
    }

    private let limits: WireLimits
    private var phase: Phase
    /// Bytes missing of the body, or of the current chunk.
    private var remaining = 0
    /// Body bytes found so far.
    private var total = 0
    private var line = ChunkLine()
    private var trailer = TrailerScanner()

    package init(framing: MessageFraming, limits: WireLimits = .standard) {
        self.limits = limits
        switch framing {
        case .none: phase = .done
        case .length(let length):
            phase = length > 0 ? .plain : .done
            remaining = length
        case .chunked: phase = .chunk
        case .untilClose: phase = .untilClose
        }
    }

    /// Whether the whole body was seen.
    package var isComplete: Bool { phase == .done }

    /// Looks at `input`: all bytes that were not used up yet.
    ///
    /// - Throws: at the first byte that is wrong where it stands, 413 when the body is larger than `limits.bodyBytes`.
    package mutating func next(_ input: Span<UInt8>) throws(WireError) -> BodyStep {
        var index = 0
        while true {
            switch phase {
            case .done: return .end(consumed: index)
            case .plain:
                try refuseOversized(announcing: remaining)
                return take(from: index, input.count, then: .done)
            case .untilClose: return try takeAll(input.count)
            case .chunkData: return take(from: index, input.count, then: .chunk)
            case .chunk:
                guard try readChunkLine(input, &index) else { return .needMore(consumed: index) }
            case .trailer:
                guard try trailer.read(input, &index, limits) else { return .needMore(consumed: index) }
                phase = .done
            }
        }
    }

    /// Says that the connection ended.
    ///
    /// - Throws: when the body was not complete.
    package mutating func endOfInput() throws(WireError) {
        guard phase == .done || phase == .untilClose else {
            throw WireError(400, "The connection ended in the middle of a body.")
        }
        phase = .done
    }

    private mutating func take(from index: Int, _ count: Int, then next: Phase) -> BodyStep {
        let length = min(remaining, count - index)
        if length == 0 { return .needMore(consumed: index) }
        remaining -= length
        total += length
        if remaining == 0 { phase = next }
        return .data(index..<index + length)
    }

    private mutating func takeAll(_ count: Int) throws(WireError) -> BodyStep {
        if count == 0 { return .needMore(consumed: 0) }
        try refuseOversized(announcing: count)
        total += count
        return .data(0..<count)
    }

    /// Reads the end of the last chunk's data and the next chunk-size line; false when bytes are missing.
    private mutating func readChunkLine(_ input: Span<UInt8>, _ index: inout Int) throws(WireError) -> Bool {
        guard try line.read(input, &index, limits) else { return false }
        remaining = line.size
        line.startNext()
        if remaining == 0 {
            phase = .trailer
        } else {
            try refuseOversized(announcing: remaining)
            phase = .chunkData
        }
        return true
    }

    private func refuseOversized(announcing count: Int) throws(WireError) {
        guard count <= limits.bodyBytes - total else { throw WireError(413, "The body is too large.") }
    }
}
