import Providers

/// Why a simulated attempt fails.
enum AttemptFault: Equatable {
    /// The connection is refused.
    case refused
    /// The connection breaks before the first content.
    case reset
    /// A 500.
    case error
    case status(Int)
    /// A 429, which may say when to come back.
    case limited(seconds: Int?)
}

/// The failures of simulated attempts as the router understands them: by its own table, worked out once.
struct FaultTable {
    private let refused: UpstreamFailure
    private let reset: UpstreamFailure
    private let error: UpstreamFailure
    private let limited: UpstreamFailure
    private let provider: String
    private var waits: [Int: UpstreamFailure] = [:]
    private var statuses: [Int: UpstreamFailure] = [:]

    init(provider: String) {
        self.provider = provider
        refused = FailureClassifier.classify(.connectFailed, provider: provider)
        reset = FailureClassifier.classify(.resetBeforeFirstByte, provider: provider)
        error = Self.answer(500, provider)
        limited = Self.answer(429, provider)
    }

    mutating func failure(_ fault: AttemptFault) -> UpstreamFailure {
        switch fault {
        case .refused: return refused
        case .reset: return reset
        case .error: return error
        case .limited(nil): return limited
        case .limited(let seconds?):
            if let known = waits[seconds] { return known }
            let failure = Self.answer(429, provider, retryAfter: "\(seconds)")
            waits[seconds] = failure
            return failure
        case .status(let status):
            if let known = statuses[status] { return known }
            let failure = Self.answer(status, provider)
            statuses[status] = failure
            return failure
        }
    }

    private static func answer(_ status: Int, _ provider: String, retryAfter: String? = nil) -> UpstreamFailure {
        FailureClassifier.classify(
            status: status, headers: { name in "\(name)" == "retry-after" ? retryAfter : nil }, body: nil,
            provider: provider, nowMs: SimulationLimits.epochMs)
    }
}
