import Buffers
import JSONText

/// A member of a JWT's header or claims.
enum JWTMember {
    case text(String)
    /// Unix time.
    case seconds(Int64)

    /// The JSON object of these members, in this order.
    static func object(_ members: [(StaticString, JWTMember)]) -> [UInt8] {
        var out = ByteBuffer()
        out.appendJSON { json in
            json.object { json in
                for (name, value) in members {
                    switch value {
                    case .text(let text): json.member(name, text)
                    case .seconds(let seconds): json.member(name, seconds)
                    }
                }
            }
        }
        return Array(out.text.utf8)
    }
}

/// RFC 4648 section 5, without padding, as RFC 7515 wants it.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count * 4 + 2) / 3)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var bits: UInt32 = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < count ? UInt32(bytes[start + offset]) : 0) }
            for digit in 0...count { result.append(alphabet[Int(bits >> UInt32(18 - 6 * digit) & 63)]) }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
