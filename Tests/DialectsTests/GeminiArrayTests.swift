import Buffers
import Testing

@testable import Dialects

/// The array that Gemini streams without `alt=sse`, split at every byte.
@Suite struct GeminiArrayTests {
    private static let elements = [
        #"{"candidates":[{"content":{"parts":[{"text":"a}]\"\\"}]}}]}"#, "{\n  \"x\": {}\n}", #"{"é":"ü"}"#,
    ]
    private static let streams: [(String, [String])] = [
        ("[" + elements.joined(separator: ",\r\n") + "\n]\n", elements),
        ("\u{FEFF}[\r\n" + elements.joined(separator: "\r\n,") + "]", elements),
        (elements[0], [elements[0]]), ("[]", []), ("", []), ("[{\"cut\":", []),
    ]

    @Test(arguments: streams)
    func everyElementIsFoundHoweverItArrives(text: String, expected: [String]) {
        let bytes = Array(text.utf8)
        for split in 0...bytes.count {
            #expect(read([bytes[..<split], bytes[split...]]) == expected)
        }
        #expect(read(bytes.indices.map { bytes[$0...$0] }) == expected)
    }

    private func read(_ pieces: [ArraySlice<UInt8>]) -> [String] {
        var decoder = GeminiArrayDecoder()
        var buffer = ByteBuffer()
        var found: [String] = []
        for piece in pieces {
            buffer.append(Array(piece))
            reading: while true {
                switch decoder.next(buffer.span) {
                case .element(let range):
                    found.append(String(decoding: buffer.bytes[range], as: UTF8.self))
                    buffer.consume(range.upperBound)
                case .needMore(let consumed):
                    buffer.consume(consumed)
                    break reading
                }
            }
        }
        return found
    }
}
