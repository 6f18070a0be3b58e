/// CRC-32 as zlib, Ethernet and PNG compute it (polynomial 0x04C11DB7, reflected), eight bytes at a time.
package enum CyclicRedundancyCheck {
    /// Eight tables of 256 words, one behind the other: table `n` advances a byte by `n` further bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
            tables[byte] = value
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()

    /// The check of `bytes`, or of what had the check `start` with `bytes` behind it.
    package static func value(of bytes: Span<UInt8>, after start: UInt32 = 0) -> UInt32 {
        let tables = Self.tables.span
        var value = ~start
        var index = 0
        while index &+ 8 <= bytes.count {
            let low = value ^ word(bytes, index)
            let high = word(bytes, index &+ 4)
            value = tables[0x700 | Int(low & 0xFF)] ^ tables[0x600 | Int(low >> 8 & 0xFF)]
            value ^= tables[0x500 | Int(low >> 16 & 0xFF)] ^ tables[0x400 | Int(low >> 24)]
            value ^= tables[0x300 | Int(high & 0xFF)] ^ tables[0x200 | Int(high >> 8 & 0xFF)]
            value ^= tables[0x100 | Int(high >> 16 & 0xFF)] ^ tables[Int(high >> 24)]
            index &+= 8
        }
        while index < bytes.count {
            value = value >> 8 ^ tables[Int((value ^ UInt32(bytes[index])) & 0xFF)]
            index &+= 1
        }
        return ~value
    }

    private static func word(_ bytes: Span<UInt8>, _ index: Int) -> UInt32 {
        UInt32(bytes[index]) | UInt32(bytes[index &+ 1]) << 8 | UInt32(bytes[index &+ 2]) << 16
            | UInt32(bytes[index &+ 3]) << 24
    }
}
