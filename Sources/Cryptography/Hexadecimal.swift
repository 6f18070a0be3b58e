package import Buffers

/// Bytes as lowercase hexadecimal digits.
package enum Hexadecimal {
    package static func append(_ bytes: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
        let room = output.spare(bytes.count * 2)
        for (index, byte) in bytes.enumerated() {
            room[index * 2] = digit(byte >> 4)
            room[index * 2 + 1] = digit(byte & 15)
        }
        output.advance(bytes.count * 2)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }
}
