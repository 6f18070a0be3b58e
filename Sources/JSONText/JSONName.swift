package import Buffers
import CSimdJSON

/// A member's name in a few words, unescaped, so that known names can be told apart without comparing bytes.
///
/// Names of up to 24 bytes are equal when the words and the length are. The comparison itself (`~=` with a literal,
/// for a `switch`) belongs to the module that switches: package declarations are not inlined across modules, and only
/// inlined it is a comparison with constants.
package struct JSONName {
    /// Bytes 0 to 7; shorter names are filled up with zeros.
    package let head: UInt64
    /// Bytes 8 to 15 of a name of more than 16.
    package let middle: UInt64
    /// The last eight bytes of a name of more than 8.
    package let tail: UInt64
    /// Bytes of the name.
    package let length: Int

    /// The scanned text goes on behind every name, by its closing quote and the padding, so eight bytes can be loaded.
    @inline(__always)
    init(_ key: JSONKey) {
        let start = Int(key.node.pointee.start) &+ 1
        let length = Int(key.node.pointee.end) &- 1 &- start
        guard key.node.pointee.info & UInt32(martlet_json_escapes_bit) == 0 else {
            self = Self.unescaped(key)
            return
        }
        self.init(UnsafeRawPointer(key.text + start), length)
    }

    @inline(never)
    private static func unescaped(_ key: JSONKey) -> JSONName {
        StringContents(key.text, key.node).withUnescaped { bytes in
            withUnsafeTemporaryAllocation(byteCount: bytes.count + 8, alignment: 8) { copy in
                copy.initializeMemory(as: UInt8.self, repeating: 0)
                copy.copyMemory(from: bytes)
                return JSONName(UnsafeRawPointer(copy.baseAddress!), bytes.count)
            }
        }
    }

    /// Words are little-endian, as every machine is that this runs on.
    @inline(__always)
    private init(_ bytes: UnsafeRawPointer, _ length: Int) {
        let word = bytes.loadUnaligned(as: UInt64.self)
        self.length = length
        if length > 8 {
            head = word
            middle = length > 16 ? bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self) : 0
            tail = bytes.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
        } else {
            let mask = (1 as UInt64) &<< UInt64(truncatingIfNeeded: length &* 8) &- 1
            head = length == 8 ? word : word & mask
            middle = 0
            tail = 0
        }
    }
}

extension JSONKey {
    /// The name as a `switch` compares it.
    package var name: JSONName { JSONName(self) }
}

extension JSONMember {
    /// The name as a `switch` compares it.
    package var name: JSONName { JSONName(key) }

    /// Appends `prefix` and the source of the member, from its key to the end of its value.
    package func copyRaw(after prefix: UInt8, into out: inout ByteBuffer) {
        let start = Int(key.node.pointee.start)
        let count = Int(value.node.pointee.end) &- start
        let space = out.spare(count &+ 1)
        space[0] = prefix
        (space.baseAddress! + 1).copyMemory(from: key.text + start, byteCount: count)
        out.advance(count &+ 1)
    }
}
