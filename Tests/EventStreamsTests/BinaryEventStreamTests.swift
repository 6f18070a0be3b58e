import Buffers
import EventStreams
import Foundation
import Testing

/// Messages of a binary event stream, written by another implementation, in whatever pieces they come.
@Suite struct BinaryEventStreamTests {
    struct Entry: Equatable, CustomStringConvertible {
        var kind: BinaryEventStreamMessage.Kind
        var type: String
        var reason: String?
        var payload: String

        var description: String { "\(kind) \(type) \(reason ?? "") \(payload)" }
    }

    /// What came out of a stream, and how it ended: nil for a proper end.
    struct Transcript: Equatable {
        var entries: [Entry] = []
        var error: BinaryEventStreamError?
    }

    static func read(_ pieces: [ArraySlice<UInt8>]) -> Transcript {
        var decoder = BinaryEventStreamDecoder()
        var buffer = ByteBuffer()
        var transcript = Transcript()
        do {
            for piece in pieces {
                buffer.append(Array(piece))
                _ = try drain(&decoder, &buffer, atEnd: false, into: &transcript)
            }
            let isEnded = try drain(&decoder, &buffer, atEnd: true, into: &transcript)
            #expect(isEnded)
        } catch {
            transcript.error = error
        }
        return transcript
    }

    private static func drain(
        _ decoder: inout BinaryEventStreamDecoder, _ buffer: inout ByteBuffer, atEnd: Bool,
        into transcript: inout Transcript
    ) throws(BinaryEventStreamError) -> Bool {
        while true {
            let item = try decoder.next(buffer, atEnd: atEnd)
            guard case .message(let message) = item else { return item == .end }
            let bytes = Array(buffer.bytes)
            transcript.entries.append(
                Entry(
                    kind: message.kind, type: String(decoding: bytes[message.type], as: UTF8.self),
                    reason: message.reason.map { String(decoding: bytes[$0], as: UTF8.self) },
                    payload: String(decoding: bytes[message.payload], as: UTF8.self)))
            buffer.consume(item.consumed)
        }
    }

    static func fixture(_ name: String, file: String = #filePath) throws -> [UInt8] {
        let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: tests.appendingPathComponent("Fixtures/EventStreams/\(name).bin")))
    }

    @Test func readsAnAnswer() throws {
        let bytes = try Self.fixture("converse")
        let transcript = Self.read([bytes[...]])
        #expect(transcript.error == nil)
        #expect(
            transcript.entries.map(\.type) == [
                "messageStart", "contentBlockDelta", "contentBlockDelta", "contentBlockDelta", "contentBlockStop",
                "contentBlockDelta", "contentBlockStop", "contentBlockStart", "contentBlockDelta", "contentBlockDelta",
                "contentBlockDelta", "contentBlockStop", "messageStop", "metadata",
            ])
        #expect(transcript.entries.allSatisfy { $0.kind == .event && $0.reason == nil })
        #expect(transcript.entries[5].payload.contains("Let me look. 🌦"))
        #expect(transcript.entries[12].payload == #"{"stopReason":"tool_use"}"#)
    }

    @Test func readsExceptionsAndErrors() throws {
        let throttled = Self.read([try Self.fixture("throttled")[...]])
        #expect(throttled.error == nil)
        #expect(throttled.entries.count == 3)
        #expect(
            throttled.entries.last
                == Entry(
                    kind: .exception, type: "throttlingException", payload: #"{"message": "Too many tokens, wait."}"#))
        let failed = Self.read([try Self.fixture("failed")[...]])
        #expect(
            failed
                == Transcript(entries: [
                    Entry(kind: .error, type: "InternalServerError", reason: "It broke.", payload: "")
                ]))
    }

    @Test(arguments: ["throttled", "failed", "corrupt"])
    func readsTheSameWhereverItIsCut(_ name: String) throws {
        let bytes = try Self.fixture(name)
        let whole = Self.read([bytes[...]])
        for cut in 0...bytes.count {
            #expect(Self.read([bytes[..<cut], bytes[cut...]]) == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: ["converse", "throttled", "failed", "corrupt"])
    func readsTheSameByteByByte(_ name: String) throws {
        let bytes = try Self.fixture(name)
        #expect(Self.read(bytes.indices.map { bytes[$0...$0] }) == Self.read([bytes[...]]))
    }

    @Test func refusesAWrongChecksumBehindWhatWasRight() throws {
        let transcript = Self.read([try Self.fixture("corrupt")[...]])
        #expect(transcript.entries.map(\.type) == ["messageStart"])
        #expect(transcript.error == .messageChecksum)
    }

    /// No single bit of a message may change unnoticed.
    @Test func noticesEveryFlippedBit() throws {
        let bytes = try Self.fixture("failed")
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                let transcript = Self.read([changed[...]])
                #expect(transcript.entries.isEmpty)
                #expect(transcript.error == (index < 12 ? .preludeChecksum : .messageChecksum), "\(index).\(bit)")
            }
        }
    }

    @Test func saysWhereverTheStreamIsCutShort() throws {
        let bytes = try Self.fixture("failed")
        for end in 1..<bytes.count { #expect(Self.read([bytes[..<end]]).error == .truncated) }
        #expect(Self.read([]) == Transcript())
    }

    /// Lengths are judged before anything is waited for.
    @Test(arguments: [
        (UInt32(15), UInt32(0), BinaryEventStreamError.malformed),
        (30, 15, .malformed),
        (0, 0, .malformed),
        (.max, 0, .payloadTooLarge),
        (UInt32(24 << 20) + 17, 0, .payloadTooLarge),
        (UInt32(1 << 20), UInt32(128 << 10) + 1, .headersTooLarge),
        (.max, .max, .headersTooLarge),
    ])
    func refusesImpossibleLengths(total: UInt32, headers: UInt32, error: BinaryEventStreamError) {
        var buffer = ByteBuffer()
        buffer.append(bigEndian(total) + bigEndian(headers))
        buffer.append(bigEndian(CyclicRedundancyCheck.value(of: buffer.span)))
        var decoder = BinaryEventStreamDecoder()
        #expect(throws: error) { try decoder.next(buffer, atEnd: false) }
    }

    @Test func waitsForTheLargestMessage() throws {
        let headers = UInt32(EventStreamLimits.binaryHeaderBytes)
        let total = headers + UInt32(EventStreamLimits.binaryPayloadBytes) + 16
        var buffer = ByteBuffer()
        buffer.append(bigEndian(total) + bigEndian(headers))
        buffer.append(bigEndian(CyclicRedundancyCheck.value(of: buffer.span)))
        var decoder = BinaryEventStreamDecoder()
        let item = try decoder.next(buffer, atEnd: false)
        #expect(item == .needMore)
    }

    @Test func readsWhatTheEncoderWrites() {
        var buffer = ByteBuffer()
        BinaryEventStreamEncoder.appendEvent(type: "ping", payload: "{}".utf8Span.span, to: &buffer)
        BinaryEventStreamEncoder.appendException(type: "validationException", payload: "{ }".utf8Span.span, to: &buffer)
        BinaryEventStreamEncoder.appendError(code: "Boom", message: "It broke.", to: &buffer)
        let transcript = Self.read([Array(buffer.bytes)[...]])
        #expect(
            transcript
                == Transcript(entries: [
                    Entry(kind: .event, type: "ping", payload: "{}"),
                    Entry(kind: .exception, type: "validationException", payload: "{ }"),
                    Entry(kind: .error, type: "Boom", reason: "It broke.", payload: ""),
                ]))
    }
}

