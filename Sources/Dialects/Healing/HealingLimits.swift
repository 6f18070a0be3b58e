/// Bounds of mending an answer that was to be JSON.
enum HealingLimits {
    /// A longer text is left as it is: mending holds up the loop.
    static let textBytes = 1 << 20
    /// Objects and arrays inside one another.
    static let depth = 128
    /// Brackets in a text at which the JSON may begin.
    static let starts = 8
}
