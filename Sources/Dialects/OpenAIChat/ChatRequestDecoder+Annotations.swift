import Buffers
import Completions
import JSONText

/// What a caller says about a request for its own records: checked, and kept as it is with the generation.
extension ChatRequestDecoder {
    mutating func readMetadata(_ value: JSONValue) throws(APIError) {
        guard value.kind == .object else { throw value.wrongType("metadata", "an object of strings") }
        try value.rejectRepeatedKeys("metadata")
        guard value.count <= DialectLimits.metadataPairs else {
            throw .invalid("metadata", "'metadata' may have at most \(DialectLimits.metadataPairs) pairs.")
        }
        var text = ByteBuffer()
        try text.appendJSON { json throws(APIError) in
            try json.object { json throws(APIError) in
                for member in value.members {
                    let key = member.key.string
                    guard key.unicodeScalars.count <= DialectLimits.metadataKeyCharacters else {
                        let limit = DialectLimits.metadataKeyCharacters
                        throw .invalid("metadata", "A key of 'metadata' may be at most \(limit) characters long.")
                    }
                    json.key(text: key)
                    json.string(
                        try member.value.requireString(
                            atMost: DialectLimits.metadataValueCharacters, "metadata.\(key)"))
                }
            }
        }
        request.metadata = text.text
    }

    /// The members that the contract names are text; others may be anything.
    mutating func readTrace(_ value: JSONValue) throws(APIError) {
        try value.requireObject("trace")
        guard value.range.count <= DialectLimits.traceBytes else {
            throw .invalid("trace", "'trace' may be at most \(DialectLimits.traceBytes) bytes long; send less in it.")
        }
        for name in Self.traceNames {
            if let member = value[name], !member.isNull { try member.checkString("trace.\(name)") }
        }
        var text = ByteBuffer()
        value.copyRaw(into: &text)
        request.trace = Self.compact(text.span)
    }

    /// The same JSON without the whitespace between its tokens, so that it fits on one line.
    private static func compact(_ json: Span<UInt8>) -> String {
        var result = ByteBuffer()
        var isInString = false
        var isEscaped = false
        for index in json.indices {
            let byte = json[index]
            if !isInString, byte <= UInt8(ascii: " ") { continue }
            result.append(byte)
            if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        return result.text
    }

    private static let traceNames: [StaticString] = [
        "trace_id", "trace_name", "span_name", "generation_name", "parent_span_id",
    ]
}
