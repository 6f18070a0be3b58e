import Buffers
import CSimdJSON

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The inside of a scanned string.
struct StringContents {
    let bytes: UnsafeRawBufferPointer
    let hasEscapes: Bool

    init(_ text: UnsafePointer<UInt8>, _ node: UnsafePointer<martlet_json_node>) {
        let start = Int(node.pointee.start) &+ 1
        bytes = UnsafeRawBufferPointer(start: text + start, count: Int(node.pointee.end) &- 1 &- start)
        hasEscapes = node.pointee.info & UInt32(martlet_json_escapes_bit) != 0
    }

    func equals(_ other: StaticString) -> Bool {
        equals(UnsafeRawBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
    }

    /// Whether the unescaped contents are `other`.
    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        if !hasEscapes {
            guard bytes.count == other.count else { return false }
            return bytes.isEmpty || memcmp(bytes.baseAddress!, other.baseAddress!, other.count) == 0
        }
        let contents = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
        return martlet_json_unescaped_equals(
            contents, bytes.count, other.baseAddress?.assumingMemoryBound(to: UInt8.self), other.count)
    }

    func equals(_ other: StringContents) -> Bool {
        other.hasEscapes ? other.withUnescaped { equals($0) } : equals(other.bytes)
    }

    var string: String {
        guard hasEscapes else { return String(decoding: bytes, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: bytes.count) {
            martlet_json_unescape(bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count, $0.baseAddress!)
        }
    }

    func append(to out: inout ByteBuffer) {
        guard hasEscapes else { return out.append(bytes) }
        let room = out.spare(bytes.count)
        out.advance(
            martlet_json_unescape(
                bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count,
                room.baseAddress!.assumingMemoryBound(to: UInt8.self)))
    }

    /// Calls `body` with the unescaped bytes; for strings without escapes they are the source's own.
    func withUnescaped<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        guard hasEscapes else { return body(bytes) }
        return withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 1) { room in
            let count = martlet_json_unescape(
                bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count,
                room.baseAddress!.assumingMemoryBound(to: UInt8.self))
            return body(UnsafeRawBufferPointer(start: room.baseAddress, count: count))
        }
    }
}
