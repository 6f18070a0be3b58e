/// How a failure counts against the health of its endpoint.
package enum HealthImpact: UInt8, Sendable {
    /// The caller's or the operator's doing.
    case none
    /// The endpoint is alive, and full or unlucky.
    case soft
    /// The endpoint failed.
    case hard
}
