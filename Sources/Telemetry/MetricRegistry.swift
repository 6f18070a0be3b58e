import Synchronization

/// Names of everything that is counted: built at start, shared by all loops, and added to when a catalogue is loaded.
package final class MetricRegistry: Sendable {
    package let vocabulary: MetricVocabulary
    let layout: MetricLayout

    private struct Pair: Hashable {
        let model: String
        let provider: String
    }

    private struct Slots {
        var byPair: [Pair: EndpointSlot] = [:]
        /// `model="…",provider="…"`, escaped, by slot.
        var labels: [String] = []
    }

    private let slots: Mutex<Slots>

    package init(_ vocabulary: MetricVocabulary) {
        self.vocabulary = vocabulary
        layout = MetricLayout(vocabulary)
        let reserved = ["none", "other"].map { Self.labels(Pair(model: $0, provider: $0)) }
        slots = Mutex(Slots(labels: reserved))
    }

    /// The slot of a pair, the same for the life of the process. Takes a lock: call it when a catalogue is loaded, not
    /// per request.
    package func slot(model: String, provider: String) -> EndpointSlot {
        let pair = Pair(model: model, provider: provider)
        return slots.withLock { slots in
            if let known = slots.byPair[pair] { return known }
            if slots.labels.count >= TelemetryLimits.endpoints { return .other }
            let slot = EndpointSlot(index: slots.labels.count)
            slots.byPair[pair] = slot
            slots.labels.append(Self.labels(pair))
            return slot
        }
    }

    /// Label texts by slot index.
    var endpointLabels: [String] { slots.withLock { $0.labels } }

    private static func labels(_ pair: Pair) -> String {
        "model=\"\(PrometheusLabel.escape(pair.model))\",provider=\"\(PrometheusLabel.escape(pair.provider))\""
    }
}
