/// A log line while it is built: fields are written straight into the logger's buffer.
///
/// Lives only inside the closure of `Logger.log`. The unsafe code is sound because every write is preceded by a check
/// (`fits`) of its worst case against the room that the logger reserved, and the room stays in place until the line
/// ends: the logger is confined to one thread and refuses to start a second line meanwhile.
@safe package struct LogLine: ~Copyable {
    private let format: LogFormat
    private let start: UnsafeMutablePointer<UInt8>
    private let limit: Int
    private var used = 0
    private var isCut = false

    /// Kept aside for the end of the line.
    private static let reserve = 32

    init(format: LogFormat, room: UnsafeMutableRawBufferPointer) {
        precondition(room.count >= TelemetryLimits.lineBytes, "a line needs its whole room")
        self.format = format
        unsafe start = room.baseAddress!.assumingMemoryBound(to: UInt8.self)
        limit = TelemetryLimits.lineBytes - Self.reserve
    }

    mutating func begin(time: InlineArray<24, UInt8>, level: LogLevel, event: StaticString) {
        switch format {
        case .json:
            put(#"{"time":""#)
            put(time)
            put(#"","level":""#)
            put(level.name)
            put(#"","event":""#)
            put(event)
            put(UInt8(ascii: "\""))
        case .text:
            put(time)
            switch level {
            case .debug: put(" DEBUG ")
            case .info: put(" INFO  ")
            case .warning: put(" WARN  ")
            case .error: put(" ERROR ")
            }
            put(event)
        }
    }

    /// Ends the line and returns its length with the newline.
    mutating func finish() -> Int {
        if isCut { put(format == .json ? #","truncated":true"# : " truncated=true") }
        if format == .json { put(UInt8(ascii: "}")) }
        put(UInt8(ascii: "\n"))
        return used
    }

    // MARK: Fields

    package mutating func field(_ name: StaticString, _ value: Int) {
        guard fits(name, valueBytes: 20) else { return }
        putName(name)
        put(decimal: Int64(value))
    }

    /// A fixed-point number: `value` divided by ten to the `scale` (at most 18), as in 1234 with scale 3 for `1.234`.
    package mutating func field(_ name: StaticString, decimal value: Int64, scale: Int) {
        precondition((1...18).contains(scale))
        guard fits(name, valueBytes: 22) else { return }
        putName(name)
        var divisor: UInt64 = 1
        for _ in 0..<scale { divisor *= 10 }
        if value < 0 { put(UInt8(ascii: "-")) }
        put(decimal: Int64(value.magnitude / divisor))
        var fraction = value.magnitude % divisor
        if fraction == 0 { return }
        put(UInt8(ascii: "."))
        while fraction > 0 {
            divisor /= 10
            put(UInt8(48 + fraction / divisor))
            fraction %= divisor
        }
    }

    /// Not for the hot path: it makes a String. A value that is no number in JSON (NaN, infinity) is `null`.
    package mutating func field(_ name: StaticString, _ value: Double) {
        guard fits(name, valueBytes: 32) else { return }
        putName(name)
        var text = value.isFinite ? value.description : "null"
        text.withUTF8 { unsafe put($0) }
    }

    package mutating func field(_ name: StaticString, _ value: Bool) {
        guard fits(name, valueBytes: 5) else { return }
        putName(name)
        put(value ? "true" : "false")
    }

    package mutating func field(_ name: StaticString, _ value: StaticString) {
        unsafe putText(name, UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    package mutating func field(_ name: StaticString, _ value: String) {
        var value = value
        value.withUTF8 { unsafe putText(name, $0) }
    }

    /// Text from a peer, such as its request id. What is no UTF-8 becomes U+FFFD.
    package mutating func field(_ name: StaticString, _ value: Span<UInt8>) {
        for index in value.indices where value[index] >= 0x80 {
            let text = unsafe value.withUnsafeBufferPointer {
                unsafe String(decoding: $0.prefix(TelemetryLimits.valueBytes + 1), as: UTF8.self)
            }
            field(name, text)
            return
        }
        unsafe value.withUnsafeBufferPointer { unsafe putText(name, $0) }
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

    private mutating func fits(_ name: StaticString, valueBytes: Int) -> Bool {
        if used + name.utf8CodeUnitCount + 4 + valueBytes <= limit { return true }
        isCut = true
        return false
    }

    private mutating func putName(_ name: StaticString) {
        switch format {
        case .json:
            put(UInt8(ascii: ","))
            put(UInt8(ascii: "\""))
            put(name)
            put(UInt8(ascii: "\""))
            put(UInt8(ascii: ":"))
        case .text:
            put(UInt8(ascii: " "))
            put(name)
            put(UInt8(ascii: "="))
        }
    }

    private mutating func putText(_ name: StaticString, _ text: UnsafeBufferPointer<UInt8>) {
        let count = unsafe LogEscaping.cut(text, at: TelemetryLimits.valueBytes)
        guard fits(name, valueBytes: count * LogEscaping.growth + 8) else { return }
        putName(name)
        let kept = unsafe UnsafeBufferPointer(rebasing: text[..<count])
        let isWhole = count == text.count
        let isQuoted = unsafe format == .json || count == 0 || !isWhole || LogEscaping.needsQuotes(kept)
        if isQuoted { put(UInt8(ascii: "\"")) }
        unsafe used += LogEscaping.write(kept, to: start + used)
        if !isWhole { put("…") }
        if isQuoted { put(UInt8(ascii: "\"")) }
    }

    private mutating func put(_ byte: UInt8) {
        unsafe start[used] = byte
        used += 1
    }

    private mutating func put(_ text: StaticString) {
        unsafe put(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        unsafe (start + used).update(from: source, count: bytes.count)
        used += bytes.count
    }

    private mutating func put(_ time: InlineArray<24, UInt8>) {
        for index in time.indices { unsafe start[used + index] = time[index] }
        used += time.count
    }

    private mutating func put(decimal value: Int64) {
        if value < 0 { put(UInt8(ascii: "-")) }
        var digits = 1
        var rest = value.magnitude / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        rest = value.magnitude
        for position in (0..<digits).reversed() {
            unsafe start[used + position] = UInt8(48 + rest % 10)
            rest /= 10
        }
        used += digits
    }
}
