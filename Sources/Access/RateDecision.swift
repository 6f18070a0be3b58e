/// Whether a request is within the rates of its key or account.
package enum RateDecision: Sendable, Equatable {
    case admitted
    case refused(RateRefusal)
}

/// The rate that a request is above.
package struct RateRefusal: Error, Sendable, Equatable {
    package let rate: LimitedRate
    /// What a window allows.
    package let limit: Int
    /// When the next window begins, in milliseconds since 1970.
    package let resetsAtMs: Int64

    /// Whole seconds until then, at least one.
    package func secondsLeft(atMs unixMs: Int64) -> Int {
        max(1, Int((resetsAtMs - unixMs + 999) / 1000))
    }
}

/// What is limited.
package enum LimitedRate: UInt8, CaseIterable, Sendable {
    case keyRequestsPerMinute
    case keyTokensPerMinute
    case freeModelsPerMinute
    case freeModelsPerDay
    /// The same, for accounts that were granted credits.
    case freeModelsPerDayHighBalance

    /// The name in messages and in `limit_source`.
    package var name: StaticString {
        switch self {
        case .keyRequestsPerMinute: "key-requests-per-min"
        case .keyTokensPerMinute: "key-tokens-per-min"
        case .freeModelsPerMinute: "free-models-per-min"
        case .freeModelsPerDay: "free-models-per-day"
        case .freeModelsPerDayHighBalance: "free-models-per-day-high-balance"
        }
    }
}
