import HTTPWire

/// However a connection's bytes are cut, the same requests are read and refused for the same reason; and the first
/// request is accepted exactly if a slow reader that looks at whole lines accepts it, with the same contents.
func fuzzRequest(_ input: [UInt8]) {
    let whole = RequestTranscript(input)
    var cuts = Cuts(input)
    for places in [cuts.next(input.count), cuts.next(input.count), cuts.many(input.count)] {
        let pieces = RequestTranscript(input, cuts: places)
        require(
            pieces.requests == whole.requests && pieces.error == whole.error,
            "cut at \(places):\n\(pieces)\nwhole:\n\(whole)")
    }
    let naive = NaiveRequest(input)
    let first = whole.requests.first
    require(
        naive?.start == first?.start && naive?.fields == first?.fields && naive?.framing == first?.framing,
        "slow reader: \(String(describing: naive))\nparser: \(whole)")
}

/// A request head as a reader sees it that waits for the whole head and takes it apart line by line.
struct NaiveRequest {
    var start = ""
    var fields: [String] = []
    var framing = MessageFraming.none

    /// Nil when the head is incomplete or not acceptable.
    init?(_ input: [UInt8]) {
        let limits = WireLimits.standard
        var bytes = input[...]
        if bytes.starts(with: [13, 10]) { bytes = bytes.dropFirst(2) }
        guard let end = Naive.firstEmptyLine(bytes), end - input.startIndex <= limits.headBytes else { return nil }
        var lines = Naive.lines(bytes[..<(end - 2)])
        guard !lines.isEmpty, lines.allSatisfy({ !$0.contains(13) && !$0.contains(10) }) else { return nil }
        guard let line = NaiveRequestLine(Array(lines.removeFirst())), lines.count <= limits.fieldCount else {
            return nil
        }
        start = line.text
        var values: [String: [String]] = [:]
        for line in lines {
            guard let field = Naive.field(line) else { return nil }
            fields.append("\(field.name): \(field.value)")
            values[field.name.lowercased(), default: []].append(field.value)
        }
        guard let framing = Naive.framing(values, isVersion0: line.isVersion0) else { return nil }
        self.framing = framing
        let hosts = values["host", default: []]
        guard hosts.count <= 1, line.isVersion0 || hosts.count == 1 else { return nil }
        guard hosts.allSatisfy(Naive.isHost) else { return nil }
        let expectations = values["expect", default: []]
        guard line.isVersion0 || expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else { return nil }
    }
}

private struct NaiveRequestLine {
    var text = ""
    var isVersion0 = false

    init?(_ line: [UInt8]) {
        let parts = line.split(separator: 32, omittingEmptySubsequences: false).map { Array($0) }
        guard parts.count == 3, Naive.isToken(parts[0]), parts[0].count <= 32 else { return nil }
        let method = String(decoding: parts[0], as: UTF8.self)
        let version = String(decoding: parts[2], as: UTF8.self)
        guard method != "CONNECT", version == "HTTP/1.1" || version == "HTTP/1.0" else { return nil }
        isVersion0 = version == "HTTP/1.0"
        let target = parts[1]
        guard !target.isEmpty, target.count <= 8 * 1024 else { return nil }
        guard target.allSatisfy({ $0 > 32 && $0 < 127 && !"#\"<>".utf8.contains($0) }) else { return nil }
        var path = String(decoding: target, as: UTF8.self)
        if path == "*" {
            guard method == "OPTIONS" else { return nil }
        } else if !path.hasPrefix("/") {
            let scheme = path.lowercased().hasPrefix("http://") ? 7 : path.lowercased().hasPrefix("https://") ? 8 : 0
            let rest = path.dropFirst(scheme)
            let host = rest.prefix { $0 != "/" && $0 != "?" }
            guard scheme > 0, Naive.isHost(String(host)) else { return nil }
            path = String(rest.dropFirst(host.count))
        }
        text = "\(method) \(path) 1.\(isVersion0 ? 0 : 1)"
    }
}
