/// Every bound of this module.
package enum AccessLimits {
    /// Characters of a key that somebody chose or brought along.
    package static let keyBytes = 16...256
    /// Characters of the name of a key.
    package static let keyNameBytesMax = 256
    /// Callers' own provider keys in one server.
    package static let credentials = 1_000
    /// Characters of one of them; a service account's key file has about 2,400.
    package static let credentialBytes = 16 * 1024
    /// Presented keys that a loop remembers: a power of two.
    package static let rememberedKeys = 256
    /// Entries of a list of models, providers or addresses of a key.
    package static let listedNames = 100
    package static let listedNameBytes = 256
    /// Characters of an IPv6 address: eight groups, the last two as IPv4.
    static let addressBytes = 45
    /// What a key may be allowed per minute, of requests or tokens.
    package static let perMinute = 1...1_000_000_000
    /// Characters of an id or name that another system gave.
    package static let foreignNameBytes = 512
    /// What callers are told to wait for a store that cannot write.
    static let storeRetrySeconds = 5
    static let minuteMs: Int64 = 60_000
    static let dayMs: Int64 = 86_400_000
}
