import Foundation
import Telemetry

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A pipe that a `LogWriter` writes into.
final class LogPipe: Sendable {
    let writer: LogWriter
    private let readEnd: Int32
    private let writeEnd: Int32

    init(format: LogFormat = .json, clock: WallClock = .fixed, queueBytes: Int = TelemetryLimits.queueBytes) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        (readEnd, writeEnd) = (ends[0], ends[1])
        writer = LogWriter(descriptor: writeEnd, format: format, clock: clock, queueBytes: queueBytes)
    }

    deinit {
        close(readEnd)
    }

    /// Starts to read, ends the writer and returns every line.
    func finish() -> [String] {
        let box = ResultBox()
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [readEnd] in
            box.text = LogPipe.readAll(readEnd)
            done.signal()
        }
        writer.stop()
        close(writeEnd)
        done.wait()
        return box.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    private final class ResultBox: @unchecked Sendable {
        var text = ""
    }

    private static func readAll(_ descriptor: Int32) -> String {
        var result: [UInt8] = []
        var scratch = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &scratch, scratch.count)
            if count <= 0 { break }
            result += scratch[..<count]
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension WallClock {
    static let fixed = WallClock { 1_767_323_045_678 }
}
