import Foundation

/// Certificates for tests, made once per process by the openssl program: a root, and below it leaves with various
/// faults.
package struct TestCertificates: Sendable {
    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    /// The root that clients should trust, and one that they should not.
    package let authority: Pair
    package let otherAuthority: Pair
    /// For up.test, *.wild.test, 127.0.0.1 and ::1.
    package let valid: Pair
    /// As `valid`, with another key and serial: for reloading.
    package let renewed: Pair
    /// For other.test only.
    package let wrongHost: Pair
    package let expired: Pair
    package let selfSigned: Pair
    /// For up.test by `otherAuthority`.
    package let unknownIssuer: Pair
    package let directory: String

    package static let shared: TestCertificates = {
        do { return try TestCertificates() } catch { fatalError("no certificates for tests: \(error)") }
    }()

    private init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        directory = url.path
        let names = "DNS:up.test,DNS:*.wild.test,IP:127.0.0.1,IP:::1"
        let maker = CertificateMaker(directory: directory)
        authority = try maker.selfSigned("authority", names: nil)
        otherAuthority = try maker.selfSigned("other-authority", names: nil)
        valid = try maker.issue("valid", names: names, by: authority)
        renewed = try maker.issue("renewed", names: names, by: authority)
        wrongHost = try maker.issue("wrong-host", names: "DNS:other.test", by: authority)
        expired = try maker.issue("expired", names: names, by: authority, days: -1)
        selfSigned = try maker.selfSigned("self-signed", names: names)
        unknownIssuer = try maker.issue("unknown-issuer", names: names, by: otherAuthority)
    }
}

private struct CertificateMaker {
    let directory: String

    private static let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    func selfSigned(_ name: String, names: String?) throws -> TestCertificates.Pair {
        let pair = pair(name)
        var arguments = ["req", "-x509"] + Self.curve
        arguments += ["-keyout", pair.key, "-out", pair.certificate, "-days", "2", "-subj", "/CN=\(name)"]
        if let names { arguments += ["-addext", "subjectAltName=\(names)"] }
        try run(arguments)
        return pair
    }

    func issue(
        _ name: String, names: String, by issuer: TestCertificates.Pair, days: Int = 2
    ) throws -> TestCertificates.Pair {
        let pair = pair(name)
        let request = "\(directory)/\(name).csr"
        let extensions = "\(directory)/\(name).ext"
        try "subjectAltName=\(names)\n".write(toFile: extensions, atomically: true, encoding: .utf8)
        try run(["req"] + Self.curve + ["-keyout", pair.key, "-out", request, "-subj", "/CN=\(name)"])
        try run([
            "x509", "-req", "-in", request, "-CA", issuer.certificate, "-CAkey", issuer.key, "-CAcreateserial",
            "-out", pair.certificate, "-days", "\(days)", "-extfile", extensions,
        ])
        return pair
    }

    private func pair(_ name: String) -> TestCertificates.Pair {
        TestCertificates.Pair(certificate: "\(directory)/\(name).pem", key: "\(directory)/\(name).key")
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw LoopbackSocket.Failure(call: "openssl \(arguments[0])", code: process.terminationStatus)
        }
    }
}
