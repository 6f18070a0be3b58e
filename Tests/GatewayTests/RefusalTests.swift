import TestSupport
import Testing

@Suite("Refusals")
struct RefusalTests {
    @Test func aStoreThatTakesNoRecordsMeansNoWork() async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream)) { gateway in
            gateway.ledger.refuseWork()
            let answer = try await gateway.ask().wholeAnswer()
            #expect(answer.status == 503)
            #expect(answer.header("retry-after") == "1")
            #expect(answer.value("error.message")?.contains("cannot store records") == true)
            #expect(gateway.ledger.records.isEmpty)
        }
        #expect(upstream.connections.isEmpty)
    }

    @Test(
        arguments: [
            (nil, 401, "No API key"), ("sk-somebody-elses-key", 401, "not known"),
            (GatewayFixture.managementKey, 403, "Management keys"),
        ] as [(String?, Int, String)])
    func aKeyThatMayNotRunCompletionsIsRefused(_ key: String?, _ status: Int, _ words: String) async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream)) { gateway in
            let answer = try await gateway.ask(key: key).wholeAnswer()
            #expect(answer.status == status)
            #expect(answer.value("error.code") == "\(status)")
            #expect(answer.value("error.message")?.contains(words) == true)
            #expect(gateway.ledger.records.isEmpty)
        }
        #expect(upstream.connections.isEmpty)
    }

    @Test(arguments: [
        ("too large", ",\"user\":\"" + String(repeating: "x", count: 8192) + "\"", 413),
        ("not JSON", ",", 400),
        ("an unknown model", ",\"models\":[\"acme/none\"]", 400),
        ("a member of the wrong type", ",\"temperature\":\"hot\"", 400),
    ])
    func aRequestThatCannotBeTriedLeavesNoRecord(_ name: String, _ members: String, _ status: Int) async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream), bodyBytes: 4096) { gateway in
            let answer = try await gateway.ask(members).wholeAnswer()
            #expect(answer.status == status)
            #expect(answer.value("error.code") == "\(status)")
            #expect(gateway.ledger.records.isEmpty)
        }
        #expect(upstream.connections.isEmpty)
    }

    @Test(arguments: [("br", 415), ("gzip, gzip", 415), ("gzip", 400)])
    func whatIsNotTheEncodingItSaysIsRefused(encoding: String, status: Int) async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.connect()
            caller.send(
                GatewayFixture.request().replacing("\r\n\r\n", with: "\r\nContent-Encoding: \(encoding)\r\n\r\n"))
            #expect(await caller.wholeAnswer().status == status)
        }
        #expect(upstream.connections.isEmpty)
    }
}
