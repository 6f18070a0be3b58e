/// The bounds of this module.
enum CLILimits {
    /// A prompt, from the command line or standard input.
    static let promptBytes = 16 * 1024 * 1024
    /// An answer that is read whole: model lists, errors.
    static let answerBytes = 64 * 1024 * 1024
    /// A file of the catalogue, or of a collection that it is refreshed from.
    static let catalogueBytes = 64 * 1024 * 1024
    /// A configuration of another router.
    static let importedBytes = 8 * 1024 * 1024
    /// A file that holds a key.
    static let keyFileBytes = 4096
    /// Models whose providers are asked for, one request each; a longer list shows none.
    static let modelsWithProviders = 64
    /// Digits of a hash that are enough to mean a key.
    static let hashDigits = 4
    /// Pages of a list of keys, of a hundred each.
    static let keyPages = 1000
    /// Minutes, hours or days until a key expires.
    static let expiryUnits: Int64 = 1_000_000
    /// Connecting to a server.
    static let connectMs: UInt64 = 5000
    /// Any request but a completion.
    static let shortRequestMs: UInt64 = 30_000
    /// Silence within a long answer.
    static let downloadIdleMs: UInt64 = 60_000
    /// What `doctor` waits for a provider.
    static let providerMs: UInt64 = 10_000
}
