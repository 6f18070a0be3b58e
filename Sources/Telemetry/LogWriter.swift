import Buffers
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The one thread that writes log lines to a descriptor.
///
/// Loggers leave batches of whole lines and go on. A descriptor that takes no more (a full pipe, a stopped terminal)
/// blocks this thread only: what waits is bounded by `TelemetryLimits.queueBytes`, further batches are dropped, counted,
/// and reported in a line once there is room again.
package final class LogWriter: Sendable {
    private struct Queue: ~Copyable {
        var pending = ByteBuffer()
        var droppedLines = 0
        var unreportedLines = 0
        var isStopping = false

        mutating func take() -> Taken {
            defer { unreportedLines = 0 }
            return Taken(
                batch: exchange(&pending, with: ByteBuffer()), droppedLines: unreportedLines, isStopping: isStopping)
        }
    }

    private struct Taken: ~Copyable {
        var batch: ByteBuffer
        let droppedLines: Int
        let isStopping: Bool
    }

    private let queue = Mutex(Queue())
    private let signal = ThreadSignal()
    private let done = ThreadSignal()
    private let descriptor: Int32
    private let format: LogFormat
    private let clock: WallClock
    private let queueBytes: Int

    /// Starts the thread, which lives until `stop`.
    ///
    /// - Parameter descriptor: stays open and is the caller's to close; 2 is standard error.
    package init(
        descriptor: Int32 = 2, format: LogFormat = .json, clock: WallClock = .system,
        queueBytes: Int = TelemetryLimits.queueBytes
    ) {
        self.descriptor = descriptor
        self.format = format
        self.clock = clock
        self.queueBytes = queueBytes
        let me = unsafe Unmanaged.passRetained(self).toOpaque()
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let status = unsafe pthread_create(&thread, nil, { unsafe LogWriter.main($0) }, me)
        precondition(status == 0, "cannot start the log thread")
        #if canImport(Glibc)
            pthread_detach(thread)
        #else
            pthread_detach(thread!)
        #endif
    }

    /// Lines that were dropped since the start.
    package var droppedLines: Int { queue.withLock { $0.droppedLines } }

    /// Takes whole lines, or drops them all if too much waits already. Callable from any thread; never blocks on I/O.
    package func submit(_ batch: Span<UInt8>, lines: Int) {
        let isFirst = queue.withLock { queue in
            if queue.isStopping || queue.pending.count + batch.count > queueBytes {
                queue.droppedLines += lines
                queue.unreportedLines += lines
                return false
            }
            queue.pending.append(batch)
            return queue.pending.count == batch.count
        }
        if isFirst { signal.raise() }
    }

    /// Writes what is left and ends the thread. Lines submitted later are dropped.
    package func stop() {
        let wasStopping = queue.withLock { queue in
            defer { queue.isStopping = true }
            return queue.isStopping
        }
        if wasStopping { return }
        signal.raise()
        done.wait()
    }

    #if canImport(Glibc)
        private static func main(_ me: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
            unsafe Unmanaged<LogWriter>.fromOpaque(me!).takeRetainedValue().run()
            return nil
        }
    #else
        private static func main(_ me: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
            unsafe Unmanaged<LogWriter>.fromOpaque(me).takeRetainedValue().run()
            return nil
        }
    #endif

    private func run() {
        while true {
            var taken = queue.withLock { $0.take() }
            if taken.droppedLines > 0 { report(taken.droppedLines, into: &taken.batch) }
            if !taken.batch.isEmpty {
                unsafe write(taken.batch.bytes)
            } else if taken.isStopping {
                break
            } else {
                signal.wait()
            }
        }
        done.raise()
    }

    private func report(_ lines: Int, into batch: inout ByteBuffer) {
        var timestamp = Timestamp()
        var line = unsafe LogLine(format: format, room: batch.spare(TelemetryLimits.lineBytes))
        line.begin(time: timestamp.bytes(unixMs: clock.unixMs()), level: .warning, event: "log_lines_dropped")
        line.field("lines", lines)
        batch.advance(line.finish())
    }

    /// Writes everything; gives up on a descriptor that is closed or broken, because there is nowhere left to say so.
    private func write(_ bytes: UnsafeRawBufferPointer) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe systemWrite(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                unsafe _ = poll(&ready, 1, 1000)
            } else if errno != EINTR {
                return
            }
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    unsafe write(descriptor, start, count)
}
