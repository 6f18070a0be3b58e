import Buffers
import Testing

@Suite struct ByteBufferTests {
    @Test func appendsConsumesAndGrows() {
        var buffer = ByteBuffer()
        for round in 0..<200 {
            buffer.append("abc")
            buffer.append(decimal: round)
            buffer.append(UInt8(ascii: ";"))
        }
        #expect(buffer.text.hasPrefix("abc0;abc1;abc2;"))
        #expect(buffer.text.hasSuffix("abc199;"))
        buffer.consume(5)
        #expect(buffer.text.hasPrefix("abc1;"))
    }

    @Test func keepsUnreadBytesWhenItMovesThem() {
        var buffer = ByteBuffer(capacity: 1024)
        buffer.append([UInt8](repeating: 1, count: 1000))
        buffer.consume(990)
        buffer.append([UInt8](repeating: 2, count: 500))
        #expect(buffer.capacity == 1024)
        #expect(Array(buffer.bytes) == [UInt8](repeating: 1, count: 10) + [UInt8](repeating: 2, count: 500))
    }

    @Test(arguments: [Int64.min, -1, 0, 7, 10, 99, 1_000_000_007, Int64.max])
    func writesDecimals(_ value: Int64) {
        var buffer = ByteBuffer()
        buffer.append(decimal: value)
        #expect(buffer.text == String(value))
    }

    @Test func spareIsClaimedByAdvance() {
        var buffer = ByteBuffer()
        let spare = buffer.spare(10)
        #expect(spare.count >= 10)
        spare.copyBytes(from: [104, 105])
        buffer.advance(2)
        #expect(buffer.text == "hi")
        buffer.clear()
        buffer.releaseStorage()
        #expect(buffer.capacity == 0)
    }
}
