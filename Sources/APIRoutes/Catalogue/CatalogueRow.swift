import Accounting
import Catalog

/// A line of the catalogue's list: a model, by its own name or by its family's; with what filters and sorts compare.
struct CatalogueRow: Sendable {
    let model: Model
    /// `~author/family-latest`, where the line is that name's.
    let alias: FamilyAlias?
    /// In the list as it stands.
    let position: Int
    /// Lower case.
    let names: [String]
    let author: String
    let parameters: Set<String>
    /// Of the shown endpoints, as positions in `CatalogueIndex.providers`.
    let providers: Set<Int>
    let regions: Set<DataRegion>
    /// Whether one of the shown endpoints retains nothing.
    let hasZeroRetention: Bool
    /// Pico-dollars per token, as the line shows them; nil where it has no price.
    private(set) var promptPicos: Int64?
    private(set) var completionPicos: Int64?

    init(_ model: Model, alias: FamilyAlias? = nil, position: Int, providers: [String: Int]) {
        self.model = model
        self.alias = alias
        self.position = position
        names = [alias?.slug ?? model.slug, alias?.name ?? model.name].map { $0.lowercased() }
        author = model.author.lowercased()
        parameters = Set(model.parameters.names)
        let shown = model.shownEndpoints
        self.providers = Set(shown.compactMap { providers[$0.provider.slug] })
        regions = Set(DataRegion.allCases.filter { region in shown.contains(where: region.contains) })
        hasZeroRetention = shown.contains(where: \.provider.policy.retainsNothing)
        setPrices(of: model.topEndpoint)
    }

    /// The line at the price of another endpoint than the model's first.
    func priced(by endpoint: Endpoint) -> CatalogueRow {
        var row = self
        row.setPrices(of: endpoint)
        return row
    }

    private mutating func setPrices(of endpoint: Endpoint) {
        promptPicos = endpoint.pricing.quote(.prompt)?.price.picos
        completionPicos = endpoint.pricing.quote(.completion)?.price.picos
    }

    var slug: String { alias?.slug ?? model.slug }
    /// The family of the vocabulary, as it is shown.
    var architecture: String { model.facts.tokenizer ?? "Other" }
    /// The mean of the two prices.
    var meanPicos: Double? {
        guard let promptPicos, let completionPicos else { return nil }
        return (Double(promptPicos) + Double(completionPicos)) / 2
    }
}
