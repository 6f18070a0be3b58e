import Foundation
import TestSupport

/// A certificate and a key in files whose content changes.
struct FilePair {
    let certificate: String
    let key: String

    init(directory: String, name: String) {
        certificate = "\(directory)/\(name)-\(UUID().uuidString).pem"
        key = certificate + ".key"
    }

    func copy(from pair: TestCertificates.Pair) throws {
        for (source, target) in [(pair.certificate, certificate), (pair.key, key)] {
            try Data(contentsOf: URL(fileURLWithPath: source)).write(to: URL(fileURLWithPath: target))
        }
    }
}
