package import Completions
import Synchronization

/// What an operator and the catalogue are shown of one endpoint.
package struct HealthDisplay: Sendable, Equatable {
    /// The share of minutes that were up, in percent; nil where no minute had enough traffic.
    package var uptime5m: Double?
    package var uptime30m: Double?
    package var uptime1d: Double?
    /// Of the last half hour; nil without samples.
    package var ttftMs: HealthReading.Percentiles?
    package var throughput: HealthReading.Percentiles?
    /// Attempts of the last half hour that succeeded, and those that failed by class.
    package var successes = 0
    package var failures: [(failure: FailureClass, count: Int)] = []

    package static func == (left: HealthDisplay, right: HealthDisplay) -> Bool {
        left.uptime5m == right.uptime5m && left.uptime30m == right.uptime30m && left.uptime1d == right.uptime1d
            && left.ttftMs == right.ttftMs && left.throughput == right.throughput
            && left.successes == right.successes
            && left.failures.elementsEqual(right.failures) { $0.failure == $1.failure && $0.count == $1.count }
    }
}

extension EndpointHealth {
    /// What pages and the catalogue show. Sums up windows: not for the request's way.
    package func display(nowMs: UInt64) -> HealthDisplay {
        var display = HealthDisplay()
        guard let seen else { return display }
        display.uptime5m = seen.day.percent(minutes: 5, nowMs: nowMs)
        display.uptime30m = seen.day.percent(minutes: 30, nowMs: nowMs)
        display.uptime1d = seen.day.percent(minutes: HealthLimits.uptimeMinutes, nowMs: nowMs)
        let sum = seen.shown.sum(nowMs: nowMs)
        display.ttftMs = ValueScale.percentiles(sum.ttft.span, unit: Double(HealthRecord.ttftUnitMs))
        display.throughput = ValueScale.percentiles(
            sum.throughput.span, unit: 1 / Double(HealthRecord.throughputUnits), moreIsBetter: true)
        let outcomes = seen.shown.outcomes(nowMs: nowMs)
        display.successes = Int(outcomes[0])
        display.failures = FailureClass.allCases.compactMap { failure in
            let count = Int(outcomes[1 + Int(failure.rawValue)])
            return count == 0 ? nil : (failure, count)
        }
        return display
    }

    /// Whether anything was seen of it.
    package var hasHistory: Bool { seen != nil }

    /// Why the endpoint, or a key of its provider, is off; nil where nothing is.
    package func trouble(nowMs: UInt64) -> (reason: FailureClass, key: Int?, untilMs: UInt64)? {
        if let seen {
            let until = seen.disabledUntilMs.load(ordering: .relaxed)
            if until > nowMs, let reason = FailureClass(rawValue: seen.disabledReason.load(ordering: .relaxed)) {
                return (reason, nil, until)
            }
        }
        for (index, key) in provider.keys.enumerated() {
            let until = key.disabledUntilMs.load(ordering: .relaxed)
            if until > nowMs, let reason = FailureClass(rawValue: key.disabledReason.load(ordering: .relaxed)) {
                return (reason, index, until)
            }
        }
        return nil
    }
}
