import Configuration
import TransportSecurity

/// Whether the server's certificate and key are a pair: they are loaded as its start loads them.
enum TLSCheck {
    /// - Parameter canRead: whether a file can be read; one that cannot is told of elsewhere.
    static func findings(_ files: Configuration.TLSFiles?, canRead: (String) -> Bool) -> [Finding] {
        guard let files, canRead(files.certificate), canRead(files.key) else { return [] }
        do throws(TLSFailure) {
            _ = try TLSContext(.server(certificateFile: files.certificate, keyFile: files.key))
            return [Finding("tls", .ok, "\(files.certificate) and \(files.key) are a certificate and its key.")]
        } catch {
            return [Finding("tls", .error, "\(error.reason) The server does not start with them.")]
        }
    }
}
