/// Where each figure lies in a shard's cells. All cells are counters of one kind, so merging shards is adding cells.
struct MetricLayout: Sendable {
    /// Cells of one endpoint.
    let requests: Int
    let failovers: Int
    let tokens: Int
    let cost: Int
    let duration: Int
    let ttft: Int
    let endpointCells: Int

    /// Cells of the shard itself.
    let refusals: Int
    let freshConnections: Int
    let reusedConnections: Int
    let commit: Int
    let loopLag: Int
    let loopCells: Int

    static let tokenKinds = ["prompt", "completion", "reasoning", "cached"]

    private let surfaceCount: Int

    init(_ vocabulary: MetricVocabulary) {
        surfaceCount = vocabulary.surfaces.count
        requests = 0
        failovers = requests + vocabulary.outcomes.count * vocabulary.surfaces.count
        tokens = failovers + vocabulary.failures.count
        cost = tokens + Self.tokenKinds.count
        duration = cost + 1
        ttft = duration + HistogramBuckets.duration.cells
        endpointCells = ttft + HistogramBuckets.ttft.cells

        refusals = 0
        freshConnections = refusals + vocabulary.refusals.count
        reusedConnections = freshConnections + 1
        commit = reusedConnections + 1
        loopLag = commit + HistogramBuckets.commit.cells
        loopCells = loopLag + HistogramBuckets.loopLag.cells
    }

    func request(outcome: Int, surface: Int) -> Int { requests + outcome * surfaceCount + surface }
}
