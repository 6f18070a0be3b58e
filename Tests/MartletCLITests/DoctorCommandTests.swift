import TestSupport
import Testing

@testable import MartletCLI

@Suite struct DoctorCommandTests {
    private func configuration(_ place: TemporaryDirectory, ports: [Int]) throws {
        var text = "listen: 127.0.0.1:0\ndata: \(place.path)/data\nproviders:\n"
        for (index, port) in ports.enumerated() {
            text +=
                "  - {slug: p\(index), name: P\(index), base_url: http://127.0.0.1:\(port)/v1, api_key: secret-key-1}\n"
        }
        text += "models:\n"
        for index in ports.indices {
            text +=
                "  - {id: a/m\(index), name: M, context_length: 100, endpoints: [{provider: p\(index), model: m}]}\n"
        }
        try place.write("martlet.yaml", text)
    }

    private func doctor(_ place: TemporaryDirectory, _ words: [String] = []) async -> (code: Int32, out: String) {
        let console = RecordingConsole()
        let code = await console.runOnThread(["doctor", "--config", place.path + "/martlet.yaml"] + words)
        return (code, console.out + console.err)
    }

    @Test func aGoodSetUpHasNoProblems() async throws {
        let place = try TemporaryDirectory()
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: #"{"data":[{"id":"m"}]}"#)])
        defer { upstream.stop() }
        try configuration(place, ports: [upstream.port])
        let (code, out) = await doctor(place)
        #expect(code == 0, "\(out)")
        #expect(out.contains("ok       provider p0: answers in "))
        #expect(out.contains("No problems"))
        #expect(!out.contains("secret-key-1"))
        #expect(upstream.received().hasPrefix("GET /v1/models HTTP/1.1\r\n"))
        #expect(upstream.received().contains("Bearer secret-key-1\r\n"))
    }

    @Test func everyProviderIsJudged() async throws {
        let place = try TemporaryDirectory()
        let refusing = try ScriptedUpstream([.readRequest, .respond(json: "{}", status: "401 Unauthorized")])
        let broken = try ScriptedUpstream([.readRequest, .send("nonsense\r\n\r\n")])
        defer {
            refusing.stop()
            broken.stop()
        }
        try configuration(place, ports: [refusing.port, broken.port, try LoopbackSocket.unusedPort()])
        let (code, out) = await doctor(place)
        #expect(code == 1)
        #expect(out.contains("ERROR    provider p0: refuses the key (401)"))
        #expect(out.contains("ERROR    provider p1: "))
        #expect(out.contains("ERROR    provider p2: No connection to "))
        #expect(out.contains("refused"))
        #expect(out.contains("3 problems to fix."))
    }

    @Test func everyKeyIsTriedAndNamedByItsPlace() async throws {
        let place = try TemporaryDirectory()
        let models = #"{"data":[{"id":"m"}]}"#
        let upstream = try ScriptedUpstream([
            .readRequest, .respond(json: models), .readRequest, .respond(json: "{}", status: "401 Unauthorized"),
            .readRequest, .respond(json: models),
        ])
        defer { upstream.stop() }
        try configuration(place, ports: [upstream.port])
        try place.edit("martlet.yaml") {
            $0.replacing("api_key: secret-key-1", with: "api_keys: [{key: secret-1}, {key: secret-2}, {key: secret-3}]")
        }
        let (code, out) = await doctor(place)
        #expect(code == 1, "\(out)")
        #expect(out.contains("ok       provider p0, key 1: answers in "))
        #expect(out.contains("ERROR    provider p0, key 2: refuses the key (401)"))
        #expect(out.contains("ok       provider p0, key 3: answers in "))
        #expect(out.contains("1 problem to fix."))
        #expect(!out.contains("secret-"))
        for key in 1...3 { #expect(upstream.received().contains("Bearer secret-\(key)\r\n")) }
    }

    @Test func aProviderOutOfReachIsSaidOnce() async throws {
        let place = try TemporaryDirectory()
        try configuration(place, ports: [try LoopbackSocket.unusedPort()])
        try place.edit("martlet.yaml") {
            $0.replacing("api_key: secret-key-1", with: "api_keys: [{key: secret-1}, {key: secret-2}]")
        }
        let (code, out) = await doctor(place)
        #expect(code == 1)
        #expect(out.contains("ERROR    provider p0: No connection to "))
        #expect(out.contains("1 problem to fix."))
    }

    @Test func certificateAndKeyOfTheServerAreLoaded() async throws {
        let place = try TemporaryDirectory()
        let upstream = try ScriptedUpstream([.readRequest, .respond(json: #"{"data":[{"id":"m"}]}"#)])
        defer { upstream.stop() }
        try configuration(place, ports: [upstream.port])
        let certificates = TestCertificates.shared
        try place.edit("martlet.yaml") {
            $0 + "tls: {certificate: \(certificates.valid.certificate), key: \(certificates.renewed.key)}\n"
        }
        let (code, out) = await doctor(place)
        #expect(code == 1)
        #expect(out.contains("ERROR    tls: No private key can be read from \(certificates.renewed.key)"), "\(out)")
    }

    @Test func aWrongConfigurationIsItsSentences() async throws {
        let place = try TemporaryDirectory()
        try place.write("martlet.yaml", "lisen: 127.0.0.1:0\n")
        let (code, out) = await doctor(place)
        #expect(code == 1)
        #expect(out.contains("martlet.yaml:1"))
        #expect(out.contains("did you mean listen?"))
    }

    @Test func jsonIsForPrograms() async throws {
        let place = try TemporaryDirectory()
        let (code, out) = await doctor(place, ["--json"])
        #expect(code == 1)
        #expect(JSONComparison.value(at: "ok", in: out) == "false")
        #expect(JSONComparison.value(at: "checks.0.area", in: out) == "\"configuration\"")
    }
}
