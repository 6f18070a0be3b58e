/// Ids of tool calls as Converse takes them: `[a-zA-Z0-9_.:-]{1,64}`. Source: wire spec 5.4.
enum BedrockIdentifier {
    /// The id itself where it fits. Otherwise what fits of it, with eight digits of a hash of the whole, so that
    /// different ids stay different; the same id always gets the same answer.
    static func sent(_ id: String) -> String {
        let bytes = Array(id.utf8)
        if !bytes.isEmpty, bytes.count <= BedrockLimits.nameBytes, bytes.allSatisfy(isAllowed) { return id }
        let kept = bytes.prefix(BedrockLimits.nameBytes - 9).map { isAllowed($0) ? $0 : UInt8(ascii: "_") }
        let digits = String(hash(bytes), radix: 16)
        return String(decoding: kept, as: UTF8.self) + "_" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isNameByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
    }

    /// What a tool's name may hold.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// FNV-1a of 32 bits.
    private static func hash(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}
