package import Buffers

extension JSONValue {
    /// Whether this is a string that, unescaped, is `text`. Allocates nothing.
    package func equals(_ text: StaticString) -> Bool {
        isString && StringContents(self.text, node).equals(text)
    }

    /// Whether this is a string that, unescaped, is `text`.
    package func equals(_ text: Span<UInt8>) -> Bool {
        isString && text.withUnsafeBufferPointer { StringContents(self.text, node).equals(UnsafeRawBufferPointer($0)) }
    }

    /// The string, unescaped; nil when this is none.
    package var string: String? { isString ? StringContents(text, node).string : nil }

    /// Appends the unescaped string; nothing when this is none.
    package func copyString(into out: inout ByteBuffer) {
        if isString { StringContents(text, node).append(to: &out) }
    }

    /// Calls `body` with the unescaped bytes of the string, or returns nil when this is none.
    package func withString<R>(_ body: (Span<UInt8>) -> R) -> R? {
        isString ? StringContents(text, node).withUnescaped { body(Span(_unsafeBytes: $0)) } : nil
    }

    /// Where the string's contents stand in the scanned bytes, without quotes and still escaped; nil when this is none.
    package var contentsRange: Range<Int>? {
        isString ? range.lowerBound + 1..<range.upperBound - 1 : nil
    }

    /// Whether the source of the string has escapes.
    package var hasEscapes: Bool { isString && StringContents(text, node).hasEscapes }

    /// Appends the source text.
    package func copyRaw(into out: inout ByteBuffer) {
        out.append(rawBytes)
    }
}
