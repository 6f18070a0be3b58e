package import Buffers

/// Writes JSON text at the end of a buffer, commas included.
///
/// The caller keeps the grammar: a key before each value of an object, brackets in pairs. Whether a comma is due is
/// seen from the last byte written, so there is no state and no limit of depth.
package struct JSONWriter: ~Copyable {
    /// What was written, behind what the buffer held before.
    package private(set) var out: ByteBuffer
    private let start: Int

    /// Writes at the end of `buffer`, which it owns until `finish`.
    package init(appendingTo buffer: consuming ByteBuffer = ByteBuffer()) {
        start = buffer.count
        out = buffer
    }

    package consuming func finish() -> ByteBuffer { out }

    private mutating func separate() {
        guard out.count > start else { return }
        switch out.bytes[out.count - 1] {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
        default: out.append(UInt8(ascii: ","))
        }
    }

    package mutating func beginObject() {
        separate()
        out.append(UInt8(ascii: "{"))
    }

    package mutating func endObject() {
        out.append(UInt8(ascii: "}"))
    }

    package mutating func beginArray() {
        separate()
        out.append(UInt8(ascii: "["))
    }

    package mutating func endArray() {
        out.append(UInt8(ascii: "]"))
    }

    /// An object whose members `body` writes.
    package mutating func object<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        beginObject()
        try body(&self)
        endObject()
    }

    /// An array whose elements `body` writes.
    package mutating func array<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        beginArray()
        try body(&self)
        endArray()
    }

    /// A member's name that needs no escapes.
    package mutating func key(_ name: StaticString) {
        separate()
        out.append(UInt8(ascii: "\""))
        out.append(name)
        out.append("\":")
    }

    /// A member's name that may need escapes.
    package mutating func key(text name: String) {
        string(name)
        out.append(UInt8(ascii: ":"))
    }

    package mutating func string(_ text: String) {
        separate()
        out.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { JSONEscapes.append(UnsafeRawBufferPointer($0), to: &out) }
        out.append(UInt8(ascii: "\""))
    }

    /// A string of unescaped bytes. Bytes that are no UTF-8 become U+FFFD.
    package mutating func string(bytes: Span<UInt8>) {
        separate()
        out.append(UInt8(ascii: "\""))
        JSONEscapes.append(unchecked: bytes, to: &out)
        out.append(UInt8(ascii: "\""))
    }

    /// A string whose contents are taken over as they are: escaped JSON string contents without the quotes.
    package mutating func string(escaped contents: Span<UInt8>) {
        separate()
        out.append(UInt8(ascii: "\""))
        out.append(contents)
        out.append(UInt8(ascii: "\""))
    }

    package mutating func integer(_ value: Int64) {
        separate()
        out.append(decimal: value)
    }

    package mutating func integer(_ value: Int) {
        integer(Int64(value))
    }

    /// The shortest text that reads back as the same double; `null` for infinities and NaN, which JSON lacks.
    package mutating func double(_ value: Double) {
        separate()
        if value.isFinite { out.append(text: value.description) } else { out.append("null") }
    }

    /// Billionths as a plain decimal: at most 9 places, no exponent, no trailing zeros.
    package mutating func decimal(nanos: Int64) {
        separate()
        JSONDecimal.append(nanos: nanos, to: &out)
    }

    package mutating func bool(_ value: Bool) {
        separate()
        if value { out.append("true") } else { out.append("false") }
    }

    package mutating func null() {
        separate()
        out.append("null")
    }

    /// A value that is JSON text already.
    package mutating func raw(_ json: Span<UInt8>) {
        separate()
        out.append(json)
    }

    /// A value that is JSON text already.
    package mutating func raw(_ json: StaticString) {
        separate()
        out.append(json)
    }

    /// A scanned value, as its source stands.
    package mutating func raw(_ value: JSONValue) {
        separate()
        value.copyRaw(into: &out)
    }
}

extension ByteBuffer {
    /// Appends the JSON that `body` writes.
    package mutating func appendJSON<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        var writer = JSONWriter(appendingTo: take())
        do {
            try body(&writer)
        } catch {
            self = writer.finish()
            throw error
        }
        self = writer.finish()
    }

    private mutating func take() -> ByteBuffer {
        let taken = self
        self = ByteBuffer()
        return taken
    }
}
