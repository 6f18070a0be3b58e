import Catalog
import Configuration
import Foundation
import TestSupport
import Testing

@testable import MartletCLI

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct DoctorCheckTests {
    @Test func aMissingDirectoryIsMadeWhereItCan() throws {
        let place = try TemporaryDirectory()
        let check = DataDirectoryCheck(place.path + "/a/b/")
        #expect(check.findings.map(\.level) == [.ok])
        #expect(check.findings[0].sentence.contains("will be made"))
        #expect(!FileManager.default.fileExists(atPath: place.path + "/a"), "a check changes nothing")
    }

    @Test func aFileIsNoDirectory() throws {
        let place = try TemporaryDirectory()
        try place.write("data", "x")
        #expect(DataDirectoryCheck(place.path + "/data").findings.map(\.level) == [.error])
    }

    @Test func aLooseModeIsAWarning() throws {
        let place = try TemporaryDirectory()
        #expect(chmod(place.path, 0o755) == 0)
        let check = DataDirectoryCheck(place.path)
        #expect(check.findings.map(\.level) == [.warning])
        #expect(check.findings[0].sentence.contains("chmod 700 \(place.path)"))
        #expect(chmod(place.path, 0o700) == 0)
        #expect(DataDirectoryCheck(place.path).findings.map(\.level) == [.ok])
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func aDirectoryOfOthersIsAnError() throws {
        let place = try TemporaryDirectory()
        #expect(chmod(place.path, 0o500) == 0)
        #expect(DataDirectoryCheck(place.path).findings.map(\.level) == [.error])
        #expect(DataDirectoryCheck(place.path + "/below").findings.map(\.level) == [.error])
        #expect(chmod(place.path, 0o700) == 0)
    }

    @Test func aLockedDirectoryNamesTheProcess() throws {
        let place = try TemporaryDirectory()
        try place.write("lock", "4711\n")
        let descriptor = open(place.path + "/lock", O_RDWR)
        #expect(flock(descriptor, LOCK_EX) == 0)
        let check = DataDirectoryCheck(place.path)
        #expect(check.isInUse)
        #expect(check.findings.map(\.level) == [.ok])
        #expect(check.findings[0].sentence.contains("process 4711"))
        close(descriptor)
        #expect(!DataDirectoryCheck(place.path).isInUse)
    }

    @Test func aPortInUseIsAnErrorUnlessItIsOurs() throws {
        let (descriptor, port) = try LoopbackSocket.listen()
        let address = ListenAddress(host: "127.0.0.1", port: UInt16(port))
        #expect(ListenCheck.finding(address, routerIsRunning: false).level == .error)
        #expect(ListenCheck.finding(address, routerIsRunning: false).sentence.contains("in use"))
        #expect(ListenCheck.finding(address, routerIsRunning: true).level == .ok)
        LoopbackSocket.closeSocket(descriptor)
        #expect(ListenCheck.finding(address, routerIsRunning: false).level == .ok)
        #expect(
            ListenCheck.finding(ListenAddress(host: "203.0.113.9", port: 80), routerIsRunning: false).level == .error)
    }

    @Test func connectionsMustFitTheOpenFiles() {
        #expect(LimitsCheck.descriptors(10_000, hardLimit: 1_048_576).level == .ok)
        let finding = LimitsCheck.descriptors(10_000, hardLimit: 4096)
        #expect(finding.level == .warning)
        #expect(finding.sentence.contains("20256"))
    }

    @Test(
        arguments: [
            ([:], 0), (["HTTPS_PROXY": "socks5://x"], 1), (["SSL_CERT_FILE": "/nowhere/ca.pem"], 1),
            (["MARTLET_BASE_URL": "nonsense", "MARTLET_API_KEY": "a b"], 2),
            (["HTTPS_PROXY": "http://proxy:3128", "MARTLET_BASE_URL": "http://x/api/v1"], 0),
        ] as [([String: String], Int)])
    func malformedVariablesAreErrors(_ environment: [String: String], _ errors: Int) {
        let findings = EnvironmentCheck.findings(environment)
        #expect(findings.count { $0.level == .error } == errors)
        #expect(!findings.isEmpty)
    }

    @Test(arguments: [
        (200, #"{"data":[{"id":"m"},{"id":"n"}]}"#, [Finding.Level.ok], "answers in 7 ms"),
        (200, #"{"data":[{"id":"n"}]}"#, [.ok, .warning], "does not list m"),
        (200, "hello", [.ok], "answers"),
        (200, #"{"models":[{"name":"models/m"}]}"#, [.ok], "answers"),
        (200, #"{"models":[{"name":"n"}],"next_page_token":""}"#, [.ok, .warning], "does not list m"),
        (
            400, #"[{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#,
            [.error], "refuses the key"
        ),
        (400, #"{"error":{"code":400,"message":"no"}}"#, [.warning], "400"),
        (401, "", [.error], "refuses the key"), (403, "", [.error], "refuses the key"),
        (402, "", [.error], "credit"), (404, "", [.warning], "/v1"), (429, "", [.warning], "limits our rate"),
        (503, "", [.error], "trouble"), (418, "", [.warning], "418"),
    ])
    func answersOfProvidersAreJudged(
        _ status: Int, _ body: String, _ levels: [Finding.Level], _ says: String
    ) {
        let findings = Self.judge(status, body, ["m"], .openAI)
        #expect(findings.map(\.level) == levels)
        #expect(findings.last!.sentence.contains(says))
    }

    private static func judge(
        _ status: Int, _ body: String, _ models: [String], _ dialect: ProviderDialect
    ) -> [Finding] {
        ProviderAnswer.findings(
            "provider x", dialect, status: status, milliseconds: 7, body: Array(body.utf8).span, models: models)
    }

    @Test func bedrockListsModelsWithoutTheirRegions() {
        let list = #"{"modelSummaries":[{"modelId":"anthropic.claude-x"},{"modelId":"amazon.nova"}]}"#
        let models = ["us.anthropic.claude-x", "amazon.nova", "global.amazon.nova"]
        #expect(Self.judge(200, list, models, .bedrock).map(\.level) == [.ok])
        let findings = Self.judge(200, list, ["eu.meta.llama"], .bedrock)
        #expect(findings.map(\.level) == [.ok, .warning] && findings[1].sentence.contains("eu.meta.llama"))
    }

    @Test func aProviderWithoutAListIsToldHowItsAddressEnds() {
        #expect(Self.judge(404, "", [], .anthropic)[0].sentence.contains("is the bare host"))
        #expect(Self.judge(404, "", [], .openAI)[0].sentence.contains("ends in /v1"))
    }

    @Test func certificateAndKeyMustBeAPair() {
        let certificates = TestCertificates.shared
        func findings(_ certificate: String, _ key: String) -> [Finding] {
            TLSCheck.findings(Configuration.TLSFiles(certificate: certificate, key: key)) { _ in true }
        }
        #expect(findings(certificates.valid.certificate, certificates.valid.key).map(\.level) == [.ok])
        let mismatch = findings(certificates.valid.certificate, certificates.renewed.key)
        #expect(mismatch.map(\.level) == [.error])
        #expect(mismatch[0].sentence.contains("\(certificates.renewed.key): key values mismatch"))
        #expect(findings(certificates.valid.key, certificates.valid.key).map(\.level) == [.error])
        #expect(TLSCheck.findings(nil) { _ in true }.isEmpty)
        let unreadable = Configuration.TLSFiles(certificate: "/nowhere/c", key: "/nowhere/k")
        #expect(TLSCheck.findings(unreadable) { _ in false }.isEmpty, "the report of the configuration says it")
    }

    @Test func findingsArePrinted() {
        var list = FindingList()
        list.add([Finding("a", .ok, "fine."), Finding("b", .warning, "odd.")])
        #expect(list.text == "ok       a: fine.\nwarning  b: odd.\n\nNo problems, 1 warning.\n")
        #expect(!list.hasErrors)
        list.add([Finding("c", .error, "bro\u{1B}ken\nhere")])
        #expect(list.text.hasSuffix("ERROR    c: broken here\n\n1 problem to fix.\n"))
        #expect(list.hasErrors)
        #expect(JSONComparison.value(at: "ok", in: list.json) == "false")
        #expect(JSONComparison.value(at: "checks.2.level", in: list.json) == "\"error\"")
    }
}
