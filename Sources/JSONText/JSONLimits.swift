/// The bounds of this module.
package enum JSONLimits {
    /// The longest text a scanner takes; positions are 32 bits wide.
    package static let textBytes = 64 << 20
    /// The longest number. Longer ones are refused: no reader of ours or a provider's makes sense of them.
    package static let numberBytes = 1024
    /// How deep objects and arrays may nest.
    package static let depth = 256
    /// How many values and member names a text may hold: the largest answers of embeddings have five million.
    ///
    /// A scan needs 16 bytes for each and four for each bracket, comma, colon, name and value: at worst (`[1,1,1,...`)
    /// 24 bytes a value, for prompts well below one per byte of text. With this bound that is at most 170 MB a loop,
    /// while the scan and what reads it run.
    package static let values = 6_000_000
    /// Working memory above this is given back after a large text instead of kept for the next one.
    package static let retainedBytes = 1 << 20
    /// Texts up to this size are too short for more values than `retainedBytes` holds: 16 bytes for every two of text.
    static let smallTextBytes = retainedBytes / 8 - depth * 32
    /// Objects with more members than this look for repeated keys with a hash table instead of pairwise.
    static let pairwiseKeys = 16
}
