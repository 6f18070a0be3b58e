import Accounting
import Buffers
import Catalog
import Testing

@testable import Providers

@Suite("Request heads")
struct ProviderAdapterTests {
    static func head(isStream: Bool, length: Int?, trace: String? = nil, path: UpstreamPath = .chatCompletions) throws
        -> String
    {
        let provider = ProviderEntry(
            slug: "p", displayName: "P", baseURL: try BaseURL("http://127.0.0.1:9/v1"),
            keys: [ProviderKey(secret: Secret("k"))])
        let endpoint = Endpoint(index: 0, provider: provider, modelSlug: "a/b", upstreamModel: "b", pricing: .free)
        var out = ByteBuffer()
        if let trace {
            ProviderAdapter.appendHead(
                of: endpoint, path: path, isStream: isStream, contentLength: length, traceparent: trace.utf8Span.span,
                into: &out)
        } else {
            ProviderAdapter.appendHead(
                of: endpoint, path: path, isStream: isStream, contentLength: length, into: &out)
        }
        return out.text
    }

    @Test("are complete")
    func complete() throws {
        #expect(
            try Self.head(isStream: true, length: 12, trace: "00-a-b-01") == """
                POST /v1/chat/completions HTTP/1.1\r
                Host: 127.0.0.1:9\r
                Authorization: Bearer k\r
                Content-Type: application/json\r
                User-Agent: martlet\r
                Accept: text/event-stream\r
                Content-Length: 12\r
                traceparent: 00-a-b-01\r
                \r

                """)
        let get = try Self.head(isStream: false, length: nil, path: .models)
        #expect(get.hasPrefix("GET /v1/models HTTP/1.1\r\n"))
        #expect(get.hasSuffix("Accept: application/json\r\n\r\n"))
        #expect(!get.contains("Content-Length"))
    }

    @Test(
        "pass the names of unreleased features on, once each",
        arguments: [
            ([], ""), ([" , "], ""), (["a-2025-01-01"], "a-2025-01-01"), (["b, a", "a ,c_1.0"], "b,a,c_1.0"),
            (["a,b\u{1}c,\u{e4},x y,d"], "a,x,d"),
            ([(0..<100).map { "n\($0)" }.joined(separator: ",")], (0..<64).map { "n\($0)" }.joined(separator: ",")),
        ] as [([String], String)])
    func betas(lists: [String], names: String) {
        let field = String(decoding: ProviderAdapter.betaField(lists), as: UTF8.self)
        #expect(field == (names.isEmpty ? "" : "anthropic-beta: \(names)\r\n"))
    }
}
