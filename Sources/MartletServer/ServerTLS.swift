import Configuration
import Reactor
import Synchronization
import TransportSecurity

/// The server's certificate, which a reload may replace for new connections.
final class ServerTLS: Sendable {
    private let context: Mutex<TLSContext>

    init(_ files: Configuration.TLSFiles) throws(StartFailure) {
        do throws(TLSFailure) {
            context = Mutex(try TLSContext(.server(certificateFile: files.certificate, keyFile: files.key)))
        } catch {
            throw StartFailure("\(error)")
        }
    }

    /// The layer of a new connection.
    func makeLayer(_ workspace: TLSWorkspace) -> any StreamSecurity {
        let current = context.withLock { $0 }
        do throws(TLSFailure) {
            return try TLSConnection(server: current, workspace: workspace)
        } catch {
            // The context made connections before; what is missing now is memory.
            fatalError("a TLS connection cannot be made: \(error)")
        }
    }

    /// Reads the files, which may be others than before: for new connections, while old ones keep what they have.
    ///
    /// - Returns: what is wrong with them; what was there before then stays.
    func reload(_ files: Configuration.TLSFiles) -> String? {
        do throws(TLSFailure) {
            let fresh = try TLSContext(.server(certificateFile: files.certificate, keyFile: files.key))
            context.withLock { $0 = fresh }
            return nil
        } catch {
            return "\(error)"
        }
    }
}
