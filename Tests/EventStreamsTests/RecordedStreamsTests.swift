import Buffers
import EventStreams
import Foundation
import JSONText
import Testing

/// Recorded provider traffic, one event's data a line; only where `MARTLET_RECORDED` names the folder.
@Suite struct RecordedStreamsTests {
    static let folder = ProcessInfo.processInfo.environment["MARTLET_RECORDED"]

    @Test(.enabled(if: folder != nil, "MARTLET_RECORDED names no folder of recorded streams"))
    func everyRecordedPayloadIsReadAsJSON() throws {
        let scanner = JSONScanner()
        let files = FileManager.default.enumerator(atPath: Self.folder!)!.compactMap { $0 as? String }
            .filter { $0.hasSuffix(".chunks.txt") }
        #expect(!files.isEmpty)
        var payloadCount = 0
        var brokenCount = 0
        for file in files {
            let text = try String(contentsOfFile: Self.folder! + "/" + file, encoding: .utf8)
            let payloads = text.split(separator: "\n").map(String.init)
            var stream = ByteBuffer()
            for payload in payloads {
                EventStreamEncoder.appendEvent(data: Array(payload.utf8).span, to: &stream)
                if payload.hasPrefix("[DONE]") { continue }
                // A few payloads of hand-made recordings are broken; Foundation says which.
                let isJSON = (try? JSONSerialization.jsonObject(with: Data(payload.utf8))) != nil
                #expect(((try? scanner.scan(copying: payload)) != nil) == isJSON, "\(file): \(payload)")
                if !isJSON { brokenCount += 1 }
            }
            let bytes = Array(stream.bytes)
            let pieces = stride(from: 0, to: bytes.count, by: 777).map { bytes[$0..<min($0 + 777, bytes.count)] }
            #expect(EventStreamTranscript.read(pieces) == payloads.map { .event($0, name: nil) }, "\(file)")
            payloadCount += payloads.count
        }
        #expect(payloadCount > 1000)
        #expect(brokenCount * 100 < payloadCount)
    }
}
