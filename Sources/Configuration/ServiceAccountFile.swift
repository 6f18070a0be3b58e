import Catalog
import JSONText
import Providers
import TransportSecurity

/// The key file of a service account, checked as far as that goes without asking Google.
enum ServiceAccountFile {
    /// What is wrong, with the path and the member of the file that is at fault.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    static func read(_ path: String, _ readFile: (String) -> String?) throws(Problem) -> ServiceAccount {
        guard let content = readFile(path) else { throw Problem(description: "cannot be read: \(path)") }
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let root = try? scanner.scan(copying: content) else {
            throw Problem(description: "\(path) holds no JSON; it must be a service account's key file")
        }
        let account: ServiceAccount
        do throws(ServiceAccountKeyError) {
            account = try ServiceAccount(root)
        } catch {
            throw Problem(description: "\(path): \(error)")
        }
        do throws(RSAPrivateKey.Unusable) {
            _ = try RSAPrivateKey(pem: account.privateKey.reveal())
        } catch {
            throw Problem(description: "\(path): \"private_key\" \(error)")
        }
        return account
    }
}
