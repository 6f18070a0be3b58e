import CSodium

/// Random numbers of the operating system, fetched 1 KiB at a time: one system call serves about sixty generation ids.
///
/// Confined to one owner: a loop keeps one of its own. A class, because a copy would give the same numbers twice.
package final class SecureGenerator: RandomNumberGenerator {
    private var words = InlineArray<128, UInt64>(repeating: 0)
    private var position = 128

    package init() {}

    package func next() -> UInt64 {
        if position == 128 {
            withUnsafeMutableBytes(of: &words) { randombytes_buf($0.baseAddress!, $0.count) }
            position = 0
        }
        let word = words[position]
        // What was given out must not be found in memory later.
        words[position] = 0
        position += 1
        return word
    }
}
