import HTTPWire

// Spans cannot be captured by `#expect`; arrays can.
extension RequestHeadParser {
    mutating func parse(_ bytes: [UInt8], into head: inout RequestHead) throws(WireError) -> Int? {
        try parse(bytes.span, into: &head)
    }
}

extension ResponseHeadParser {
    mutating func parse(_ bytes: [UInt8], into head: inout ResponseHead) throws(WireError) -> Int? {
        try parse(bytes.span, into: &head)
    }
}

extension BodyDecoder {
    mutating func next(_ bytes: [UInt8]) throws(WireError) -> BodyStep {
        try next(bytes.span)
    }
}