/// Headers of every type, and what cannot be a header.
@Suite struct BinaryEventStreamHeaderTests {
    private static let isEvent = header(":message-type", "event") + header(":event-type", "ping")

    private static func header(_ name: String, _ value: String) -> [UInt8] {
        [UInt8(name.utf8.count)] + Array(name.utf8) + [7, 0, UInt8(value.utf8.count)] + Array(value.utf8)
    }

    private static func read(_ headers: [UInt8]) -> BinaryEventStreamTests.Transcript {
        var buffer = ByteBuffer()
        buffer.append(bigEndian(UInt32(16 + headers.count)) + bigEndian(UInt32(headers.count)))
        buffer.append(bigEndian(CyclicRedundancyCheck.value(of: buffer.span)))
        buffer.append(headers)
        buffer.append(bigEndian(CyclicRedundancyCheck.value(of: buffer.span)))
        return BinaryEventStreamTests.read([Array(buffer.bytes)[...]])
    }

    @Test(
        arguments: [
            [0], [1], [2, 9], [3, 9, 9], [4, 9, 9, 9, 9], [5, 9, 9, 9, 9, 9, 9, 9, 9], [6, 0, 2, 9, 9], [7, 0, 1, 65],
            [8, 9, 9, 9, 9, 9, 9, 9, 9], [9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
        ] as [[UInt8]])
    func skipsHeadersOfEveryType(_ value: [UInt8]) {
        let transcript = Self.read([1, UInt8(ascii: "x")] + value + Self.isEvent)
        #expect(transcript.error == nil)
        #expect(transcript.entries.map(\.type) == ["ping"])
    }

    @Test(
        arguments: [
            // An unknown type; values, a name and a length that go on behind the headers.
            [1, 120, 10], [1, 120, 2], [1, 120, 9, 1, 2], [1, 120, 7, 0, 9, 65], [1, 120, 7, 0], [9, 120], [1, 120],
            [5],
        ] as [[UInt8]])
    func refusesWhatIsNoHeader(_ bytes: [UInt8]) {
        #expect(Self.read(Self.isEvent + bytes).error == .malformed)
    }

    @Test func refusesMessagesThatDoNotSayWhatTheyAre() {
        #expect(Self.read([]).error == .malformed)
        #expect(Self.read(Self.header(":event-type", "ping")).error == .malformed)
        #expect(Self.read(Self.header(":message-type", "event")).error == .malformed)
        #expect(Self.read(Self.header(":message-type", "news")).error == .malformed)
        #expect(Self.read(Self.isEvent + Self.header(":message-type", "error")).error == .malformed)
        // The type belongs to its kind.
        let mixed = Self.header(":message-type", "exception") + Self.header(":event-type", "ping")
        #expect(Self.read(mixed).error == .malformed)
    }
}

@Suite struct CyclicRedundancyCheckTests {
    /// The check value of the CRC catalogue, and values that zlib computes.
    @Test(arguments: [
        ("", UInt32(0)), ("a", 0xE8B7_BE43), ("123456789", 0xCBF4_3926),
        ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
    ])
    func computesWhatZlibDoes(text: String, check: UInt32) {
        #expect(CyclicRedundancyCheck.value(of: text.utf8Span.span) == check)
    }

    @Test func goesOnFromWhereItStopped() {
        let bytes = (0..<100).map { UInt8($0 * 37 & 0xFF) }
        let whole = CyclicRedundancyCheck.value(of: bytes.span)
        for cut in bytes.indices {
            let first = CyclicRedundancyCheck.value(of: bytes.span.extracting(..<cut))
            #expect(CyclicRedundancyCheck.value(of: bytes.span.extracting(cut...), after: first) == whole)
        }
    }
}

private func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}
