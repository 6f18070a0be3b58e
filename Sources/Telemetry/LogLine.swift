/// A log line while it is built: fields are written straight into the logger's buffer.
///
/// Lives only inside the closure of `Logger.log`. The unsafe code is sound because every write is preceded by a check
/// (`fits`) of its worst case against the room that the logger reserved, and the room stays in place until the line
/// ends: the logger is confined to one thread and refuses to start a second line meanwhile.
@safe package struct LogLine: ~Copyable {
    private let format: LogFormat
    private let start: UnsafeMutablePointer<UInt8>
    private var end: UnsafeMutablePointer<UInt8>
    private let limit: UnsafeMutablePointer<UInt8>
    private var isCut = false

    /// Kept aside for the end of the line.
    private static let reserve = 32

    init(format: LogFormat, room: UnsafeMutableRawBufferPointer) {
        precondition(room.count >= TelemetryLimits.lineBytes, "a line needs its whole room")
        self.format = format
        unsafe start = room.baseAddress!.assumingMemoryBound(to: UInt8.self)
        unsafe end = start
        unsafe limit = start + (TelemetryLimits.lineBytes - Self.reserve)
    }

    mutating func begin(time: InlineArray<24, UInt8>, level: LogLevel, event: StaticString) {
        switch format {
        case .json:
            unsafe end = LogText.put(#"{"time":""#, at: end)
            unsafe end = LogText.put(time, at: end)
            unsafe end = LogText.put(#"","level":""#, at: end)
            unsafe end = LogText.put(level.name, at: end)
            unsafe end = LogText.put(#"","event":""#, at: end)
            unsafe end = LogText.put(event, at: end)
            unsafe end = LogText.put("\"", at: end)
        case .text:
            unsafe end = LogText.put(time, at: end)
            unsafe end = LogText.put(level.column, at: end)
            unsafe end = LogText.put(event, at: end)
        }
    }

    /// Ends the line and returns its length with the newline.
    mutating func finish() -> Int {
        if isCut { unsafe end = LogText.put(format == .json ? #","truncated":true"# : " truncated=true", at: end) }
        unsafe end = LogText.put(format == .json ? "}\n" : "\n", at: end)
        return unsafe end - start
    }

    // MARK: Fields

    package mutating func field(_ name: StaticString, _ value: Int) {
        guard fits(name, valueBytes: 20) else { return }
        unsafe end = LogText.put(decimal: Int64(value), at: LogText.put(name: name, format, at: end))
    }

    /// A fixed-point number: `value` divided by ten to the `scale` (at most 18), as in 1234 with scale 3 for `1.234`.
    package mutating func field(_ name: StaticString, decimal value: Int64, scale: Int) {
        precondition((1...18).contains(scale))
        guard fits(name, valueBytes: 22) else { return }
        unsafe end = LogText.put(decimal: value, scale: scale, at: LogText.put(name: name, format, at: end))
    }

    /// Not for the hot path: it makes a String. A value that is no number in JSON (NaN, infinity) is `null`.
    package mutating func field(_ name: StaticString, _ value: Double) {
        guard fits(name, valueBytes: 32) else { return }
        unsafe end = LogText.put(name: name, format, at: end)
        var text = value.isFinite ? value.description : "null"
        text.withUTF8 { unsafe end = LogText.put($0, at: end) }
    }

    package mutating func field(_ name: StaticString, _ value: Bool) {
        guard fits(name, valueBytes: 5) else { return }
        unsafe end = LogText.put(value ? "true" : "false", at: LogText.put(name: name, format, at: end))
    }

    /// A text of ours, such as the name of an enum case: it is written as it stands, so it must be one plain word.
    package mutating func field(_ name: StaticString, _ value: StaticString) {
        guard fits(name, valueBytes: value.utf8CodeUnitCount + 2) else { return }
        unsafe end = LogText.put(name: name, format, at: end)
        if format == .json {
            unsafe end = LogText.put("\"", at: LogText.put(value, at: LogText.put("\"", at: end)))
        } else {
            unsafe end = LogText.put(value, at: end)
        }
    }

    package mutating func field(_ name: StaticString, _ value: String) {
        var value = value
        value.withUTF8 { unsafe putText(name, $0) }
    }

    /// Text from a peer, such as its request id. What is no UTF-8 becomes U+FFFD.
    package mutating func field(_ name: StaticString, _ value: Span<UInt8>) {
        unsafe value.withUnsafeBufferPointer { bytes in
            if unsafe LogEscaping.isASCII(bytes) {
                unsafe putText(name, bytes)
            } else {
                unsafe field(name, String(decoding: bytes.prefix(TelemetryLimits.valueBytes + 1), as: UTF8.self))
            }
        }
    }

    /// A field that is left out when there is nothing to say.
    package mutating func field(_ name: StaticString, ifPresent value: String?) {
        if let value { field(name, value) }
    }

    package mutating func field(_ name: StaticString, ifPresent value: Int?) {
        if let value { field(name, value) }
    }

    package mutating func field(_ name: StaticString, _ value: LogValue) {
        switch value {
        case .string(let text): field(name, text)
        case .int(let number): field(name, number)
        case .double(let number): field(name, number)
        case .bool(let truth): field(name, truth)
        }
    }

    // MARK: Writing

    @inline(__always)
    private mutating func fits(_ name: StaticString, valueBytes: Int) -> Bool {
        if unsafe name.utf8CodeUnitCount &+ valueBytes &+ 4 <= limit - end { return true }
        isCut = true
        return false
    }

    private mutating func putText(_ name: StaticString, _ text: UnsafeBufferPointer<UInt8>) {
        let count = unsafe LogEscaping.cut(text, at: TelemetryLimits.valueBytes)
        guard fits(name, valueBytes: count * LogEscaping.growth + 8) else { return }
        let isWhole = count == text.count
        let kept = unsafe UnsafeBufferPointer(start: text.baseAddress, count: count)
        let isQuoted = unsafe format == .json || count == 0 || !isWhole || LogEscaping.needsQuotes(kept)
        var position = unsafe LogText.put(name: name, format, at: end)
        if isQuoted { unsafe position = LogText.put("\"", at: position) }
        unsafe position = LogEscaping.write(kept, at: position)
        if !isWhole { unsafe position = LogText.put("…", at: position) }
        if isQuoted { unsafe position = LogText.put("\"", at: position) }
        unsafe end = position
    }
}
