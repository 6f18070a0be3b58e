import Buffers
import Foundation
import Telemetry
import TestSupport
import Testing

@Suite struct LoggerTests {
    private func lines(
        level: LogLevel = .debug, format: LogFormat = .json, _ body: (Logger) -> Void
    ) -> [String] {
        let pipe = LogPipe(format: format)
        body(Logger(pipe.writer, level: level, format: format, clock: .fixed))
        return pipe.finish()
    }

    @Test func writesOneObjectPerLineWithTypedFields() {
        let written = lines { logger in
            logger.log(.info, "request") { line in
                line.field("generation_id", "gen-1")
                line.field("status", 200)
                line.field("stream", true)
                line.field("share", 0.25)
                line.field("not_a_number", Double.nan)
                line.field("cost_usd", decimal: 1_234_500, scale: 9)
                line.field("refund_usd", decimal: -2_500, scale: 3)
                line.field("whole_usd", decimal: 3_000, scale: 3)
                line.field("smallest", Int.min)
                line.field("absent", ifPresent: nil as String?)
                line.field("upstream_id", ifPresent: "req_9")
            }
            logger.log(.warning, "store_slow", ["commit_ms": 312, "why": "disk", "fatal": false])
        }
        #expect(written.count == 2)
        let first = """
            {"time":"2026-01-02T03:04:05.678Z","level":"info","event":"request","generation_id":"gen-1","status":200,\
            "stream":true,"share":0.25,"not_a_number":null,"cost_usd":0.0012345,"refund_usd":-2.5,"whole_usd":3,\
            "smallest":-9223372036854775808,"upstream_id":"req_9"}
            """
        #expect(written.first == first)
        let second = """
            {"time":"2026-01-02T03:04:05.678Z","level":"warning","event":"store_slow","commit_ms":312,"why":"disk",\
            "fatal":false}
            """
        #expect(written.last == second)
    }

