import Configuration
import Reactor

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether the server could listen where it should.
enum ListenCheck {
    private static let area = "listen"

    /// - Parameter routerIsRunning: then it is no surprise that the port is taken.
    static func finding(_ address: ListenAddress, routerIsRunning: Bool) -> Finding {
        guard let socket = SocketAddress(ip: address.host, port: address.port) else {
            return Finding(area, .error, "\(address) is no IP address and port.")
        }
        do throws(StreamError) {
            let bound = try ListeningSocket.bind(socket, count: 1)
            for descriptor in bound.descriptors { close(descriptor) }
            return Finding(area, .ok, "\(address) is free.")
        } catch {
            if error == .addressInUse {
                return routerIsRunning
                    ? Finding(area, .ok, "\(address) is taken by the running router.")
                    : Finding(
                        area, .error,
                        "\(address) is in use by another process; stop it, or choose another port with "
                            + "`listen:` or --listen.")
            }
            let hint = address.port < 1024 ? " Ports below 1024 need a privilege; choose a higher one." : ""
            return Finding(area, .error, "cannot listen on \(address): \(error).\(hint)")
        }
    }
}
