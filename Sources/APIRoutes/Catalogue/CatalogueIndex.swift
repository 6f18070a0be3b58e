package import Catalog
import Buffers
import JSONText

/// The catalogue's list with everything that does not depend on who asks or when: what filters and sorts compare, and
/// the JSON of each line. Immutable; one per snapshot of the catalogue.
package final class CatalogueIndex: Sendable {
    package let catalog: ModelCatalog
    /// The models in their order, then the families' names.
    let rows: [CatalogueRow]
    /// Every known provider: those that can be called, then the others.
    let providers: [ProviderEntry]
    /// Positions in `providers`, by slug and by display name in lower case.
    let providersByName: [String: Int]
    let authors: Set<String>
    /// Every parameter that a model takes.
    let parameters: Set<String>
    /// Every family of a vocabulary, as it is shown.
    let architectures: Set<String>
    private let rowsBySlug: [String: Int]
    /// The lines' JSON, one after the other.
    private let text: [UInt8]
    private let ranges: [Range<Int>]

    package init(_ catalog: ModelCatalog) {
        self.catalog = catalog
        providers = catalog.providers + catalog.absentProviders
        var slugs: [String: Int] = [:]
        for (position, provider) in providers.enumerated() { slugs[provider.slug] = position }
        var rows = catalog.models.enumerated().map { CatalogueRow($1, position: $0, providers: slugs) }
        for alias in catalog.familyAliases {
            rows.append(CatalogueRow(alias.model, alias: alias, position: rows.count, providers: slugs))
        }
        self.rows = rows
        rowsBySlug = Dictionary(rows.map { ($0.slug, $0.position) }, uniquingKeysWith: { first, _ in first })
        providersByName = Dictionary(
            providers.enumerated().map { ($1.displayName.lowercased(), $0) }, uniquingKeysWith: { first, _ in first }
        ).merging(slugs) { _, slug in slug }
        authors = Set(rows.map(\.author))
        parameters = rows.reduce(into: []) { $0.formUnion($1.parameters) }
        architectures = Set(rows.map(\.architecture))
        (text, ranges) = Self.render(rows)
    }

    private static func render(_ rows: [CatalogueRow]) -> ([UInt8], [Range<Int>]) {
        var out = ByteBuffer()
        var ranges: [Range<Int>] = []
        for row in rows {
            let start = out.count
            out.appendJSON { CatalogueModelJSON.write(row, into: &$0) }
            ranges.append(start..<out.count)
        }
        return (unsafe Array(out.bytes), ranges)
    }

    func write(_ row: CatalogueRow, into json: inout JSONWriter) {
        let range = ranges[row.position]
        let lines = text
        json.raw(lines.span.extracting(range))
    }

    /// The line of a name as in requests; nil for one that leads nowhere.
    func row(named name: String) -> CatalogueRow? {
        if let position = rowsBySlug[name] { return rows[position] }
        if let model = catalog.resolve(name) { return rowsBySlug[model.slug].map { rows[$0] } }
        return nil
    }
}
