package import Buffers
import CSimdJSON

/// Checks a JSON text strictly in one pass and gives a view of its values without copying them.
///
/// Everything is checked, skipped values too: grammar, UTF-8, escapes, numbers, depth, nothing but white space behind
/// the value. A `\u` escape of a lone surrogate is accepted, as RFC 8259 does, and decodes to U+FFFD: providers do cut
/// emoji between two chunks. Bounds are in `JSONLimits`.
///
/// One scanner per loop, reused; confined to its loop.
package final class JSONScanner {
    private let scanner: OpaquePointer
    private var copy = ByteBuffer()
    /// Called by a scan whose working memory is more than is kept, so that its owner arranges for `trim`.
    package var onLargeText: (() -> Void)?

    package convenience init() {
        self.init(values: JSONLimits.values)
    }

    /// - Parameter values: how many values and member names a text may hold.
    init(values: Int) {
        let limits = martlet_json_limits(
            text_bytes: JSONLimits.textBytes, number_bytes: JSONLimits.numberBytes, depth: JSONLimits.depth,
            values: values, retained_bytes: JSONLimits.retainedBytes)
        guard let scanner = martlet_json_scanner_create(limits) else { fatalError("no memory for a JSON scanner") }
        self.scanner = scanner
    }

    deinit {
        martlet_json_scanner_destroy(scanner)
    }

    /// Scans a whole text and returns its value.
    ///
    /// `bytes` must be followed by `ByteBuffer.padding` readable bytes, of any content, and stay alive and unchanged
    /// while values of this scan are used. A new scan invalidates the values of the one before.
    package func scan(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in try scan(buffer) }
    }

    /// Scans a buffer's content, or a part of it.
    package func scan(_ buffer: borrowing ByteBuffer, _ range: Range<Int>? = nil) throws(JSONError) -> JSONValue {
        let bytes = buffer.bytes.assumingMemoryBound(to: UInt8.self)
        guard let range else { return try scan(bytes) }
        return try scan(UnsafeBufferPointer(rebasing: bytes[range]))
    }

    /// Scans any bytes, padded or not: they are copied first, so the values stay valid until the next scan.
    package func scan(copying bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        copy.clear()
        if copy.capacity > JSONLimits.retainedBytes, bytes.count < copy.capacity / 2 { copy.releaseStorage() }
        guard bytes.count <= JSONLimits.textBytes else {
            throw JSONError(kind: .tooLarge, offset: JSONLimits.textBytes)
        }
        copy.append(bytes)
        return try scan(copy.bytes.assumingMemoryBound(to: UInt8.self))
    }

    /// Scans a text that is in memory as a string, for configuration and tests.
    package func scan(copying text: String) throws(JSONError) -> JSONValue {
        try scan(copying: text.utf8.span)
    }

    /// Bytes of working memory held for the next scan.
    package var retainedBytes: Int { martlet_json_scanner_retained(scanner) + copy.capacity }

    /// Gives back working memory above `JSONLimits.retainedBytes`. Values of scans before it must not be used any more.
    package func trim() {
        martlet_json_scanner_trim(scanner)
        if copy.capacity > JSONLimits.retainedBytes { copy.releaseStorage() }
    }

    private func scan(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONValue {
        guard let start = bytes.baseAddress else { throw JSONError(kind: .empty, offset: 0) }
        let result = martlet_json_scan(scanner, start, bytes.count)
        if bytes.count > JSONLimits.smallTextBytes, retainedBytes > JSONLimits.retainedBytes { onLargeText?() }
        guard let root = result.root else {
            throw JSONError(kind: JSONError.Kind(result.status), offset: result.offset)
        }
        return JSONValue(text: start, node: root)
    }
}
