import Buffers

/// Writes structured log lines for one thread: each loop has one, and so has each thread that does blocking work.
///
/// Lines collect in the logger's buffer and go to the `LogWriter` in batches, so a request pays neither a lock nor a
/// system call for its line. Below `level` a call costs one comparison. There is no way to log a header or a body.
///
/// Confined to its thread, which is what makes the `@unchecked Sendable` sound.
package final class Logger: @unchecked Sendable {
    /// Lines below it are not written. A reload sets it by a job on the logger's loop.
    package var level: LogLevel
    /// Called with the first line of a batch: arrange for `flush` within `TelemetryLimits.gatherMs`. Without it every line
    /// is handed on at once; with it only warnings and errors are.
    package var scheduleFlush: (() -> Void)?

    private let writer: LogWriter
    private let clock: WallClock
    private let format: LogFormat
    private var timestamp = Timestamp()
    private var buffer = ByteBuffer()
    private var lineCount = 0
    private var isBuilding = false

    package init(_ writer: LogWriter, level: LogLevel = .info, format: LogFormat = .json, clock: WallClock = .system) {
        self.writer = writer
        self.level = level
        self.format = format
        self.clock = clock
    }

    package func isEnabled(_ level: LogLevel) -> Bool { level >= self.level }

    /// Writes one line. `event` names what happened, in lower case without data; data goes into the fields.
    ///
    /// The closure runs only if the level is enabled, and must not log itself.
    package func log(_ level: LogLevel, _ event: StaticString, _ fields: (inout LogLine) -> Void) {
        if level < self.level { return }
        write(level, event, fields)
    }

    /// The same for occasional lines: `logger.log(.warning, "store_slow", ["commit_ms": 312])`.
    package func log(_ level: LogLevel, _ event: StaticString, _ fields: KeyValuePairs<StaticString, LogValue> = [:]) {
        if level < self.level { return }
        write(level, event) { line in
            for (name, value) in fields { line.field(name, value) }
        }
    }

    /// Hands what is buffered to the writer.
    package func flush() {
        if lineCount == 0 { return }
        writer.submit(buffer.span, lines: lineCount)
        buffer.clear()
        lineCount = 0
    }

    private func write(_ level: LogLevel, _ event: StaticString, _ fields: (inout LogLine) -> Void) {
        precondition(!isBuilding, "a log line was started inside another")
        isBuilding = true
        var line = unsafe LogLine(format: format, room: buffer.spare(TelemetryLimits.lineBytes))
        line.begin(time: timestamp.bytes(unixMs: clock.unixMs()), level: level, event: event)
        fields(&line)
        buffer.advance(line.finish())
        isBuilding = false
        lineCount += 1
        if buffer.count >= TelemetryLimits.batchBytes || level >= .warning {
            flush()
        } else if let scheduleFlush {
            if lineCount == 1 { scheduleFlush() }
        } else {
            flush()
        }
    }
}