    @Test func writesWordsForATerminal() {
        let written = lines(format: .text) { logger in
            logger.log(.error, "bind_failed", ["address": "127.0.0.1:80", "why": "in use", "empty": "", "code": 98])
        }
        #expect(
            written == [
                #"2026-01-02T03:04:05.678Z ERROR bind_failed address=127.0.0.1:80 why="in use" empty="" code=98"#
            ])
    }

    @Test(arguments: LogLevel.allCases)
    func leavesOutWhatIsBelowItsLevel(_ level: LogLevel) {
        let written = lines(level: level) { logger in
            for each in LogLevel.allCases {
                logger.log(each, "event") { line in
                    #expect(each >= level, "a closure below the level must not run")
                    line.field("n", 1)
                }
                #expect(logger.isEnabled(each) == (each >= level))
            }
        }
        #expect(written.count == LogLevel.allCases.filter { $0 >= level }.count)
    }

    @Test func escapedTextIsReadBackByAnotherParser() throws {
        var generator = SeededGenerator(seed: 7)
        var texts = ["", "\"\\\u{8}\t\n\u{C}\r\u{0}\u{1F}\u{7F}\u{80}\u{9F}\u{A0}¢é日本語😀", "12345678\"", "\u{C2}"]
        let alphabet = Array("ab\"\\\n\u{1B}\u{85}é日😀 ").map(String.init)
        for length in 0..<60 {
            texts.append((0..<length).map { _ in alphabet.randomElement(using: &generator)! }.joined())
        }
        let written = lines { logger in
            for text in texts { logger.log(.info, "text") { $0.field("value", text) } }
        }
        #expect(written.count == texts.count)
        for (line, text) in zip(written, texts) {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["value"] as? String == text)
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
        }
    }

    @Test func bytesOfAPeerThatAreNoTextAreRepaired() {
        let written = lines { logger in
            for bytes: [UInt8] in [[0x61, 0xFF, 0x62], Array("req-1".utf8), [0xC2], Array("é".utf8)] {
                logger.log(.info, "x") { $0.field("id", bytes.span) }
            }
        }
        let values = written.map { JSONComparison.value(at: "id", in: $0) }
        #expect(values == ["\"a\u{FFFD}b\"", "\"req-1\"", "\"\u{FFFD}\"", "\"é\""])
    }

    @Test func longValuesAndLinesAreCutAndSayso() throws {
        let written = lines { logger in
            logger.log(.info, "long") { $0.field("value", String(repeating: "é", count: 5000)) }
            logger.log(.info, "endless") { line in
                for _ in 0..<100 { line.field("value", String(repeating: "\u{1}", count: 2000)) }
                line.field("last", 1)
            }
        }
        let value = try #require(JSONComparison.value(at: "value", in: written[0]))
        #expect(value == "\"" + String(repeating: "é", count: TelemetryLimits.valueBytes / 2) + "…\"")
        #expect(written[1].utf8.count < TelemetryLimits.lineBytes)
        #expect(JSONComparison.value(at: "truncated", in: written[1]) == "true")
        #expect(JSONComparison.value(at: "last", in: written[1]) == "1")
    }

    @Test func linesWaitForTheScheduledFlush() {
        let pipe = LogPipe()
        let logger = Logger(pipe.writer, level: .info, clock: .fixed)
        var scheduled = 0
        logger.scheduleFlush = { scheduled += 1 }
        for _ in 0..<3 { logger.log(.info, "quick") }
        #expect(scheduled == 1)
        logger.flush()
        logger.flush()
        logger.log(.info, "next")
        #expect(scheduled == 2)
        logger.log(.error, "urgent")
        logger.log(.info, "lost without a flush")
        #expect(pipe.finish().count == 5)
    }

    @Test func aFullBatchLeavesWithoutWaiting() {
        let pipe = LogPipe()
        let logger = Logger(pipe.writer, level: .info, clock: .fixed)
        logger.scheduleFlush = {}
        for _ in 0..<1000 { logger.log(.info, "many", ["text": "abcdefghijklmnopqrstuvwxyz"]) }
        #expect(pipe.finish().count > 800)
    }

    @Test func aStalledDescriptorDropsLinesAndSaysHowMany() {
        let pipe = LogPipe(queueBytes: 64 * 1024)
        let logger = Logger(pipe.writer, level: .info, clock: .fixed)
        let text = String(repeating: "x", count: 1000)
        let submitted = 2000
        for _ in 0..<submitted { logger.log(.info, "flood") { $0.field("text", text) } }
        #expect(pipe.writer.droppedLines > 0)
        let dropped = pipe.writer.droppedLines
        let written = pipe.finish()
        let reported = written.compactMap { line in
            line.contains("log_lines_dropped") ? JSONComparison.value(at: "lines", in: line).flatMap { Int($0) } : nil
        }
        #expect(reported.reduce(0, +) == dropped)
        #expect(written.count - reported.count == submitted - dropped)
        #expect(written.allSatisfy { JSONComparison.isValid($0) })
    }

    @Test func linesOfManyThreadsStayWhole() {
        let pipe = LogPipe()
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            let logger = Logger(pipe.writer, level: .info, clock: .fixed)
            logger.scheduleFlush = {}
            for index in 0..<500 { logger.log(.info, "work", ["thread": .int(thread), "index": .int(index)]) }
            logger.flush()
        }
        let written = pipe.finish()
        #expect(written.count == 2000)
        #expect(written.allSatisfy { JSONComparison.isValid($0) })
    }

    @Test func aClosedDescriptorDoesNotStopTheThread() {
        let pipe = LogPipe()
        let writer = LogWriter(descriptor: -1)
        Logger(writer).log(.error, "nowhere")
        writer.stop()
        writer.stop()
        #expect(pipe.finish().isEmpty)
    }

    @Test func namesAreReadBack() {
        #expect(LogLevel.allCases.allSatisfy { LogLevel(name: "\($0.name)") == $0 })
        #expect(LogLevel(name: "verbose") == nil)
        #expect(LogFormat(name: "json") == .json)
        #expect(LogFormat(name: "text") == .text)
        #expect(LogFormat(name: "xml") == nil)
    }
}
