/// The closed sets of label values, in the order of the indexes that callers count by.
///
/// This module knows no domain types: the server hands in the labels of its enums (`allCases` in raw-value order) and
/// counts by raw value, so that no string is looked at on the request's way.
package struct MetricVocabulary: Sendable {
    /// `class` of `martlet_requests_total`: how a request ended, such as `ok` and the failure classes.
    package let outcomes: [String]
    /// `surface` of `martlet_requests_total`: which API it came in by, such as `chat`.
    package let surfaces: [String]
    /// `class` of `martlet_failovers_total`: why an attempt was given up.
    package let failures: [String]
    /// `error_type` of `martlet_refusals_total`: requests refused before any attempt.
    package let refusals: [String]

    package init(outcomes: [String], surfaces: [String], failures: [String], refusals: [String]) {
        self.outcomes = outcomes
        self.surfaces = surfaces
        self.failures = failures
        self.refusals = refusals
    }
}
