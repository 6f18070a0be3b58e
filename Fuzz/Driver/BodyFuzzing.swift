import HTTPWire

/// A chunked body gives the same bytes however it is cut, and the bytes that a slow decoder of whole bodies gives.
func fuzzBody(_ input: [UInt8]) {
    let whole = DecodedBody(input, cuts: [])
    var cuts = Cuts(input)
    for places in [cuts.next(input.count), cuts.next(input.count), cuts.many(input.count)] {
        let pieces = DecodedBody(input, cuts: places)
        require(pieces == whole, "cut at \(places):\n\(pieces)\nwhole:\n\(whole)")
    }
    guard let naive = NaiveChunks(input) else { return }
    require(whole.isComplete == naive.isComplete, "slow decoder: \(naive)\ndecoder: \(whole)")
    require(!naive.isComplete || (naive.body == whole.body && naive.rest == whole.rest), "\(naive)\n\(whole)")
}

private struct DecodedBody: Equatable {
    var body: [UInt8] = []
    var rest: [UInt8] = []
    var error: WireError?
    var isComplete = false

    init(_ input: [UInt8], cuts: [Int]) {
        var decoder = BodyDecoder(framing: .chunked)
        var start = 0
        for cut in cuts + [input.count] {
            rest += input[start..<cut]
            start = cut
            do throws(WireError) {
                while !isComplete, try step(&decoder) {}
            } catch {
                self.error = error
                rest = []
                return
            }
        }
    }

    /// False when the decoder needs more.
    private mutating func step(_ decoder: inout BodyDecoder) throws(WireError) -> Bool {
        switch try decoder.next(rest) {
        case .data(let range):
            require(!range.isEmpty && range.upperBound <= rest.count, "data at \(range) of \(rest.count) bytes")
            body += rest[range]
            rest.removeFirst(range.upperBound)
            return true
        case .needMore(let consumed):
            rest.removeFirst(consumed)
            return false
        case .end(let consumed):
            rest.removeFirst(consumed)
            isComplete = true
            return false
        }
    }
}

/// A chunked body as a reader sees it that has all of it.
private struct NaiveChunks {
    var body: [UInt8] = []
    var rest: [UInt8] = []
    var isComplete = false

    /// Nil when a bound of the decoder may decide, which is not looked at here.
    init?(_ input: [UInt8]) {
        var bytes = input[...]
        while true {
            guard let line = Self.takeLine(&bytes) else { return }
            if line.count > 200 { return nil }
            guard let size = Self.size(line) else { return }
            if size == 0 { break }
            guard bytes.count >= size + 2, bytes.dropFirst(size).starts(with: [13, 10]) else { return }
            body += bytes.prefix(size)
            bytes = bytes.dropFirst(size + 2)
        }
        var fieldCount = 0
        while let line = Self.takeLine(&bytes) {
            if line.isEmpty {
                isComplete = true
                rest = Array(bytes)
                return
            }
            fieldCount += 1
            guard fieldCount <= 128, Naive.field(line) != nil else { return }
        }
    }

    private static func takeLine(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: [13, 10]) }) else { return nil }
        defer { bytes = bytes[(end + 2)...] }
        return bytes[..<end]
    }

    private static func size(_ line: ArraySlice<UInt8>) -> Int? {
        let digits = line.prefix { (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0) }
        var rest = line.dropFirst(digits.count)
        if !rest.isEmpty {
            rest = rest.drop { $0 == 32 || $0 == 9 }
            guard rest.first == 59, Naive.isText(rest) else { return nil }
        }
        guard digits.count <= 16 else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
