#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The module's only unsafe code: the C library's vectorised search.
enum ByteSearch {
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    /// The first position of `byte` in `range`, or nil.
    static func first(_ byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "searched outside of the bytes")
        // Sound: the range was checked above and the pointer does not leave the closure.
        return unsafe bytes.withUnsafeBytes { buffer in
            let start = unsafe buffer.baseAddress! + range.lowerBound
            guard let found = unsafe memchr(start, Int32(byte), range.count) else { return nil }
            return unsafe range.lowerBound + (UnsafeRawPointer(found) - start)
        }
    }
}

extension ByteSearch {
    /// Whether `text` stands at `position`; the caller has checked that there is room for it.
    static func matches(_ text: StaticString, in bytes: Span<UInt8>, at position: Int) -> Bool {
        precondition(
            position >= 0 && position + text.utf8CodeUnitCount <= bytes.count, "compared outside of the bytes")
        // Sound: the range was checked above; a static string's bytes live for ever.
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe memcmp(buffer.baseAddress! + position, text.utf8Start, text.utf8CodeUnitCount) == 0
        }
    }
}
