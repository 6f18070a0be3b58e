package import Buffers
import CSodium

/// A SHA-256 digest (FIPS 180-4): 32 bytes held inline.
package struct SHA256Digest: Hashable, Sendable {
    package static let byteCount = 32

    /// The digest's bytes in order, eight to a word, the first byte lowest.
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Hashes `content`.
    package init(hashing content: Span<UInt8>) {
        content.withUnsafeBufferPointer { input in
            withUnsafeMutableBytes(of: &words) { output in
                // libsodium reads nothing at length zero, but its header forbids a null pointer.
                let start = input.baseAddress ?? UnsafePointer(output.baseAddress!.assumingMemoryBound(to: UInt8.self))
                _ = crypto_hash_sha256(
                    output.baseAddress!.assumingMemoryBound(to: UInt8.self), start, UInt64(input.count))
            }
        }
    }

    package init(hashing text: String) {
        self.init(hashing: text.utf8Span.span)
    }

    /// The digest in its 32 bytes; nil for any other count.
    package init?(bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        bytes.withUnsafeBufferPointer { input in
            withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: UnsafeRawBufferPointer(input)) }
        }
    }

    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
    }

    /// Reads 64 hexadecimal digits of either case.
    package init?(hex text: Span<UInt8>) {
        guard text.count == Self.byteCount * 2 else { return nil }
        var isHex = true
        withUnsafeMutableBytes(of: &words) { output in
            for index in 0..<Self.byteCount {
                guard let high = Self.nibble(text[index * 2]), let low = Self.nibble(text[index * 2 + 1]) else {
                    isHex = false
                    return
                }
                output[index] = high << 4 | low
            }
        }
        if !isHex { return nil }
    }

    package init?(hex text: String) {
        self.init(hex: text.utf8Span.span)
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Eight bytes of the digest as a number: uniform, so good enough to place it in a table.
    package var prefix: UInt64 { words.0 }

    /// Calls `body` with the 32 bytes.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var copy = words
        return try withUnsafeMutableBytes(of: &copy) { (bytes) throws(Failure) in
            try body(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Appends 64 lowercase hexadecimal digits.
    package func append(to output: inout ByteBuffer) {
        withBytes { Hexadecimal.append($0, to: &output) }
    }

    /// Looks at every word: the time does not depend on where two digests differ.
    package static func == (left: SHA256Digest, right: SHA256Digest) -> Bool {
        (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1)
            | (left.words.2 ^ right.words.2) | (left.words.3 ^ right.words.3) == 0
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}

extension SHA256Digest: CustomStringConvertible {
    /// 64 lowercase hexadecimal digits.
    package var description: String {
        var text = ByteBuffer(capacity: 64)
        append(to: &text)
        return text.text
    }
}
