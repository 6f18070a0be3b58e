import Catalog
import Completions

/// The bounds that a catalogue request sets: prices, age, benchmarks. What is not known is within none.
struct CatalogueFigures {
    /// In millionths of pico-dollars per token.
    private let prompt: CatalogueBounds<Int64>?
    private let completion: CatalogueBounds<Int64>?
    private let ageDays: CatalogueBounds<Int>?
    private let intelligence: CatalogueBounds<Double>?
    private let coding: CatalogueBounds<Double>?
    private let agentic: CatalogueBounds<Double>?
    private let toolSuccess: CatalogueBounds<Double>?
    private let unixSeconds: Int64

    init(_ query: some QueryParameters, unixSeconds: Int64) throws(APIError) {
        self.unixSeconds = unixSeconds
        let price = { (name: String) throws(APIError) in try query.price(name) }
        let number = { (name: String) throws(APIError) in try query.number(name) }
        prompt = try query.bounds("price", price)
        completion = try query.bounds("output_price", price)
        ageDays = try query.bounds("age_days") { (name) throws(APIError) in try query.whole(name) }
        intelligence = try query.bounds("intelligence_index", number)
        coding = try query.bounds("coding_index", number)
        agentic = try query.bounds("agentic_index", number)
        toolSuccess = try query.bounds("tool_success_rate") { (name) throws(APIError) in
            try query.number(name, upTo: 1)
        }
    }

    func admits(_ row: CatalogueRow) -> Bool {
        if let prompt, !prompt.contains(row.promptPicos.map(Self.millionths)) { return false }
        if let completion, !completion.contains(row.completionPicos.map(Self.millionths)) { return false }
        if let ageDays, !ageDays.contains(age(of: row.model)) { return false }
        let benchmarks = row.model.facts.benchmarks
        if let intelligence, !intelligence.contains(benchmarks?.intelligenceIndex) { return false }
        if let coding, !coding.contains(benchmarks?.codingIndex) { return false }
        if let agentic, !agentic.contains(benchmarks?.agenticIndex) { return false }
        if let toolSuccess, !toolSuccess.contains(benchmarks?.toolSuccessRate) { return false }
        return true
    }

    /// Of a price in pico-dollars; the largest there is for what nobody asks.
    private static func millionths(_ picos: Int64) -> Int64 {
        let (product, isTooLarge) = picos.multipliedReportingOverflow(by: 1_000_000)
        return isTooLarge ? (picos < 0 ? .min : .max) : product
    }

    /// Whole days since the model came out; nil where that is not known.
    private func age(of model: Model) -> Int? {
        let created = model.facts.created
        return created == 0 ? nil : max(0, Int((unixSeconds - created) / 86_400))
    }
}
