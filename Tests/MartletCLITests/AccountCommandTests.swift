import Foundation
import TestSupport
import Testing

@testable import MartletCLI

/// The verbs of an account: credits, export, backup.
@Suite struct AccountCommandTests {
    static let row = """
        {"data":{"id":7,"kind":"grant","amount":12.5,"created_at":"2026-11-21T15:00:00.000Z","reason":"May",
        "generation_id":null,"api_key_hash":null,"workspace_id":"default"}}
        """

    private func run(
        _ words: [String], _ upstream: ScriptedUpstream, key: String? = "sk-management"
    ) async -> (code: Int32, out: String, err: String) {
        let console = RecordingConsole()
        var environment = [
            "MARTLET_API_KEY": "sk-inference", "MARTLET_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1",
        ]
        environment["MARTLET_MANAGEMENT_KEY"] = key
        let code = await console.runOnThread(words, environment)
        return (code, console.out, console.err)
    }

    @Test func creditsAreShownWithWhatIsLeft() async throws {
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: #"{"data":{"total_credits":25,"total_usage":0.000000001}}"#),
        ])
        defer { upstream.stop() }
        let (code, out, err) = await run(["credits", "show"], upstream)
        #expect(code == 0 && err.isEmpty)
        #expect(
            out == """
                CREDITS $       USED $        LEFT $
                       25  0.000000001  24.999999999

                """)
        #expect(upstream.received().contains("GET /v1/credits HTTP/1.1\r\n"))
        #expect(upstream.received().contains("Bearer sk-management\r\n"))
    }

    @Test(arguments: [
        (["grant", "12.50"], "/v1/credits/grants", #"{"amount":12.5}"#, "Granted $12.5, row 7 of the ledger.\n"),
        (
            ["grant", "12.50", "--reason", "May", "--idempotency-key", "k"], "/v1/credits/grants",
            #"{"amount":12.5,"reason":"May","idempotency_key":"k"}"#, "Granted $12.5, row 7 of the ledger.\n"
        ),
        (
            ["adjust", "-0.000000001", "--reason", "r"], "/v1/credits/adjustments",
            #"{"amount":-0.000000001,"reason":"r"}"#, "Adjusted by $12.5, row 7 of the ledger.\n"
        ),
        (
            ["refund", "gen-1", "--reason", "r"], "/v1/credits/adjustments",
            #"{"generation_id":"gen-1","reason":"r"}"#, "Refunded $12.5, row 7 of the ledger.\n"
        ),
        (
            ["refund", "gen-1", ".5", "--reason", "r"], "/v1/credits/adjustments",
            #"{"amount":0.5,"generation_id":"gen-1","reason":"r"}"#, "Refunded $12.5, row 7 of the ledger.\n"
        ),
    ])
    func rowsAreAdded(words: [String], path: String, body: String, says: String) async throws {
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: Self.row, status: "201 Created")])
        defer { upstream.stop() }
        let (code, out, err) = await run(["credits"] + words, upstream)
        #expect(code == 0 && err.isEmpty, "\(err)")
        #expect(out == says)
        #expect(upstream.received().contains("POST \(path) HTTP/1.1\r\n"))
        #expect(upstream.received().hasSuffix("\r\n\r\n" + body), "\(upstream.received())")
    }

    @Test func theLedgerIsATable() async throws {
        let list =
            Self.row.replacingOccurrences(of: "{\"data\":{", with: "{\"data\":[{").dropLast() + "],\"total_count\":1}"
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: String(list))])
        defer { upstream.stop() }
        let (code, out, _) = await run(["credits", "ledger", "--kind", "grant", "--limit=5"], upstream)
        #expect(code == 0)
        #expect(out.contains("7  2026-11-21T15:00:00.000Z  grant      12.5  May     -"), "\(out)")
        #expect(upstream.received().contains("GET /v1/credits/ledger?kind=grant&limit=5 HTTP/1.1\r\n"))
    }

    @Test func machinesGetTheAnswerAsItCame() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: Self.row)])
        defer { upstream.stop() }
        let (code, out, _) = await run(["credits", "grant", "12.5", "--json"], upstream)
        #expect(code == 0 && out == Self.row + "\n")
    }

    @Test(arguments: [
        ("401 Unauthorized", " Set MARTLET_MANAGEMENT_KEY or --key-file to a management key of this server."),
        ("403 Forbidden", " Set MARTLET_MANAGEMENT_KEY or --key-file to a management key."),
        ("400 Bad Request", ""),
    ])
    func refusalsSayWhatWouldHelp(status: String, hint: String) async throws {
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: #"{"error":{"message":"No."}}"#, status: status),
        ])
        defer { upstream.stop() }
        let (code, out, err) = await run(["credits", "show"], upstream, key: nil)
        #expect(code == 1 && out.isEmpty)
        #expect(err == "martlet: No.\(hint)\n")
        #expect(!upstream.received().contains("sk-inference"))
    }

    @Test func exportsGoToStandardOutputAsTheyAre() async throws {
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: "{\"a\":1}\n{\"a\":2}\n")])
        defer { upstream.stop() }
        let words = ["export", "generations", "--from", "2026-11-01", "--to=2026-11-02T00:00:00Z"]
        let (code, out, _) = await run(words, upstream)
        #expect(code == 0 && out == "{\"a\":1}\n{\"a\":2}\n")
        let path = "/v1/export/generations?format=jsonl&from=2026-11-01&to=2026-11-02T00:00:00Z"
        #expect(upstream.received().contains("GET \(path) HTTP/1.1\r\n"), "\(upstream.received())")
    }

    @Test func aBackupIsThereOnlyWhenItIsWhole() async throws {
        let scratch = ScratchDirectory()
        let target = scratch.file("copy.db")
        let cut = try ScriptedUpstream([
            .readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"), .finish,
        ])
        defer { cut.stop() }
        let (failed, _, err) = await run(["backup", target], cut)
        #expect(failed == 1 && !err.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: target))
        #expect(!FileManager.default.fileExists(atPath: target + ".part"))

        let whole = try ScriptedUpstream([.readRequest, .respond(json: "0123456789")])
        defer { whole.stop() }
        let (code, out, _) = await run(["backup", target], whole)
        #expect(code == 0 && out == "\(target): 10 bytes\n")
        #expect(String(decoding: scratch.read("copy.db"), as: UTF8.self) == "0123456789")
        let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(whole.received().contains("POST /v1/backup HTTP/1.1\r\n"))

        let (again, _, refusal) = await run(["backup", target], whole)
        #expect(again == 1 && refusal.contains("is there already; choose another name, or --force."))
        let second = try ScriptedUpstream([.readRequest, .respond(json: "new")])
        defer { second.stop() }
        #expect(await run(["backup", "--force", target], second).code == 0)
        #expect(String(decoding: scratch.read("copy.db"), as: UTF8.self) == "new")
    }
}
