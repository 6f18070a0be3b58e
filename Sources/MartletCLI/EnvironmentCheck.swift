import HTTPClient

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Variables that the server and the commands act on.
enum EnvironmentCheck {
    private static let area = "environment"

    static func findings(_ environment: [String: String]) -> [Finding] {
        var findings: [Finding] = []
        do throws(ProxySettings.Problem) {
            _ = try ProxySettings { environment[$0] }
        } catch {
            findings.append(Finding(area, .error, error.description))
        }
        if let file = environment["SSL_CERT_FILE"], !file.isEmpty, access(file, R_OK) != 0 {
            findings.append(
                Finding(
                    area, .error, "SSL_CERT_FILE names \(file), which cannot be read; no provider could be trusted."))
        }
        if let url = environment["MARTLET_BASE_URL"], !url.isEmpty, ServerAddress(url) == nil {
            findings.append(
                Finding(area, .error, "MARTLET_BASE_URL must be a URL such as \(ServerAddress.defaultText)."))
        }
        if let key = environment["MARTLET_API_KEY"], key.contains(where: \.isWhitespace) {
            findings.append(Finding(area, .error, "MARTLET_API_KEY holds a space or a line end, which no key has."))
        }
        return findings.isEmpty ? [Finding(area, .ok, "nothing in it is malformed.")] : findings
    }
}
