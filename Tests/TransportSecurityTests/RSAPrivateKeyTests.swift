import Foundation
import TestSupport
import Testing

@testable import TransportSecurity

/// Keys and signatures are made and judged by the `openssl` program.
@Suite("RSA keys that sign")
struct RSAPrivateKeyTests {
    @Test("sign what openssl finds to be signed, in PKCS #8 and PKCS #1")
    func signs() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let at = { directory.appendingPathComponent($0).path }
        try RSAKeys.usual.write(toFile: at("key"), atomically: true, encoding: .utf8)
        let publicKey = RSAKeys.run(["rsa", "-in", at("key"), "-pubout"])
        try publicKey.write(toFile: at("public"), atomically: true, encoding: .utf8)
        let older = RSAKeys.run(["rsa", "-in", at("key"), "-traditional"])
        #expect(older.hasPrefix("-----BEGIN RSA PRIVATE KEY-----"))
        let message = Array("header.claims".utf8)
        try Data(message).write(to: directory.appendingPathComponent("message"))
        let signature = try #require(try RSAPrivateKey(pem: RSAKeys.usual).sign(message))
        #expect(signature.count == 256)
        // This kind of signature has no randomness.
        #expect(try RSAPrivateKey(pem: older).sign(message) == signature)
        try Data(signature).write(to: directory.appendingPathComponent("signature"))
        #expect(
            RSAKeys.run(["dgst", "-sha256", "-verify", at("public"), "-signature", at("signature"), at("message")])
                == "Verified OK\n")
    }

    @Test(
        "are refused where they cannot sign",
        arguments: [
            (RSAKeys.elliptic, "is a key of another kind than RSA"),
            (RSAKeys.short, "is an RSA key of less than 2048 bits"),
            (RSAKeys.locked, "is no private key in PEM that can be read"),
            ("", "is no private key in PEM that can be read"),
            (
                "-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n",
                "is no private key in PEM that can be read"
            ),
        ])
    func refuses(pem: String, reason: String) {
        #expect(throws: RSAPrivateKey.Unusable(description: reason)) { try RSAPrivateKey(pem: pem) }
    }
}
