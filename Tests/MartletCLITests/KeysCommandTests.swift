import TestSupport
import Testing

@testable import MartletCLI

@Suite struct KeysCommandTests {
    private static let hash = String(repeating: "ab", count: 32)
    private static let entry = """
        {"hash":"\(hash)","name":"ci","label":"sk-mt-v1-abc...123","limit":5,"limit_reset":"daily","usage":0.25,
        "disabled":false,"expires_at":null,"is_management_key":false,"is_fixed":false}
        """
    private static let list = "{\"data\":[\(entry)]}"
    private static let nothing = "{\"data\":[]}"

    private func keys(
        _ upstream: ScriptedUpstream?, _ words: [String],
        _ environment: [String: String] = ["MARTLET_MANAGEMENT_KEY": "k"]
    ) async -> (code: Int32, out: String, err: String) {
        let console = RecordingConsole()
        let url = "http://127.0.0.1:\(upstream?.port ?? 1)/v1"
        let code = await console.runOnThread(["keys"] + words + (words.isEmpty ? [] : ["--url", url]), environment)
        return (code, console.out, console.err)
    }

    @Test func makesAKeyAndShowsItOnce() async throws {
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: "{\"data\":\(Self.entry),\"key\":\"sk-mt-v1-secret\"}", status: "201 Created"),
        ])
        defer { upstream.stop() }
        let (code, out, err) = await keys(
            upstream,
            [
                "create", "--name", "ci", "--limit", "5.00", "--reset", "daily", "--expires", "2027-01-31T00:00:00Z",
                "--models", "a/b, c/*", "--providers", "p", "--ips", "10.0.0.0/8", "--rpm", "6", "--tpm", "7",
                "--management",
            ])
        #expect(code == 0, "\(err)")
        #expect(out == "key:  sk-mt-v1-secret\nhash: \(Self.hash)\n")
        #expect(err.contains("only time"))
        let request = upstream.received()
        #expect(request.contains("POST /v1/keys HTTP/1.1\r\n"))
        #expect(request.contains("authorization: Bearer k\r\n"))
        #expect(
            request.hasSuffix(
                #"{"name":"ci","is_management_key":true,"limit":5,"limit_reset":"daily","#
                    + #""expires_at":"2027-01-31T00:00:00.000Z","allowed_models":["a/b","c/*"],"#
                    + #""allowed_providers":["p"],"allowed_ips":["10.0.0.0/8"],"requests_per_minute":6,"#
                    + #""tokens_per_minute":7}"#))
    }

    @Test func listsAPageAfterTheOther() async throws {
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: Self.list), .readRequest, .respond(json: Self.nothing),
        ])
        defer { upstream.stop() }
        let (code, out, _) = await keys(upstream, ["list"])
        #expect(code == 0)
        #expect(
            out == """
                NAME  KEY                 HASH              CLASS      USED $  LIMIT $  RESET  EXPIRES  STATUS
                ci    sk-mt-v1-abc...123  abababababababab  inference    0.25        5  daily  -        enabled

                """)
        #expect(upstream.received().contains("GET /v1/keys?offset=0 HTTP/1.1\r\n"))
        #expect(upstream.received().contains("GET /v1/keys?offset=1 HTTP/1.1\r\n"))
    }

    @Test(arguments: [
        (["disable"], "PATCH", "{\"disabled\":true}"), (["enable"], "PATCH", "{\"disabled\":false}"),
        (["update", "--limit", "none", "--rpm", "none"], "PATCH", "{\"limit\":null,\"requests_per_minute\":null}"),
        (["delete"], "DELETE", ""),
    ])
    func changesTheKeyThatIsMeant(words: [String], method: String, body: String) async throws {
        for subject in ["ci", Self.hash, "abab", "sk-mt-v1-abc...123"] {
            let upstream = try ScriptedUpstream([
                .readRequest, .respond(json: Self.list), .readRequest, .respond(json: Self.nothing), .readRequest,
                .respond(json: "{\"data\":\(Self.entry)}"),
            ])
            defer { upstream.stop() }
            let (code, out, err) = await keys(upstream, [words[0], subject] + words.dropFirst())
            #expect(code == 0, "\(err)")
            #expect(out.contains("ci (sk-mt-v1-abc...123, abababababababab)"))
            #expect(upstream.received().contains("\(method) /v1/keys/\(Self.hash) HTTP/1.1\r\n"))
            #expect(upstream.received().hasSuffix("\r\n\r\n\(body)"))
            #expect(upstream.received().contains("include_disabled=true&include_expired=true"))
        }
    }

    @Test(arguments: [("nobody", "No key has"), ("aba", "No key has")])
    func saysWhenNoKeyIsMeant(subject: String, says: String) async throws {
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: Self.list), .readRequest, .respond(json: Self.nothing),
        ])
        defer { upstream.stop() }
        let (code, out, err) = await keys(upstream, ["delete", subject])
        #expect(code == 1)
        #expect(out.isEmpty)
        #expect(err.contains(says))
    }

    @Test func twoKeysOfANameAreToldApart() async throws {
        let other = Self.entry.replacing("abababab", with: "cdcdcdcd")
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: "{\"data\":[\(Self.entry),\(other)]}"), .readRequest,
            .respond(json: Self.nothing),
        ])
        defer { upstream.stop() }
        let (code, _, err) = await keys(upstream, ["disable", "ci"])
        #expect(code == 1)
        #expect(err.contains("2 keys are called ci") && err.contains("cdcdcdcdcdcdcdcd"))
    }

    @Test func showsTheServersSentence() async throws {
        let upstream = try ScriptedUpstream([
            .readRequest,
            .respond(json: #"{"error":{"message":"Only management keys can."}}"#, status: "403 Forbidden"),
        ])
        defer { upstream.stop() }
        let (code, _, err) = await keys(upstream, ["list"])
        #expect(code == 1)
        #expect(err.contains("Only management keys can."))
    }

    @Test(arguments: [
        ([], "say what to do: create, list, update, disable, enable, delete"),
        (["lst"], "martlet keys does not know lst; did you mean list?"),
        (["create"], "a key needs a name"), (["create", "a", "--name", "b"], "the name is given twice"),
        (["list", "x"], "\"x\" is one word too many"), (["delete"], "KEY is missing"),
        (["delete", "x", "--limit", "5"], "there is no flag --limit"), (["update", "x"], "say what to change"),
        (["update", "x", "--management"], "there is no flag --management"),
        (["create", "x", "--limit", "much"], "--limit must be an amount"),
        (["create", "x", "--limit", "-1"], "--limit must be an amount"),
        (["create", "x", "--reset", "yearly"], "--reset must be daily, weekly or monthly"),
        (["create", "x", "--expires", "soon"], "--expires must be a time"),
        (["create", "x", "--expires", "0d"], "--expires must be a time"),
        (["create", "x", "--models", "a,,b"], "--models must be names"),
        (["create", "x", "--rpm", "0"], "--rpm must be a whole number"),
    ])
    func wrongUsageIsExplained(words: [String], says: String) async {
        let (code, out, err) = await keys(nil, words)
        #expect(code == 2)
        #expect(out.isEmpty)
        #expect(err.contains("martlet: \(says)"), "\(err)")
    }

    @Test func aKeyIsNeeded() async {
        let (code, _, err) = await keys(nil, ["list"], ["MARTLET_API_KEY": "k"])
        #expect(code == 2)
        #expect(err.contains("MARTLET_MANAGEMENT_KEY"))
    }
}
