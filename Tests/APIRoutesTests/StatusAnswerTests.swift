import Buffers
import JSONText
import Testing

@testable import APIRoutes

@Suite("The answer of /health and /ready")
struct StatusAnswerTests {
    static let cases: [(reasons: [String], warnings: [String], text: String)] = [
        ([], [], #"{"status":"ok"}"#),
        (["It drains."], [], #"{"status":"unavailable","reasons":["It drains."]}"#),
        ([], ["2 records are \"lost\"."], #"{"status":"ok","warnings":["2 records are \"lost\"."]}"#),
        (["a", "b"], ["c", "d"], #"{"status":"unavailable","reasons":["a","b"],"warnings":["c","d"]}"#),
    ]

    @Test("is one line of JSON", arguments: cases)
    func json(reasons: [String], warnings: [String], text: String) throws {
        var out = ByteBuffer()
        StatusAnswer.write(reasons.isEmpty, reasons: reasons, warnings: warnings, into: &out)
        #expect(out.text == text + "\n")
        let scanner = JSONScanner()
        let value = try scanner.scan(copying: out.text.utf8Span.span)
        #expect(value["status"]?.string == (reasons.isEmpty ? "ok" : "unavailable"))
        #expect((value["reasons"]?.count ?? 0) == reasons.count)
        #expect((value["warnings"]?.count ?? 0) == warnings.count)
        withExtendedLifetime(scanner) {}
    }
}
