import Catalog

/// The orders that the list can be asked for in. Models without the figure in question come last, and equal ones keep
/// the list's own order. Source: spec 16.1.
enum CatalogueSort: String, CaseIterable {
    case mostPopular = "most-popular"
    case newest
    case topWeekly = "top-weekly"
    case cheapest = "pricing-low-to-high"
    case dearest = "pricing-high-to-low"
    case largestContext = "context-high-to-low"
    case fastest = "throughput-high-to-low"
    case promptest = "latency-low-to-high"
    case intelligence = "intelligence-high-to-low"
    case coding = "coding-high-to-low"
    case agentic = "agentic-high-to-low"
    case designArena = "design-arena-elo-high-to-low"

    /// Whether it goes by what was used of the models here.
    var needsPopularity: Bool { self == .mostPopular || self == .topWeekly }

    func sorted(_ rows: [CatalogueRow], _ view: CatalogueView) -> [CatalogueRow] {
        let figure = figure(view)
        let isAscending = self == .cheapest || self == .promptest
        let keyed = rows.map { row in
            (row: row, key: figure(row).map { isAscending ? $0 : -$0 } ?? .infinity)
        }
        return keyed.sorted { ($0.key, $0.row.position) < ($1.key, $1.row.position) }.map(\.row)
    }

    private func figure(_ view: CatalogueView) -> (CatalogueRow) -> Double? {
        switch self {
        case .mostPopular, .topWeekly:
            return { row in view.popularity[row.model.slug].map(Double.init) }
        case .newest:
            return { row in row.model.facts.created == 0 ? nil : Double(row.model.facts.created) }
        case .cheapest, .dearest: return { $0.meanPicos }
        case .largestContext: return { $0.model.contextLength.map(Double.init) }
        case .fastest:
            let throughput = view.medians().throughput
            return { throughput[$0.model.slug] }
        case .promptest:
            let latency = view.medians().latencyMs
            return { latency[$0.model.slug] }
        case .intelligence: return { $0.model.facts.benchmarks?.intelligenceIndex }
        case .coding: return { $0.model.facts.benchmarks?.codingIndex }
        case .agentic: return { $0.model.facts.benchmarks?.agenticIndex }
        case .designArena: return { $0.model.facts.benchmarks?.designArena.map(\.elo).max() }
        }
    }
}
