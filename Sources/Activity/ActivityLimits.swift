/// Every bound of this module.
package enum ActivityLimits {
    /// UTF-8 bytes that are kept of a text from outside: user agent, referer, titles, ids of callers and providers.
    package static let textBytesMax = 512
    /// Attempts that are kept of a generation.
    package static let attemptsMax = 64
}
