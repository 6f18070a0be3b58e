package import Buffers
import CAres
import CUV

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A TCP connection of a loop. Confined to its loop.
///
/// Reading goes to the handler as it comes. Writing: append to `out` and call `setNeedsFlush`; all of a turn's bytes
/// leave in one call at its end. Bytes which the kernel does not take stay here and count as `backlog`.
/// Reading stays on for the connection's whole life, because that is how a disconnect is noticed on every system.
package final class TCPStream: HandleOwner, @unchecked Sendable {
    package unowned(unsafe) let loop: EventLoop
    /// Who is told; a strong reference, dropped when the stream closes.
    package var handler: (any StreamHandler)?
    /// Set before the first byte to put TLS in between.
    package var security: (any StreamSecurity)?
    /// Plain bytes to send.
    package var out = ByteBuffer()
    /// Bytes as they go to the socket, where `security` makes them differ from `out`.
    package var wire = ByteBuffer()
    /// What one read takes at most, unless it goes to the handler's own space.
    package var readBytes = ReactorLimits.readBufferBytes
    /// Whether `readSpace` of the handler is asked before each read.
    package var asksForSpace = false

    /// Makes `drained` be called once more, when nothing is left to send.
    package var reportsEmpty = false

    /// Makes `drained` be called once more, when no more than the low-water mark is left to send.
    package var reportsDrain = false

    /// What the kernel did not take at once; libuv reads it until the write callback.
    private var inflight = ByteBuffer()
    private var request: UnsafeMutablePointer<uv_write_t>?
    private var isDirty = false
    private var isCongested = false
    private var isReading = false
    private var hasEnded = false
    private var closesWhenFlushed = false
    /// The vectored send that waits for its write callback.
    private var vectorWaiter: Waiter?
    private var vectorStatus: Int32 = 0

    package init(loop: EventLoop) {
        self.loop = loop
        super.init()
        let memory = UnsafeMutablePointer<uv_tcp_t>.allocate(capacity: 1)
        uv_tcp_init(loop.uv, memory)
        own(memory)
    }

    var tcp: UnsafeMutablePointer<uv_tcp_t> {
        UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_tcp_t.self)
    }

    private var stream: UnsafeMutablePointer<uv_stream_t> {
        UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_stream_t.self)
    }

    private static func from(_ raw: UnsafeMutableRawPointer) -> TCPStream {
        let handle = raw.assumingMemoryBound(to: uv_handle_t.self)
        return Unmanaged<TCPStream>.fromOpaque(handle.pointee.data).takeUnretainedValue()
    }

    // MARK: Reading

    package func startReading() {
        if isClosed || isReading || hasEnded { return }
        isReading = true
        uv_read_start(
            stream,
            { handle, _, buffer in
                let stream = TCPStream.from(handle!)
                var space = UnsafeMutableRawBufferPointer(rebasing: stream.loop.readBuffer[..<stream.readBytes])
                if stream.asksForSpace, let own = stream.handler?.readSpace(), own.count > 0 { space = own }
                buffer!.pointee = uv_buf_init(
                    space.baseAddress!.assumingMemoryBound(to: CChar.self), UInt32(clamping: space.count))
            },
            { handle, count, buffer in
                if count == 0 { return }
                let stream = TCPStream.from(handle!)
                if stream.isClosed { return }
                if count < 0 {
                    stream.endOfInput(StreamError(code: Int32(count)))
                } else {
                    stream.input(UnsafeRawBufferPointer(start: buffer!.pointee.base, count: count))
                }
            })
    }

    /// Stops reading: the peer's further bytes wait in the kernel. A disconnect is then noticed only by writing.
    package func pauseReading() {
        if isClosed || !isReading { return }
        isReading = false
        uv_read_stop(stream)
    }

    private func input(_ bytes: UnsafeRawBufferPointer) {
        if let security { security.received(bytes, on: self) } else { handler?.received(bytes) }
    }

    private func endOfInput(_ reason: StreamError) {
        hasEnded = true
        isReading = false
        if let security { security.ended(reason, on: self) } else { handler?.ended(reason) }
    }

    /// For the security layer: plaintext for the handler.
    package func deliver(_ plaintext: UnsafeRawBufferPointer) {
        handler?.received(plaintext)
    }

    /// For the security layer: the end of the plaintext.
    package func deliverEnd(_ reason: StreamError) {
        handler?.ended(reason)
    }

    // MARK: Writing

    /// Bytes accepted but not yet taken by the kernel.
    package var backlog: Int { out.count + wire.count + inflight.count }

    package var isWriting: Bool { request != nil && isRequestActive }
    private var isRequestActive = false

    /// Sends what was appended at the end of this turn.
    package func setNeedsFlush() {
        if isDirty || isClosed { return }
        isDirty = true
        loop.flushAtEndOfTurn(self)
    }

    /// Sends what was appended now, as far as the kernel takes it.
    package func flush() {
        isDirty = false
        if isClosed { return }
        sealOutput()
        if isRequestActive { return noteCongestion() }
        let status = security == nil ? Self.write(&out, self) : Self.write(&wire, self)
        if status < 0 { return fail(StreamError(code: status)) }
        noteCongestion()
        if closesWhenFlushed, backlog == 0 { close() }
    }

    private func sealOutput() {
        guard let security, !out.isEmpty else { return }
        if security.seal(out.bytes, into: &wire) { out.clear() }
    }

    /// - Returns: 0, or the error of a connection that cannot be written to any more.
    private static func write(_ source: inout ByteBuffer, _ stream: TCPStream) -> Int32 {
        if source.isEmpty { return 0 }
        let bytes = source.bytes
        var buffer = uv_buf_init(
            UnsafeMutablePointer(mutating: bytes.baseAddress!.assumingMemoryBound(to: CChar.self)), UInt32(bytes.count))
        let written = uv_try_write(stream.stream, &buffer, 1)
        if written == bytes.count {
            source.clear()
            if source.capacity > ReactorLimits.keptBufferBytes { source.releaseStorage() }
            return 0
        }
        if written < 0, written != UV_EAGAIN.rawValue { return written }
        if written > 0 { source.consume(Int(written)) }
        swap(&source, &stream.inflight)
        return stream.writeInflight()
    }

    private func writeInflight() -> Int32 {
        let bytes = inflight.bytes
        var buffer = uv_buf_init(
            UnsafeMutablePointer(mutating: bytes.baseAddress!.assumingMemoryBound(to: CChar.self)), UInt32(bytes.count))
        return startRequest(&buffer, 1)
    }

    private func startRequest(_ buffers: UnsafePointer<uv_buf_t>, _ count: Int) -> Int32 {
        if request == nil { request = .allocate(capacity: 1) }
        isRequestActive = true
        let status = uv_write(request!, stream, buffers, UInt32(count)) { request, status in
            TCPStream.from(UnsafeMutableRawPointer(request!.pointee.handle)).requestEnded(status)
        }
        if status < 0 { isRequestActive = false }
        return status
    }

    private func requestEnded(_ status: Int32) {
        isRequestActive = false
        vectorStatus = status
        inflight.clear()
        if inflight.capacity > ReactorLimits.keptBufferBytes { inflight.releaseStorage() }
        let wasVector = vectorWaiter != nil
        vectorWaiter?.resume()
        if isClosed { return }
        if status < 0 { return fail(StreamError(code: status)) }
        // A vectored send has still to take its own bytes out of `out`; it goes on by itself.
        if wasVector, security == nil { return }
        flush()
    }

    private func noteCongestion() {
        if isClosed { return }
        if reportsEmpty, backlog == 0 {
            reportsEmpty = false
            isCongested = false
            handler?.drained()
        } else if reportsDrain, backlog <= ReactorLimits.lowWaterBytes {
            reportsDrain = false
            isCongested = false
            handler?.drained()
        } else if isCongested {
            if backlog <= ReactorLimits.lowWaterBytes {
                isCongested = false
                handler?.drained()
            }
        } else if backlog > ReactorLimits.highWaterBytes {
            isCongested = true
        }
    }

    /// A write failed: the peer is gone. The reading side is told, as for a reset.
    private func fail(_ error: StreamError) {
        out.clear()
        wire.clear()
        if isClosed || hasEnded { return }
        hasEnded = true
        pauseReading()
        handler?.ended(error)
    }

    /// Sends `out` and then `pieces` without copying them where no security layer is in between.
    ///
    /// The memory of `pieces` must stay as it is until this returns.
    /// - Throws: the error that the connection failed with.
    package func send(_ pieces: [UnsafeRawBufferPointer]) async throws(StreamError) {
        if security == nil {
            try await sendPlain(pieces)
        } else {
            try await sendSealed(pieces)
        }
    }

    private func sendPlain(_ pieces: [UnsafeRawBufferPointer]) async throws(StreamError) {
        while isRequestActive, !isClosed { try await nextRequestEnd() }
        var rest = pieces[...]
        var offset = 0
        while true {
            if isClosed { throw .cancelled }
            let (buffers, headBytes) = vector(rest, offset)
            if buffers.isEmpty { return }
            var written = Int(uv_try_write(stream, buffers, UInt32(buffers.count)))
            if written < 0 {
                if written != Int(UV_EAGAIN.rawValue) { throw StreamError(code: Int32(written)) }
                written = 0
            }
            if written == 0 {
                let status = startRequest(buffers, buffers.count)
                if status < 0 { throw StreamError(code: status) }
                try await nextRequestEnd()
                written = buffers.reduce(0) { $0 + Int($1.len) }
            }
            let fromHead = min(written, headBytes)
            if fromHead > 0 { out.consume(fromHead) }
            offset += written - fromHead
            while let first = rest.first, offset >= first.count {
                offset -= first.count
                rest.removeFirst()
            }
        }
    }

    /// The next pieces to write: `out`, then the rest of the pieces from `offset` on.
    private func vector(_ pieces: ArraySlice<UnsafeRawBufferPointer>, _ offset: Int) -> ([uv_buf_t], Int) {
        var buffers: [uv_buf_t] = []
        buffers.reserveCapacity(min(pieces.count + 1, ReactorLimits.vectorPieces))
        func add(_ bytes: UnsafeRawBufferPointer) {
            if bytes.isEmpty { return }
            let base = UnsafeMutablePointer(mutating: bytes.baseAddress!.assumingMemoryBound(to: CChar.self))
            buffers.append(uv_buf_init(base, UInt32(bytes.count)))
        }
        add(out.bytes)
        for (index, piece) in pieces.enumerated() where buffers.count < ReactorLimits.vectorPieces {
            add(index == 0 ? UnsafeRawBufferPointer(rebasing: piece[offset...]) : piece)
        }
        return (buffers, out.count)
    }

    private func nextRequestEnd() async throws(StreamError) {
        let waiter = Waiter()
        vectorWaiter = waiter
        await waiter.wait()
        vectorWaiter = nil
        if vectorStatus < 0 { throw StreamError(code: vectorStatus) }
    }

    private func sendSealed(_ pieces: [UnsafeRawBufferPointer]) async throws(StreamError) {
        sealOutput()
        for piece in pieces {
            var rest = piece
            while !rest.isEmpty {
                if isClosed || hasEnded { throw .cancelled }
                let count = min(rest.count, ReactorLimits.sealedPieceBytes)
                let part = UnsafeRawBufferPointer(rebasing: rest[..<count])
                guard let security, security.seal(part, into: &wire) else { throw .cancelled }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                flush()
                while isRequestActive, backlog > ReactorLimits.highWaterBytes { try await nextRequestEnd() }
            }
        }
        flush()
    }

    /// The other end's address; empty once the connection is closed.
    package var peerAddress: String {
        if isClosed { return "" }
        var address = SocketAddress(storage: sockaddr_storage())
        var length = Int32(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &address.storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { uv_tcp_getpeername(tcp, $0, &length) }
        }
        return status == 0 ? address.host : ""
    }

    // MARK: Ending

    /// Closes at once; unsent bytes are lost.
    package func close() {
        if isClosed { return }
        if let security, !hasEnded, !isRequestActive {
            security.closing(into: &wire)
            _ = Self.write(&wire, self)
        }
        closeHandle()
    }

    /// Closes once everything appended so far was sent.
    package func closeWhenFlushed() {
        if isClosed { return }
        closesWhenFlushed = true
        setNeedsFlush()
    }

    /// Sends the end of our direction once what was appended is out, and keeps reading.
    package func endOutput() {
        flush()
        if isClosed || isRequestActive { return }
        if let security {
            security.closing(into: &wire)
            _ = Self.write(&wire, self)
        }
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        let status = uv_shutdown(request, stream) { request, _ in request!.deallocate() }
        if status < 0 { request.deallocate() }
    }

    /// Closes with a reset, so that the peer cannot mistake the cut for an end. For tests and simulators.
    package func reset() {
        if isClosed { return }
        var linger = linger(l_onoff: 1, l_linger: 0)
        var descriptor: uv_os_fd_t = 0
        uv_fileno(handle, &descriptor)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        closeHandle()
    }

    package override func willClose() {
        vectorStatus = UV_ECANCELED.rawValue
        if !isRequestActive { vectorWaiter?.resume() }
        let handler = self.handler
        self.handler = nil
        if !hasEnded {
            hasEnded = true
            handler?.ended(.cancelled)
        }
    }

    package override func didClose() {
        security = nil
        request?.deallocate()
        request = nil
    }
}
