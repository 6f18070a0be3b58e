/// The bounds of a simulation, and the figures of simulated providers that no scenario sets.
package enum SimulationLimits {
    package static let providers = 1...64
    package static let eventsPerProvider = 256
    package static let durationMs: ClosedRange<UInt64> = 1_000...86_400_000
    /// Requests a second.
    package static let rate = 0.01...100_000.0
    /// Requests of one policy, all together.
    package static let requests = 100_000_000.0
    /// Tokens of a prompt or an answer.
    package static let tokens = 0.0...10_000_000.0
    /// The shortest half of a flap: a shorter one is a brown-out.
    package static let flapMs: ClosedRange<UInt64> = 100...86_400_000

    /// What a refused connection, and an answer that says no, take, in microseconds.
    static let refusedUs: UInt64 = 2_000
    static let rejectedUs: UInt64 = 50_000
    /// How much of a minute's requests a provider takes at once, in seconds' worth.
    static let burstSeconds = 5.0
    /// The oracle takes no answer that is slower, in tokens per second; the router's guard agrees.
    static let dripTokensPerSecond = 2.0
    /// Where the virtual clock begins, so that no time is zero, in milliseconds.
    static let epochMs: UInt64 = 1_000_000

    /// How long a failure may go unnoticed before attempts count as probes, and how long the time after a recovery
    /// is watched, in microseconds.
    static let noticeUs: UInt64 = 5_000_000
    static let returnUs: UInt64 = 1_000_000
    /// Traffic is back with this share of what is usual.
    static let backShare = 0.8
    /// Requests by which a share is judged, and the seconds of traffic for it at least and at most.
    static let backSample = 50.0
    static let backSeconds = 5...60
    /// Seconds after an event that do not show what is usual.
    static let settlingSeconds: UInt64 = 60
    /// The usual share below which there is nothing to come back.
    static let usualShare = 0.02
}
