/// The bounds of this module.
package enum JSONLimits {
    /// The longest text a scanner takes; positions are 32 bits wide.
    package static let textBytes = 64 << 20
    /// The longest number. Longer ones are refused: no reader of ours or a provider's makes sense of them.
    package static let numberBytes = 1024
    /// How deep objects and arrays may nest.
    package static let depth = 256
    /// Working memory above this is given back after a large text instead of kept for the next one.
    ///
    /// A scan needs four bytes of positions per byte of text (touched only as far as the text has structure) and 16
    /// bytes per value or key: at worst (`[1,1,1,...`) 12 bytes per byte of text, for prompts well below one.
    package static let retainedBytes = 1 << 20
    /// Objects with more members than this look for repeated keys with a hash table instead of pairwise.
    static let pairwiseKeys = 16
}
