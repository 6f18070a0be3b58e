package import Buffers

/// Writes the parts of HTTP/1.1 messages.
package enum HTTPEncoding {
    /// Appends `HTTP/1.1 200 OK` and its line end.
    package static func appendStatusLine(_ status: Int, to out: inout ByteBuffer) {
        if status == 200 {
            out.append("HTTP/1.1 200 OK\r\n")
            return
        }
        precondition((100...999).contains(status), "no HTTP status")
        out.append("HTTP/1.1 ")
        out.append(decimal: status)
        out.append(" ")
        out.append(StatusReason.phrase(of: status))
        out.append("\r\n")
    }

    /// Appends a request line of a method and a target that are known to be well-formed: those of the code, or ranges
    /// of a parsed head.
    package static func appendRequestLine(_ method: StaticString, _ target: Span<UInt8>, to out: inout ByteBuffer) {
        precondition(isTarget(target), "no request target")
        out.append(method)
        out.append(" ")
        out.append(target)
        out.append(" HTTP/1.1\r\n")
    }

    /// Whether these bytes can stand as a target in a request line.
    package static func isTarget(_ target: Span<UInt8>) -> Bool {
        let classes = ByteClass.shared
        for index in 0..<target.count where !classes.has(target[index], ByteClass.target) { return false }
        return target.count > 0
    }

    /// Appends a field whose name and value both stand in the code.
    package static func appendField(_ name: StaticString, _ value: StaticString, to out: inout ByteBuffer) {
        out.append(name)
        out.append(": ")
        out.append(value)
        out.append("\r\n")
    }

    package static func appendField(_ name: StaticString, decimal value: Int, to out: inout ByteBuffer) {
        out.append(name)
        out.append(": ")
        out.append(decimal: value)
        out.append("\r\n")
    }

    /// Appends a field with a value from elsewhere.
    ///
    /// - Returns: false, and nothing is appended, when the value has a line end, NUL or another control character,
    ///   which would let whoever chose it write further fields.
    @discardableResult
    package static func appendField(_ name: StaticString, _ value: Span<UInt8>, to out: inout ByteBuffer) -> Bool {
        guard value.firstControl(from: 0, to: value.count) == value.count else { return false }
        out.append(name)
        out.append(": ")
        out.append(value)
        out.append("\r\n")
        return true
    }

    /// As above, for text; a literal takes the way of the code's own values.
    @discardableResult
    @_disfavoredOverload
    package static func appendField(_ name: StaticString, _ value: String, to out: inout ByteBuffer) -> Bool {
        appendField(name, value.utf8Span.span, to: &out)
    }

    /// Appends a field whose name, too, comes from elsewhere: one of a parsed head, or from the configuration.
    ///
    /// - Returns: false, and nothing is appended, when the name is no token or the value has a control character.
    @discardableResult
    package static func appendField(name: Span<UInt8>, value: Span<UInt8>, to out: inout ByteBuffer) -> Bool {
        let classes = ByteClass.shared
        for index in 0..<name.count where !classes.has(name[index], ByteClass.token) { return false }
        guard name.count > 0, value.firstControl(from: 0, to: value.count) == value.count else { return false }
        out.append(name)
        out.append(": ")
        out.append(value)
        out.append("\r\n")
        return true
    }

    /// Appends the empty line behind the last field.
    package static func appendEndOfHead(to out: inout ByteBuffer) {
        out.append("\r\n")
    }

    /// Appends the line before a chunk's data, of which there must be at least one byte: an empty chunk ends the body.
    package static func appendChunkHeader(_ count: Int, to out: inout ByteBuffer) {
        precondition(count > 0, "an empty chunk would end the body")
        let digitCount = (Int.bitWidth - count.leadingZeroBitCount + 3) / 4
        for position in stride(from: (digitCount - 1) * 4, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: count >> position) & 0xF
            out.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        }
        out.append("\r\n")
    }

    /// Appends the line end behind a chunk's data.
    package static func appendChunkEnd(to out: inout ByteBuffer) {
        out.append("\r\n")
    }

    /// Appends a whole chunk; nothing when there is no data.
    package static func appendChunk(_ data: Span<UInt8>, to out: inout ByteBuffer) {
        if data.count == 0 { return }
        appendChunkHeader(data.count, to: &out)
        out.append(data)
        out.append("\r\n")
    }

    /// Appends the end of a chunked body, without trailers.
    package static func appendLastChunk(to out: inout ByteBuffer) {
        out.append("0\r\n\r\n")
    }

    package static func appendContinue(to out: inout ByteBuffer) {
        out.append("HTTP/1.1 100 Continue\r\n\r\n")
    }
}
