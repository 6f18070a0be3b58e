/// Every bound of this module.
package enum ActivityLimits {
    /// UTF-8 bytes that are kept of a text from outside: user agent, referer, titles, ids of callers and providers.
    package static let textBytesMax = 512
    /// Attempts that are kept of a generation.
    package static let attemptsMax = 64
    /// What an account may be granted in all, in nano-dollars: far from where sums of 64 bits end.
    package static let creditsMax: Int64 = 4_000_000_000_000_000_000
}
