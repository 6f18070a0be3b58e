/// Finds the ends of whole HTTP/1.1 requests in what a scripted upstream received.
struct RequestCounter {
    private var start = 0

    /// Steps over one complete request behind those already taken; false while it is incomplete.
    mutating func takeOne(from bytes: [UInt8]) -> Bool {
        guard let headEnd = find(Array("\r\n\r\n".utf8), in: bytes, from: start) else { return false }
        let head = String(decoding: bytes[start..<headEnd], as: UTF8.self).lowercased()
        let bodyStart = headEnd + 4
        if head.contains("\r\ntransfer-encoding: chunked") || head.contains("\r\ntransfer-encoding:chunked") {
            guard let end = find(Array("0\r\n\r\n".utf8), in: bytes, from: bodyStart) else { return false }
            start = end + 5
            return true
        }
        var length = 0
        for line in head.split(separator: "\r\n") where line.hasPrefix("content-length:") {
            length = Int(line.dropFirst("content-length:".count).filter { $0 != " " }) ?? 0
        }
        guard bytes.count >= bodyStart + length else { return false }
        start = bodyStart + length
        return true
    }

    private func find(_ pattern: [UInt8], in bytes: [UInt8], from: Int) -> Int? {
        guard bytes.count >= from + pattern.count else { return nil }
        return (from...(bytes.count - pattern.count)).first { bytes[$0..<($0 + pattern.count)].elementsEqual(pattern) }
    }
}
