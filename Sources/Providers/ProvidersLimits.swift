/// The bounds of asking providers and of reading their failures.
package enum ProvidersLimits {
    /// Bytes of a provider's own sentence that are kept.
    package static let messageBytes = 2048
    /// Bytes of an error code or type that are kept.
    package static let codeBytes = 128
    /// Characters that are kept of what Google says of a service account.
    static let tokenReasonCharacters = 300
    /// Entries of `error.details` that are looked at.
    static let details = 16
    /// The longest wait a provider may ask for, in milliseconds: a day.
    package static let retryAfterMsMax: UInt64 = 86_400_000

    /// Cooldowns, in milliseconds, where the provider names no time.
    static let shortCooldownMs: UInt64 = 5_000
    static let rateLimitCooldownMs: UInt64 = 5_000
    static let disabledCooldownMs: UInt64 = 600_000
    static let quotaCooldownMs: UInt64 = 3_600_000
    static let creditCooldownMs: UInt64 = 3_600_000

    /// Names of unreleased features that are passed on.
    static let betas = 64
}
