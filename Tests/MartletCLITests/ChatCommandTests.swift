import TestSupport
import Testing

@testable import MartletCLI

@Suite struct ChatCommandTests {
    private func chat(
        _ upstream: ScriptedUpstream, _ words: [String] = ["Say hello"], key: String = "sk-test-0123456789"
    ) async -> (code: Int32, out: String, err: String) {
        let console = RecordingConsole()
        let code = await console.runOnThread(
            ["chat", "--url", "http://127.0.0.1:\(upstream.port)/api/v1"] + words, ["MARTLET_API_KEY": key])
        return (code, console.out, console.err)
    }

    private static func chunks(_ texts: [String]) -> [ScriptedUpstream.Step] {
        texts.map { .chunk("data: \($0)\n\n") } + [.chunk("")]
    }

    static let hello = [
        #"{"provider":"Local","model":"a/b","choices":[{"delta":{"content":"Hel\u001b]0;x\u0007lo"}}]}"#,
        #"{"choices":[{"delta":{"content":" there"},"finish_reason":"stop"}]}"#,
        #"{"choices":[{"delta":{}}],"usage":{"completion_tokens":2,"cost":0.0000004}}"#, "[DONE]",
    ]

    @Test func streamsTheAnswerAndSumsUp() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .startEvents] + Self.chunks(Self.hello))
        defer { upstream.stop() }
        let (code, out, err) = await chat(upstream, ["-m", "a/b", "Say hello"])
        #expect(code == 0)
        #expect(err.isEmpty)
        let lines = out.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "Hel]0;xlo there")
        #expect(lines[2].hasPrefix("Local · a/b · 2 tokens · "))
        #expect(lines[2].hasSuffix(" · $0.0000004"))
        let request = upstream.received()
        #expect(request.hasPrefix("POST /api/v1/chat/completions HTTP/1.1\r\n"))
        #expect(request.contains("\r\nauthorization: Bearer sk-test-0123456789\r\n"))
        let body = try #require(request.split(separator: "\r\n\r\n").last)
        #expect(
            JSONComparison.difference(
                String(body), #"{"model":"a/b","messages":[{"role":"user","content":"Say hello"}],"stream":true}"#)
                == nil)
    }

    @Test func jsonIsTheServersAnswer() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: #"{"id":"gen-1"}"#)])
        defer { upstream.stop() }
        let (code, out, _) = await chat(upstream, ["--json", "Say hello"])
        #expect(code == 0)
        #expect(out == "{\"id\":\"gen-1\"}\n")
        #expect(upstream.received().contains(#""stream":false"#))
    }

    @Test(arguments: [
        ("401 Unauthorized", #"{"error":{"message":"This key is unknown."}}"#, "martlet: This key is unknown. Set"),
        ("400 Bad Request", #"{"error":{"message":"No such\nmodel \u001b[1m."}}"#, "martlet: No such model [1m."),
        ("502 Bad Gateway", "<html>", "martlet: The server answered 502 without saying why."),
    ])
    func errorsAreTheServersSentence(_ status: String, _ body: String, _ says: String) async throws {
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: body, status: status)])
        defer { upstream.stop() }
        let (code, out, err) = await chat(upstream)
        #expect(code == 1)
        #expect(out.isEmpty)
        #expect(err.hasPrefix(says), "\(err)")
    }

    @Test func anErrorAfterTextEndsItsLine() async throws {
        let broken = [Self.hello[0], #"{"error":{"code":502,"message":"It broke off."},"choices":[]}"#]
        let upstream = try ScriptedUpstream([.readRequest, .startEvents] + Self.chunks(broken))
        defer { upstream.stop() }
        let (code, out, err) = await chat(upstream)
        #expect(code == 1)
        #expect(out == "Hel]0;xlo\n")
        #expect(err == "martlet: It broke off.\n")
    }

    @Test func aStreamWithoutItsEndIsAFailure() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .startEvents] + Self.chunks([Self.hello[0]]))
        defer { upstream.stop() }
        let (code, _, err) = await chat(upstream)
        #expect(code == 1)
        #expect(err == "martlet: The answer broke off before its end.\n")
    }

    @Test func aServerThatIsNotThereIsNamed() async throws {
        let port = try LoopbackSocket.unusedPort()
        let console = RecordingConsole()
        let code = await console.runOnThread(["chat", "--url", "http://127.0.0.1:\(port)/api/v1", "Hello"])
        #expect(code == 1)
        #expect(console.err.contains("is martlet serve running at http://127.0.0.1:\(port)?"))
    }

    @Test func aServerThatHangsUpIsAFailure() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .reset])
        defer { upstream.stop() }
        let (code, _, err) = await chat(upstream)
        #expect(code == 1)
        #expect(err.hasPrefix("martlet: "))
    }
}
