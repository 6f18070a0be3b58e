package import Buffers
import CZlib

/// Unpacks a gzip or deflate body as it comes, within bounds.
package final class Inflater {
    package enum Failure: Error {
        case malformed, tooLarge
    }

    private var stream = z_stream()
    private var isAtEnd = false
    private let outputLimit: Int
    private var outputCount = 0
    private var inputCount = 0

    /// - Parameter outputLimit: bytes that the body may unfold to.
    package init(outputLimit: Int) {
        self.outputLimit = outputLimit
        // 15 bits of window, plus 32: the header says whether it is gzip or zlib.
        let status = inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib cannot be set up")
    }

    deinit {
        inflateEnd(&stream)
    }

    /// Whether the packed data is complete: bytes after it would be malformed.
    package var isComplete: Bool { isAtEnd || inputCount == 0 }

    /// Unpacks all of `input` to the end of `output`.
    package func inflate(_ input: UnsafeRawBufferPointer, into output: inout ByteBuffer) throws(Failure) {
        guard !input.isEmpty else { return }
        inputCount += input.count
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress!.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(input.count)
        repeat {
            if isAtEnd {
                guard stream.avail_in > 0 else { return }
                // A further gzip member (RFC 1952, section 2.2).
                guard inflateReset(&stream) == Z_OK else { throw .malformed }
                isAtEnd = false
            }
            let space = output.spare(max(Int(stream.avail_in) * 3, 512))
            stream.next_out = space.baseAddress!.assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(clamping: space.count)
            let room = Int(stream.avail_out)
            let status = CZlib.inflate(&stream, Z_SYNC_FLUSH)
            let produced = room - Int(stream.avail_out)
            output.advance(produced)
            outputCount += produced
            try refuseOversized()
            switch status {
            case Z_STREAM_END: isAtEnd = true
            case Z_OK: break
            case Z_BUF_ERROR: return
            default: throw .malformed
            }
        } while stream.avail_in > 0 || stream.avail_out == 0
    }

    private func refuseOversized() throws(Failure) {
        let bound = max(HTTPClientLimits.inflationFreeBytes, inputCount * HTTPClientLimits.inflationRatio)
        if outputCount > bound || outputCount > outputLimit { throw .tooLarge }
    }
}
