/// Why a provider of the catalogue cannot be called.
package enum ProviderAbsence: Sendable, Equatable {
    /// These environment variables are not set; the key's own comes first.
    case missing(variables: [String])
    /// `enabled: false` in the configuration.
    case switchedOff
}
