/// Places to cut an input at, derived from it: the same input is always cut the same.
struct Cuts {
    private var state: UInt64

    init(_ input: [UInt8]) {
        // FNV-1a.
        state = input.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// SplitMix64.
    mutating func number(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    /// Up to seven places in ascending order, repeated ones included: empty pieces are pieces too.
    mutating func next(_ count: Int) -> [Int] {
        (0..<1 + number(below: 7)).map { _ in number(below: count + 1) }.sorted()
    }

    /// Every place; some places of a long input, whose every byte would take too long.
    mutating func many(_ count: Int) -> [Int] {
        count <= 300 ? Array(stride(from: 1, to: count, by: 1)) : (0..<100).map { _ in number(below: count) }.sorted()
    }
}
