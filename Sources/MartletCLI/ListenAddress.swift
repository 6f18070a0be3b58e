import Reactor

/// `ADDR:PORT` as the command line takes it: an address literal, because a name could mean several.
struct ListenAddress {
    let host: String
    let port: UInt16

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        var host = String(text[..<colon])
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits) else {
            return nil
        }
        if host == "localhost" { host = "127.0.0.1" }
        if host.contains(":"), !host.hasPrefix("[") { return nil }
        guard SocketAddress(ip: host, port: port) != nil else { return nil }
        self.host = host
        self.port = port
    }

    var socketAddress: SocketAddress { SocketAddress(ip: host, port: port)! }

    static func isValid(_ text: String) -> Bool { ListenAddress(text) != nil }
}
