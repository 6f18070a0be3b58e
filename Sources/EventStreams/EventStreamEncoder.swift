package import Buffers

/// Writes server-sent events as the OpenAI and Anthropic SDKs read them: LF line ends, one space behind the colon, a
/// blank line behind every event.
package enum EventStreamEncoder {
    /// Appends an event without a name. Line ends in `data` (LF, CRLF or CR) begin a new data line each.
    package static func appendEvent(data: Span<UInt8>, to out: inout ByteBuffer) {
        appendData(data, to: &out)
        out.append(ByteSearch.lineFeed)
    }

    /// Appends a named event. The name holds no line end.
    package static func appendEvent(name: StaticString, data: Span<UInt8>, to out: inout ByteBuffer) {
        appendName(name, to: &out)
        appendEvent(data: data, to: &out)
    }

    /// Appends an event whose data is fixed and holds no line end: `[DONE]`.
    package static func appendEvent(data: StaticString, to out: inout ByteBuffer) {
        out.append("data: ")
        out.append(data)
        out.append("\n\n")
    }

    /// Appends a comment. The text holds no line end.
    package static func appendComment(_ text: StaticString, to out: inout ByteBuffer) {
        out.append(": ")
        out.append(text)
        out.append("\n\n")
    }

    /// Appends the line that names the event whose data follows.
    package static func appendName(_ name: StaticString, to out: inout ByteBuffer) {
        out.append("event: ")
        out.append(name)
        out.append(ByteSearch.lineFeed)
    }

    /// Begins an event whose data the caller appends itself, as one line.
    package static func beginEvent(to out: inout ByteBuffer) {
        out.append("data: ")
    }

    /// Ends what `beginEvent` began.
    package static func endEvent(to out: inout ByteBuffer) {
        out.append("\n\n")
    }

    private static func appendData(_ data: Span<UInt8>, to out: inout ByteBuffer) {
        var lines = LineFinder()
        var isLast = false
        while !isLast {
            let rest = lines.position
            // A line end at the very end of the data begins one more, empty line.
            let line = lines.next(data, false)
            isLast = line == nil
            out.append("data: ")
            out.append(data.extracting(line ?? rest..<data.count))
            out.append(ByteSearch.lineFeed)
        }
    }
}
