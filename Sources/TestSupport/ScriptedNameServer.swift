import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A name server on a UDP port of loopback with a table for answers.
package final class ScriptedNameServer: Sendable {
    package enum Reply: Sendable {
        /// Address literals of either family, and the TTL of each.
        case addresses([String], ttlSeconds: UInt32)
        case noSuchName
        case serverFailure
        /// Say nothing.
        case silence
    }

    package let port: Int
    private let socket: Int32
    private let state: Mutex<(table: [String: Reply], questions: [String])>

    package init(_ table: [String: Reply]) throws {
        state = Mutex((table, []))
        #if canImport(Glibc)
            socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        #else
            socket = Darwin.socket(AF_INET, SOCK_DGRAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw LoopbackSocket.Failure(call: "bind", code: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { self.serve() }
    }

    /// The server as c-ares wants it named.
    package var address: String { "127.0.0.1:\(port)" }
    /// The names that were asked for, once per question.
    package var questions: [String] { state.withLock { $0.questions } }

    package func set(_ name: String, _ reply: Reply) {
        state.withLock { $0.table[name] = reply }
    }

    /// Closes the port: questions are refused by the system from then on.
    package func stop() {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    private func serve() {
        var packet = [UInt8](repeating: 0, count: 2048)
        while true {
            var peer = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(socket, &packet, packet.count, 0, $0, &length)
                }
            }
            if count <= 0 { return }
            guard let answer = reply(to: Array(packet[..<count])) else { continue }
            withUnsafePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = sendto(socket, answer, answer.count, 0, $0, length)
                }
            }
        }
    }

    /// RFC 1035, section 4: header, the question as it came, answers that point back to its name.
    private func reply(to query: [UInt8]) -> [UInt8]? {
        var index = 12
        var labels: [String] = []
        while index < query.count, query[index] > 0 {
            let end = index + 1 + Int(query[index])
            guard end < query.count else { return nil }
            labels.append(String(decoding: query[index + 1..<end], as: UTF8.self))
            index = end
        }
        guard index + 4 < query.count else { return nil }
        let type = Int(query[index + 1]) << 8 | Int(query[index + 2])
        let question = query[12...index + 4]
        let name = labels.joined(separator: ".").lowercased()
        let reply = state.withLock {
            $0.questions.append(name)
            return $0.table[name] ?? .noSuchName
        }
        var records: [[UInt8]] = []
        var code: UInt8 = 0
        switch reply {
        case .silence: return nil
        case .noSuchName: code = 3
        case .serverFailure: code = 2
        case .addresses(let texts, let ttl): records = texts.compactMap { Self.record($0, type, ttl) }
        }
        let header: [UInt8] = [
            query[0], query[1], 0x81, 0x80 | code, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0,
        ]
        return header + question + records.joined()
    }

    private static func record(_ text: String, _ type: Int, _ ttl: UInt32) -> [UInt8]? {
        var data = [UInt8](repeating: 0, count: text.contains(":") ? 16 : 4)
        guard inet_pton(data.count == 16 ? AF_INET6 : AF_INET, text, &data) == 1 else { return nil }
        guard type == (data.count == 16 ? 28 : 1) else { return nil }
        let time = withUnsafeBytes(of: ttl.bigEndian) { Array($0) }
        return [0xC0, 12, 0, UInt8(type), 0, 1] + time + [0, UInt8(data.count)] + data
    }
}
