#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A growable run of bytes, written at its end and consumed from its front.
///
/// The one buffer of the data path: sockets read into it, parsers look at its `span`, writers append to it. It never
/// shares its storage, so appending costs no uniqueness check. Past its last byte there are always
/// `ByteBuffer.padding` readable bytes, which lets SIMD parsers load whole registers at the end.
///
/// `bytes` and `span` are valid until the next mutation.
package struct ByteBuffer: ~Copyable {
    /// Readable bytes behind the content: what simdjson asks for.
    package static let padding = 64
    /// The first allocation of a buffer that was created empty: half a kibibyte with its padding. An open stream has a
    /// dozen buffers, most of which never hold more.
    private static let smallestCapacity = 448

    private var storage: UnsafeMutableRawPointer?
    private var head = 0
    private var tail = 0
    /// Writable bytes in the allocation, without the padding.
    package private(set) var capacity = 0

    package init() {}

    package init(capacity: Int) {
        reserve(capacity)
    }

    deinit {
        free(storage)
    }

    package var count: Int { tail - head }
    package var isEmpty: Bool { tail == head }

    /// The content. Valid until the next mutation.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: storage.map { $0 + head }, count: tail - head)
    }

    /// The content as a span.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let start = storage.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self) + head) }
            let span = Span(_unsafeElements: UnsafeBufferPointer(start: start, count: tail - head))
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// Makes room for `extra` more bytes, moving or growing the allocation when it must.
    @inline(__always)
    package mutating func reserve(_ extra: Int) {
        if capacity &- tail < extra { makeRoom(extra) }
    }

    @inline(never)
    private mutating func makeRoom(_ extra: Int) {
        let count = tail - head
        if head > 0, capacity - count >= extra, head >= count {
            memcpy(storage!, storage! + head, count)
        } else {
            let wanted = max(count + extra, Self.smallestCapacity, capacity > count ? capacity : capacity * 2)
            let fresh = malloc(wanted + Self.padding)!
            memset(fresh + wanted, 0, Self.padding)
            if count > 0 { memcpy(fresh, storage! + head, count) }
            free(storage)
            storage = fresh
            capacity = wanted
        }
        head = 0
        tail = count
    }

    package mutating func append(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress, source.count > 0 else { return }
        reserve(source.count)
        memcpy(storage! + tail, start, source.count)
        tail += source.count
    }

    package mutating func append(_ source: Span<UInt8>) {
        source.withUnsafeBufferPointer { append(UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(_ byte: UInt8) {
        reserve(1)
        storage!.storeBytes(of: byte, toByteOffset: tail, as: UInt8.self)
        tail += 1
    }

    package mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(_ array: [UInt8]) {
        array.withUnsafeBytes { append($0) }
    }

    /// Appends a decimal integer.
    package mutating func append(decimal value: Int64) {
        if value >= 0, value < 10 { return append(UInt8(truncatingIfNeeded: 48 &+ value)) }
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { scratch in
            var index = scratch.count
            var rest = value.magnitude
            repeat {
                index -= 1
                scratch[index] = UInt8(48 + rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                index -= 1
                scratch[index] = UInt8(ascii: "-")
            }
            append(UnsafeRawBufferPointer(rebasing: scratch[index...]))
        }
    }

    package mutating func append(decimal value: Int) {
        append(decimal: Int64(value))
    }

    /// Drops `count` bytes from the front.
    package mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= tail - head, "consumed more than the buffer holds")
        head += count
        if head == tail {
            head = 0
            tail = 0
        }
    }

    /// Cuts the content down to its first `count` bytes.
    package mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= tail - head, "truncated to more than the buffer holds")
        tail = head + count
    }

    /// Room for at least `minimum` bytes behind the content, to be filled and then claimed by `advance`.
    package mutating func spare(_ minimum: Int) -> UnsafeMutableRawBufferPointer {
        reserve(minimum)
        return UnsafeMutableRawBufferPointer(start: storage! + tail, count: capacity - tail)
    }

    /// Claims `count` bytes that were written into `spare`.
    package mutating func advance(_ count: Int) {
        precondition(count >= 0 && count <= capacity - tail, "advanced past the buffer")
        tail += count
    }

    /// Forgets the content and keeps the allocation.
    package mutating func clear() {
        head = 0
        tail = 0
    }

    /// Gives the allocation back; the content must be gone.
    package mutating func releaseStorage() {
        precondition(isEmpty, "released a buffer that still holds bytes")
        free(storage)
        storage = nil
        head = 0
        tail = 0
        capacity = 0
    }
}

extension ByteBuffer {
    /// The content as text, for tests and messages; bytes that are no UTF-8 are replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
