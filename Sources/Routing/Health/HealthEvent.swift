package import Completions

/// A change in an endpoint's health that an operator wants to read of once: who caused it logs it.
package enum HealthEvent: Sendable, Equatable {
    /// The breaker opened; a probe may try from then on.
    case opened(untilMs: UInt64)
    /// The breaker's probes succeeded, and traffic comes back in steps.
    case recovered
    /// The provider refuses a key, or has no money for it.
    case keyDisabled(key: Int, reason: FailureClass)
    /// The provider refuses the endpoint, or does not know it.
    case endpointDisabled(reason: FailureClass)
    /// What was disabled has answered.
    case enabled

    /// The name of its line in the log.
    package var label: StaticString {
        switch self {
        case .opened: "endpoint_opened"
        case .recovered: "endpoint_recovered"
        case .keyDisabled: "key_disabled"
        case .endpointDisabled: "endpoint_disabled"
        case .enabled: "endpoint_enabled"
        }
    }
}
