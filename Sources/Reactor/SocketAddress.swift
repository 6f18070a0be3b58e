// c-ares and libuv both declare the socket types; which of the modules owns them depends on the build, so both are here.
import CAres
import CUV

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An IPv4 or IPv6 address with its port.
package struct SocketAddress: Sendable {
    var storage: sockaddr_storage

    init(storage: sockaddr_storage) {
        self.storage = storage
    }

    /// Parses an address literal, IPv6 with or without brackets; nil for a host name.
    package init?(ip: String, port: UInt16) {
        var storage = sockaddr_storage()
        var text = ip
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        let isParsed = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { uv_ip4_addr(text, Int32(port), $0) == 0 }
                || pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    uv_ip6_addr(text, Int32(port), $0) == 0
                }
        }
        if !isParsed { return nil }
        self.storage = storage
    }

    package var isIPv6: Bool { Int32(storage.ss_family) == AF_INET6 }

    package var port: UInt16 {
        withSockaddr { pointer in
            isIPv6
                ? pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    UInt16(bigEndian: $0.pointee.sin6_port)
                }
                : pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    UInt16(bigEndian: $0.pointee.sin_port)
                }
        }
    }

    /// The address without its port.
    package var host: String {
        var text = [CChar](repeating: 0, count: 64)
        withSockaddr { pointer in
            if isIPv6 {
                _ = pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { uv_ip6_name($0, &text, text.count) }
            } else {
                _ = pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { uv_ip4_name($0, &text, text.count) }
            }
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The address in network order: 4 bytes, or 16 for IPv6.
    package var bytes: [UInt8] {
        withSockaddr { pointer in
            if isIPv6 {
                return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
                }
            }
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
            }
        }
    }

    func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>) -> R) -> R {
        withUnsafePointer(to: storage) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) } }
    }

    var length: socklen_t {
        socklen_t(isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    }
}

extension SocketAddress: CustomStringConvertible {
    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
