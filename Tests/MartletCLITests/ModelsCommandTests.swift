import TestSupport
import Testing

@testable import MartletCLI

@Suite struct ModelsCommandTests {
    static let list = """
        {"data":[{"id":"a/b","name":"Alpha","context_length":8192,"pricing":{"prompt":"0.0000001","completion":"0"}},
        {"id":"c/d","name":"Delta","pricing":{"prompt":"1","completion":"2"}}],"total_count":2}
        """
    static let endpoints =
        #"{"data":{"endpoints":[{"provider_name":"One"},{"provider_name":"Two"},{"provider_name":"One"}]}}"#

    private func models(_ upstream: ScriptedUpstream, _ words: [String]) async -> (
        code: Int32, out: String, err: String
    ) {
        let console = RecordingConsole()
        let code = await console.runOnThread(["models", "--url", "http://127.0.0.1:\(upstream.port)/v1/"] + words)
        return (code, console.out, console.err)
    }

    @Test func showsModelsWithTheirProviders() async throws {
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: Self.list), .readRequest, .respond(json: Self.endpoints), .readRequest,
            .respond(json: "{}", status: "404 Not Found"),
        ])
        defer { upstream.stop() }
        let (code, out, err) = await models(upstream, [])
        #expect(code == 0)
        #expect(err.isEmpty)
        #expect(
            out == """
                MODEL  CONTEXT  PROMPT $/M  COMPLETION $/M  PROVIDERS
                a/b       8192         0.1               0  One, Two
                c/d          -     1000000         2000000  -

                """)
        #expect(upstream.received().contains("GET /v1/models/a/b/endpoints HTTP/1.1\r\n"))
        #expect(!upstream.received().contains("authorization"))
    }

    @Test func aQuerySelects() async throws {
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: Self.list), .readRequest, .respond(json: Self.endpoints),
        ])
        defer { upstream.stop() }
        let (code, out, _) = await models(upstream, ["DELTA"])
        #expect(code == 0)
        #expect(out.contains("c/d") && !out.contains("a/b"))
    }

    @Test func jsonKeepsTheServersEntries() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: Self.list)])
        defer { upstream.stop() }
        let (code, out, _) = await models(upstream, ["--json", "alpha"])
        #expect(code == 0)
        #expect(JSONComparison.value(at: "data.0.id", in: out) == "\"a/b\"")
        #expect(JSONComparison.value(at: "data.1", in: out) == nil)
    }

    @Test func nothingFoundIsAFailure() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: Self.list)])
        defer { upstream.stop() }
        let (code, out, err) = await models(upstream, ["zeta"])
        #expect(code == 1)
        #expect(out.isEmpty)
        #expect(err == "martlet: no model matches zeta\n")
    }

    @Test(arguments: ["[]", "nonsense", #"{"data":{}}"#])
    func anotherServerIsRecognised(_ body: String) async throws {
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: body)])
        defer { upstream.stop() }
        let (code, _, err) = await models(upstream, [])
        #expect(code == 1)
        #expect(err.contains("is http://127.0.0.1:\(upstream.port)/v1 the API of a martlet?"))
    }

    @Test(arguments: [("a/b:free", "a/b:free"), ("ä b?", "%C3%A4%20b%3F"), ("", "")])
    func idsAreEscapedInPaths(_ id: String, _ expected: String) {
        #expect(PathText.escape(id) == expected)
    }
}
