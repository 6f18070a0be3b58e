package import Buffers

/// `/metrics`: the Prometheus text format, version 0.0.4.
///
/// The server asks every loop for its snapshot, joins what lives outside loops, and renders on whichever loop was asked.
package struct MetricsPage {
    /// The Content-Type to send with it.
    package static let contentType: StaticString = "text/plain; version=0.0.4; charset=utf-8"

    package let registry: MetricRegistry
    package let version: String
    package var process: ProcessFigures
    /// Records that wait in memory because the store cannot write.
    package var storeSpooled = 0
    /// Records that could not be stored since the start.
    package var storeLost = 0
    package var droppedLogLines = 0
    /// Endpoints that were used, and those that are off.
    package var health: [EndpointFigures] = []
    /// Whole retries that the retry budget has left.
    package var retriesLeft = 0

    package init(_ registry: MetricRegistry, version: String, process: ProcessFigures) {
        self.registry = registry
        self.version = version
        self.process = process
    }

    /// Appends the page. Series by endpoint appear with their first event.
    package func render(_ snapshots: [MetricSnapshot], into buffer: inout ByteBuffer) {
        let merged = MergedMetrics(snapshots)
        var writer = PrometheusWriter()
        renderRequests(merged, &writer)
        renderUsage(merged, &writer)
        renderHealth(&writer)
        renderLoops(snapshots, merged, &writer)
        renderProcess(&writer)
        buffer.append(writer.bytes)
    }

    private func renderRequests(_ merged: MergedMetrics, _ writer: inout PrometheusWriter) {
        let (layout, vocabulary, labels) = (registry.layout, registry.vocabulary, registry.endpointLabels)
        writer.family("martlet_requests_total", .counter, "Finished requests by how they ended and the API they used.")
        eachEndpoint(merged) { slot, cells in
            for outcome in vocabulary.outcomes.indices {
                for surface in vocabulary.surfaces.indices {
                    let count = cells[layout.request(outcome: outcome, surface: surface)]
                    if count == 0 { continue }
                    let rest = ",class=\"\(vocabulary.outcomes[outcome])\",surface=\"\(vocabulary.surfaces[surface])\""
                    writer.sample(labels[slot] + rest, count)
                }
            }
        }
        writer.family("martlet_request_duration_seconds", .histogram, "Time from request to the end of its answer.")
        eachEndpoint(merged) { slot, cells in
            writer.histogram(labels[slot], .duration, cells, at: layout.duration)
        }
        writer.family("martlet_ttft_seconds", .histogram, "Time from request to the first content of its answer.")
        eachEndpoint(merged) { slot, cells in writer.histogram(labels[slot], .ttft, cells, at: layout.ttft) }
        writer.family("martlet_failovers_total", .counter, "Attempts given up, at the endpoint that failed.")
        eachEndpoint(merged) { slot, cells in
            for (index, failure) in vocabulary.failures.enumerated() where cells[layout.failovers + index] > 0 {
                writer.sample(labels[slot] + ",class=\"\(failure)\"", cells[layout.failovers + index])
            }
        }
        writer.family("martlet_refusals_total", .counter, "Requests refused before any attempt.")
        for (index, refusal) in vocabulary.refusals.enumerated() where !merged.cells.isEmpty {
            let count = merged.cells[layout.refusals + index]
            if count > 0 { writer.sample("error_type=\"\(refusal)\"", count) }
        }
    }

    private func renderUsage(_ merged: MergedMetrics, _ writer: inout PrometheusWriter) {
        let (layout, labels) = (registry.layout, registry.endpointLabels)
        writer.family("martlet_tokens_total", .counter, "Tokens; reasoning is part of completion, cached of prompt.")
        eachEndpoint(merged) { slot, cells in
            for (index, kind) in MetricLayout.tokenKinds.enumerated() where cells[layout.tokens + index] > 0 {
                writer.sample(labels[slot] + ",kind=\"\(kind)\"", cells[layout.tokens + index])
            }
        }
        writer.family("martlet_cost_usd_total", .counter, "Charged to callers, in US dollars.")
        eachEndpoint(merged) { slot, cells in
            if cells[layout.cost] > 0 { writer.sample(labels[slot], nanos: cells[layout.cost]) }
        }
    }

    private func renderLoops(
        _ snapshots: [MetricSnapshot], _ merged: MergedMetrics, _ writer: inout PrometheusWriter
    ) {
        let layout = registry.layout
        writer.family("martlet_in_flight", .gauge, "Requests being served.")
        writer.sample("", UInt64(max(0, merged.inFlight)))
        writer.family("martlet_loop_lag_seconds", .histogram, "How late an event loop came to a timer.")
        for snapshot in snapshots {
            writer.histogram("loop=\"\(snapshot.loop)\"", .loopLag, snapshot.cells, at: layout.loopLag)
        }
        writer.family("martlet_pool_connections_total", .counter, "Upstream connections handed to attempts.")
        writer.sample("reused=\"false\"", merged.cells.isEmpty ? 0 : merged.cells[layout.freshConnections])
        writer.sample("reused=\"true\"", merged.cells.isEmpty ? 0 : merged.cells[layout.reusedConnections])
        writer.family("martlet_commit_seconds", .histogram, "Time from a record's hand-over to its durable commit.")
        if !merged.cells.isEmpty { writer.histogram("", .commit, merged.cells, at: layout.commit) }
        writer.family("martlet_store_spooled", .gauge, "Records waiting in memory because the store cannot write.")
        writer.sample("", UInt64(max(0, storeSpooled)))
        writer.family("martlet_store_lost_total", .counter, "Records that could not be stored.")
        writer.sample("", UInt64(max(0, storeLost)))
        writer.family("martlet_log_dropped_total", .counter, "Log lines dropped because the log took no more.")
        writer.sample("", UInt64(max(0, droppedLogLines)))
    }

    private func renderProcess(_ writer: inout PrometheusWriter) {
        writer.family("martlet_build_info", .gauge, "The running version.")
        writer.sample("version=\"\(PrometheusLabel.escape(version))\"", 1)
        if let bytes = process.residentBytes {
            writer.family("process_resident_memory_bytes", .gauge, "Resident memory.")
            writer.sample("", bytes)
        }
        if let count = process.openDescriptors {
            writer.family("process_open_fds", .gauge, "Open file descriptors.")
            writer.sample("", UInt64(count))
        }
        if let count = process.maxDescriptors {
            writer.family("process_max_fds", .gauge, "The limit of open file descriptors.")
            writer.sample("", count)
        }
        if let milliseconds = process.cpuMilliseconds {
            writer.family("process_cpu_seconds_total", .counter, "User and system time.")
            writer.sample("", nanos: milliseconds * 1_000_000)
        }
        writer.family("process_start_time_seconds", .gauge, "Start of the process since the Unix epoch.")
        writer.sample("", nanos: UInt64(max(0, process.startUnixMs)) * 1_000_000)
    }

    private func eachEndpoint(_ merged: MergedMetrics, _ body: (Int, [UInt64]) -> Void) {
        for (slot, cells) in merged.endpoints.enumerated() where !cells.isEmpty { body(slot, cells) }
    }
}
