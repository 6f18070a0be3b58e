/// What `/metrics` shows of the health of one endpoint.
package struct EndpointFigures: Sendable {
    package let model: String
    package let provider: String
    /// The endpoint's tag.
    package let endpoint: String
    package let state: String
    /// Why it, or a key of its provider, is off; nil where nothing is.
    package var disabledReason: String?
    /// Of the last five minutes; nil without requests.
    package var successRatio: Double?
    /// p50, p75, p90 and p99 of the last five minutes; nil without samples.
    package var ttftSeconds: [Double]?
    /// Tokens per second that 50, 75, 90 and 99 % of the attempts reached, likewise.
    package var throughput: [Double]?

    package init(model: String, provider: String, endpoint: String, state: String) {
        self.model = model
        self.provider = provider
        self.endpoint = endpoint
        self.state = state
    }

    static let quantiles = ["0.5", "0.75", "0.9", "0.99"]
    /// What 90 % reach is the quantile 0.1.
    static let lowQuantiles = ["0.5", "0.25", "0.1", "0.01"]

    var labels: String {
        "model=\"\(PrometheusLabel.escape(model))\",provider=\"\(PrometheusLabel.escape(provider))\","
            + "endpoint=\"\(PrometheusLabel.escape(endpoint))\""
    }
}

extension MetricsPage {
    func renderHealth(_ writer: inout PrometheusWriter) {
        let shown = health.prefix(TelemetryLimits.endpoints)
        writer.family("martlet_endpoint_state", .gauge, "What an endpoint is in; always 1.")
        for figures in shown { writer.sample(figures.labels + ",state=\"\(figures.state)\"", 1) }
        writer.family("martlet_endpoint_disabled", .gauge, "Why an endpoint or a key of its provider is off; always 1.")
        for figures in shown {
            guard let reason = figures.disabledReason else { continue }
            writer.sample(figures.labels + ",reason=\"\(PrometheusLabel.escape(reason))\"", 1)
        }
        writer.family(
            "martlet_endpoint_success_ratio", .gauge, "Successes of the last five minutes, callers' faults left out.")
        for figures in shown { writeValue(figures.labels, figures.successRatio, &writer) }
        writer.family("martlet_endpoint_ttft_seconds", .gauge, "Time to first content in the last five minutes.")
        for figures in shown { writeQuantiles(figures.labels, EndpointFigures.quantiles, figures.ttftSeconds, &writer) }
        writer.family(
            "martlet_endpoint_tokens_per_second", .gauge, "Tokens per second of an attempt in the last five minutes.")
        for figures in shown {
            writeQuantiles(figures.labels, EndpointFigures.lowQuantiles, figures.throughput, &writer)
        }
        writer.family("martlet_retry_budget", .gauge, "Retries that are left beside first moves to another endpoint.")
        writer.sample("", UInt64(max(0, retriesLeft)))
    }

    private func writeQuantiles(
        _ labels: String, _ quantiles: [String], _ values: [Double]?, _ writer: inout PrometheusWriter
    ) {
        guard let values else { return }
        for (quantile, value) in zip(quantiles, values) {
            writeValue(labels + ",quantile=\"\(quantile)\"", value, &writer)
        }
    }

    private func writeValue(_ labels: String, _ value: Double?, _ writer: inout PrometheusWriter) {
        guard let value, value >= 0, value < 1e9 else { return }
        writer.sample(labels, nanos: UInt64((value * 1_000_000_000).rounded()))
    }
}
