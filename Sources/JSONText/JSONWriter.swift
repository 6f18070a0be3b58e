package import Buffers

/// Writes JSON text at the end of a buffer, commas included.
///
/// The caller keeps the grammar: a key before each value of an object, brackets in pairs. A comma is due behind every
/// value and every closing bracket, so one flag is all the state and depth has no limit.
package struct JSONWriter: ~Copyable {
    /// What was written, behind what the buffer held before.
    package private(set) var out: ByteBuffer
    private var needsComma = false

    /// Writes at the end of `buffer`, which it owns until `finish`.
    package init(appendingTo buffer: consuming ByteBuffer = ByteBuffer()) {
        out = buffer
    }

    package consuming func finish() -> ByteBuffer { out }

    /// Before a value: writes the comma that is due, and makes the next one due.
    @inline(__always)
    private mutating func separate() {
        if needsComma { out.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    package mutating func beginObject() {
        separate()
        out.append(UInt8(ascii: "{"))
        needsComma = false
    }

    package mutating func endObject() {
        out.append(UInt8(ascii: "}"))
        needsComma = true
    }

    package mutating func beginArray() {
        separate()
        out.append(UInt8(ascii: "["))
        needsComma = false
    }

    package mutating func endArray() {
        out.append(UInt8(ascii: "]"))
        needsComma = true
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
        let length = name.utf8CodeUnitCount
        let room = out.spare(length + 4).baseAddress!
        var end = 0
        func put(_ character: Unicode.Scalar) {
            room.storeBytes(of: UInt8(ascii: character), toByteOffset: end, as: UInt8.self)
            end += 1
        }
        if needsComma { put(",") }
        put("\"")
        (room + end).copyMemory(from: name.utf8Start, byteCount: length)
        end += length
        put("\"")
        put(":")
        out.advance(end)
        needsComma = false
    }

    /// A member's name that may need escapes.
    package mutating func key(text name: String) {
        string(name)
        out.append(UInt8(ascii: ":"))
        needsComma = false
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
