package import Buffers

/// Plain decimals of money: billionths without an exponent.
package enum JSONDecimal {
    /// Appends `nanos` billionths: at most 9 places, no trailing zeros, no exponent, `0` for nothing.
    package static func append(nanos: Int64, to out: inout ByteBuffer) {
        let magnitude = nanos.magnitude
        let billion: UInt64 = 1_000_000_000
        if nanos < 0 { out.append(UInt8(ascii: "-")) }
        out.append(decimal: Int64(magnitude / billion))
        var fraction = magnitude % billion
        guard fraction > 0 else { return }
        out.append(UInt8(ascii: "."))
        var unit = billion / 10
        while fraction > 0 {
            out.append(UInt8(ascii: "0") + UInt8(fraction / unit))
            fraction %= unit
            unit /= 10
        }
    }
}
