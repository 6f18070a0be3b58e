/// Reads durations and sizes as people write them.
enum QuantityText {
    private static let durationUnits: [(suffix: String, milliseconds: UInt64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    private static let sizeUnits: [(suffix: String, bytes: Int)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ]

    /// `300ms`, `10s`, `5m`, `1h`, `30d`, `1.5s` in milliseconds; nil for anything else, a bare number too.
    static func milliseconds(_ text: String) -> UInt64? {
        for unit in durationUnits where text.hasSuffix(unit.suffix) {
            guard let number = decimal(text.dropLast(unit.suffix.count)) else { continue }
            let value = number * Double(unit.milliseconds)
            return value < 1e15 && value == value.rounded() ? UInt64(value) : nil
        }
        return nil
    }

    /// `64MiB`, `10GB`, `512` in bytes, `25%` as that share of `whole`; nil for anything else.
    static func bytes(_ text: String, of whole: Int) -> Int? {
        if text.hasSuffix("%") {
            guard let share = decimal(text.dropLast()), share <= 100 else { return nil }
            return Int(Double(whole) * share / 100)
        }
        for unit in sizeUnits where text.hasSuffix(unit.suffix) {
            guard let number = decimal(text.dropLast(unit.suffix.count)) else { continue }
            let value = number * Double(unit.bytes)
            return value < 1e17 && value == value.rounded() ? Int(value) : nil
        }
        return text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
    }

    private static func decimal(_ text: Substring) -> Double? {
        guard let first = text.utf8.first, first >= 0x30, first <= 0x39, text.utf8.count <= 16,
            text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: ".") })
        else { return nil }
        return Double(text)
    }
}
