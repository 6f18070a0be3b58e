import Foundation
import Telemetry
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct ServiceNotifierTests {
    /// A datagram socket in the place of systemd's.
    final class Manager {
        let address: String
        private let descriptor: Int32

        init?(isAbstract: Bool) {
            let name = "/tmp/martlet-notify-\(UUID().uuidString.prefix(8))"
            address = isAbstract ? "@" + name.dropFirst() : name
            #if canImport(Glibc)
                descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            #else
                descriptor = socket(AF_UNIX, SOCK_DGRAM, 0)
            #endif
            var own = sockaddr_un()
            own.sun_family = sa_family_t(AF_UNIX)
            var path = Array(address.utf8)
            if isAbstract { path[0] = 0 }
            withUnsafeMutableBytes(of: &own.sun_path) { $0.copyBytes(from: path) }
            let length = MemoryLayout.offset(of: \sockaddr_un.sun_path)! + path.count + (isAbstract ? 0 : 1)
            let status = withUnsafePointer(to: &own) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(length)) }
            }
            if status != 0 { return nil }
        }

        deinit {
            close(descriptor)
            if address.hasPrefix("/") { unlink(address) }
        }

        func receive() -> String {
            var bytes = [UInt8](repeating: 0, count: 512)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    #if os(Linux)
        static let kinds = [false, true]
    #else
        static let kinds = [false]
    #endif

    @Test(arguments: kinds)
    func tellsTheManager(isAbstract: Bool) throws {
        let manager = try #require(Manager(isAbstract: isAbstract))
        let notifier = ServiceNotifier(address: manager.address)
        #expect(notifier.ready())
        #expect(manager.receive() == "READY=1")
        #expect(notifier.stopping())
        #expect(manager.receive() == "STOPPING=1")
        #expect(notifier.status("serving\nREADY=1"))
        #expect(manager.receive() == "STATUS=serving")
        #expect(notifier.reloading())
        let words = manager.receive().split(separator: "\n")
        #expect(words.first == "RELOADING=1")
        #expect(try #require(Int64(words[1].dropFirst("MONOTONIC_USEC=".count))) > 0)
    }

    @Test(arguments: [nil, "", "relative", "/nowhere/at/all", "/" + String(repeating: "x", count: 200)])
    func withoutAManagerNothingHappens(_ address: String?) {
        #expect(!ServiceNotifier(address: address).ready())
    }
}
