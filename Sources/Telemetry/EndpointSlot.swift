/// The place of one pair of model and provider in every shard, handed out by `MetricRegistry`. Keep it beside the
/// endpoint: counting by it is an array access.
package struct EndpointSlot: Sendable, Equatable {
    let index: Int

    /// Requests that reached no endpoint: labels `none`, so that unknown model names never become label values.
    package static let none = EndpointSlot(index: 0)
    /// Pairs beyond `TelemetryLimits.endpoints`.
    static let other = EndpointSlot(index: 1)
}
