package import Buffers

/// Ways to cut one message into arrivals: an incremental parser must give the same answer for each of them.
package enum Splits {
    /// Every cut into two pieces, the empty ones at both ends included: `bytes.count + 1` of them.
    package static func inTwo(_ bytes: [UInt8]) -> [[[UInt8]]] {
        (0...bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
    }

    /// One cut into pieces of `size` bytes; the last may be shorter.
    package static func pieces(_ bytes: [UInt8], of size: Int) -> [[UInt8]] {
        precondition(size > 0, "a piece holds at least one byte")
        return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    /// Every cut in two, and the message byte by byte: the default of a parser test.
    package static func all(_ bytes: [UInt8]) -> [[[UInt8]]] {
        inTwo(bytes) + [pieces(bytes, of: 1)]
    }

    /// Cuts at random places, for messages too long for `all`.
    package static func random(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(start + Int.random(in: 1...64, using: &generator), bytes.count)
            result.append(Array(bytes[start..<end]))
            start = end
        }
        return result
    }

    /// Appends piece after piece to a buffer and calls `step` after each, as a connection does with what it receives.
    /// `step` consumes what it is done with and is told whether more will come.
    package static func feed<Failure: Error>(
        _ pieces: [[UInt8]], _ step: (_ buffer: inout ByteBuffer, _ atEnd: Bool) throws(Failure) -> Void
    ) throws(Failure) {
        var buffer = ByteBuffer()
        for piece in pieces {
            buffer.append(piece)
            try step(&buffer, false)
        }
        try step(&buffer, true)
    }
}
