/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable {
    /// IPv4 in the lowest 32 bits.
    package let bits: UInt128
    package let isIPv4: Bool

    /// An IPv4 address that is written as IPv6 (RFC 4291 section 2.5.5.2) is the IPv4 address.
    init(bits: UInt128, isIPv4: Bool) {
        let isMapped = !isIPv4 && bits >> 32 == 0xffff
        self.bits = isMapped ? bits & 0xffff_ffff : bits
        self.isIPv4 = isIPv4 || isMapped
    }

    /// Reads the forms of RFC 4291 section 2.2 and dotted decimal without leading zeros, and nothing else: no names, no
    /// zones, no ports.
    package init?(_ text: String) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let bits = Self.ipv6(text.utf8[...]) else { return nil }
            self.init(bits: bits, isIPv4: false)
        } else {
            guard let bits = Self.ipv4(text.utf8[...]) else { return nil }
            self.init(bits: UInt128(bits), isIPv4: true)
        }
    }

    private static func ipv4(_ text: Substring.UTF8View) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard let octet = decimal(part, max: 255) else { return nil }
            bits = bits << 8 | UInt32(octet)
        }
        return bits
    }

    private static func ipv6(_ text: Substring.UTF8View) -> UInt128? {
        guard text.count <= AccessLimits.addressBytes else { return nil }
        let colon = UInt8(ascii: ":")
        // Where two colons stand together, zeros were left out; that may be at one place only.
        var gap: Substring.UTF8View.Index?
        var index = text.startIndex
        while let next = text[index...].firstIndex(of: colon) {
            index = text.index(after: next)
            if index < text.endIndex, text[index] == colon {
                if gap != nil { return nil }
                gap = next
            }
        }
        guard let gap else {
            guard let groups = groups(text), groups.count == 8 else { return nil }
            return value(groups)
        }
        let rest = text[text.index(gap, offsetBy: 2)...]
        guard let high = gap == text.startIndex ? [] : groups(text[..<gap], endsText: false),
            let low = rest.isEmpty ? [] : groups(rest), high.count + low.count < 8
        else { return nil }
        return value(high + Array(repeating: 0, count: 8 - high.count - low.count) + low)
    }

    private static func value(_ groups: [UInt32]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// The 16-bit groups of a run; the text's last may be an IPv4 address, which is two of them.
    private static func groups(_ text: Substring.UTF8View, endsText: Bool = true) -> [UInt32]? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt32] = []
        for (index, part) in parts.enumerated() {
            if endsText, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let bits = ipv4(part) else { return nil }
                groups += [bits >> 16, bits & 0xffff]
            } else {
                guard (1...4).contains(part.count), part.allSatisfy(isHex),
                    let group = UInt32(String(decoding: part, as: UTF8.self), radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// Digits without leading zeros.
    static func decimal(_ text: Substring.UTF8View, max: Int) -> Int? {
        guard (1...3).contains(text.count), text.first != UInt8(ascii: "0") || text.count == 1 else { return nil }
        var value = 0
        for byte in text {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value <= max ? value : nil
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the form of RFC 5952.
    package var description: String {
        if isIPv4 {
            return [24, 16, 8, 0].map { "\(bits >> UInt128($0) & 0xff)" }.joined(separator: ".")
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
        // The first longest run of at least two zero groups is left out.
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        return best.isEmpty ? text(0..<8) : "\(text(0..<best.lowerBound))::\(text(best.upperBound..<8))"
    }
}
