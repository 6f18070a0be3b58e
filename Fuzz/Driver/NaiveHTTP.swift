import HTTPWire

/// The rules of HTTP messages, written for being read.
enum Naive {
    static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
        let others = Array("!#$%&'*+-.^_`|~".utf8)
        return !bytes.isEmpty
            && bytes.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || others.contains($0)
            }
    }

    static func isText(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.allSatisfy { $0 == 9 || ($0 >= 32 && $0 != 127) }
    }

    /// Behind the first CR LF CR LF.
    static func firstEmptyLine(_ bytes: ArraySlice<UInt8>) -> Int? {
        for index in bytes.indices where bytes[index...].starts(with: [13, 10, 13, 10]) { return index + 4 }
        return nil
    }

    /// The lines of bytes that end with CR LF, without their ends.
    static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = bytes
        while let end = rest.indices.first(where: { rest[$0...].starts(with: [13, 10]) }) {
            lines.append(rest[..<end])
            rest = rest[(end + 2)...]
        }
        return lines
    }

    static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: 58), isToken(line[..<colon]) else { return nil }
        var value = line[(colon + 1)...]
        guard isText(value) else { return nil }
        while let first = value.first, first == 32 || first == 9 { value.removeFirst() }
        while let last = value.last, last == 32 || last == 9 { value.removeLast() }
        return (String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    /// Nil when the fields leave any doubt about where the body ends.
    static func framing(_ values: [String: [String]], isVersion0: Bool) -> MessageFraming? {
        let lengths = values["content-length", default: []]
        let codings = values["transfer-encoding", default: []]
        guard lengths.count + codings.count <= 1 else { return nil }
        if let coding = codings.first {
            return coding.lowercased() == "chunked" && !isVersion0 ? .chunked : nil
        }
        guard let length = lengths.first else { return MessageFraming.none }
        guard length.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(length) else { return nil }
        return .length(number)
    }

    static func isHost(_ text: String) -> Bool {
        var host = text[...]
        var port: Substring?
        if host.hasPrefix("[") {
            guard let bracket = host.firstIndex(of: "]") else { return false }
            let rest = host[host.index(after: bracket)...]
            host = host[host.index(after: host.startIndex)..<bracket]
            guard host.utf8.allSatisfy({ "0123456789abcdefABCDEF:.".utf8.contains($0) }) else { return false }
            guard rest.isEmpty || rest.hasPrefix(":") else { return false }
            if !rest.isEmpty { port = rest.dropFirst() }
        } else {
            if let colon = host.firstIndex(of: ":") {
                port = host[host.index(after: colon)...]
                host = host[..<colon]
            }
            let others = Array("-._~".utf8)
            let isName = host.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || others.contains($0)
            }
            guard isName else { return false }
        }
        guard let port else { return !host.isEmpty }
        let isNumber = port.utf8.allSatisfy { (48...57).contains($0) }
        return !host.isEmpty && isNumber && port.utf8.count <= 5 && Int("0" + port)! <= 65_535
    }
}
