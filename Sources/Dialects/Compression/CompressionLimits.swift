/// What compression reckons with where nothing better is known.
package enum CompressionLimits {
    /// What a message takes beside its content, in tokens.
    static let messageTokens = 4
    static let toolTokens = 8
    /// A picture, file or recording.
    static let mediaTokens = 800
    static let bytesPerToken = 4
    /// A text is not shortened to less.
    static let textTokensMin = 8
    /// How often a cut is made again, each time by a tenth larger, when its pieces have more tokens than it seemed.
    static let cuts = 12
    /// What is aimed at, in hundredths of the room: the estimate may be a tenth too low. After the provider has found the
    /// prompt too long all the same, less.
    package static let percents = [90, 68, 45]
    /// Tokens that are kept for the answer where the caller does not say; at most a quarter of the context.
    package static let answerTokens = 1024
}
