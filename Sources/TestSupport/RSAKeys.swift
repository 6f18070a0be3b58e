import Foundation

/// Private keys for tests, made once per process by the openssl program.
package enum RSAKeys {
    /// Of 2,048 bits, in PKCS #8.
    package static let usual = make("RSA", "rsa_keygen_bits:2048")
    /// Of 1,024 bits.
    package static let short = make("RSA", "rsa_keygen_bits:1024")
    /// Of another kind.
    package static let elliptic = make("EC", "ec_paramgen_curve:P-256")
    /// With a passphrase.
    package static let locked = make("EC", "ec_paramgen_curve:P-256", "-aes256", "-pass", "pass:x")

    private static func make(_ algorithm: String, _ option: String, _ more: String...) -> String {
        run(["genpkey", "-algorithm", algorithm, "-pkeyopt", option] + more)
    }

    /// What `openssl` writes to its standard output; empty where it fails.
    package static func run(_ arguments: [String]) -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return "" }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
