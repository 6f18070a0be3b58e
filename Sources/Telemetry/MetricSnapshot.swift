/// What one loop had counted when it was asked.
package struct MetricSnapshot: Sendable {
    package let loop: Int
    package let inFlight: Int
    let cells: [UInt64]
    let endpoints: [[UInt64]]
}

/// The sums over all loops. Lag stays apart by loop: one stuck loop must show.
struct MergedMetrics {
    var inFlight = 0
    var cells: [UInt64] = []
    var endpoints: [[UInt64]] = []

    init(_ snapshots: [MetricSnapshot]) {
        for snapshot in snapshots {
            inFlight += snapshot.inFlight
            Self.add(snapshot.cells, to: &cells)
            while endpoints.count < snapshot.endpoints.count { endpoints.append([]) }
            for index in snapshot.endpoints.indices { Self.add(snapshot.endpoints[index], to: &endpoints[index]) }
        }
    }

    private static func add(_ source: [UInt64], to target: inout [UInt64]) {
        if target.isEmpty {
            target = source
            return
        }
        for index in source.indices { target[index] &+= source[index] }
    }
}
