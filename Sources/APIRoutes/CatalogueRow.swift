import Catalog

/// A line of the catalogue's list: a model, by its own name or by its family's.
struct CatalogueRow {
    let model: Model
    /// `~author/family-latest`, where the line is that name's.
    var alias: FamilyAlias?

    /// Every line: the models in their order, then the families' names.
    static func all(of catalog: ModelCatalog) -> [CatalogueRow] {
        catalog.models.map { CatalogueRow(model: $0) }
            + catalog.familyAliases.map { CatalogueRow(model: $0.model, alias: $0) }
    }
}
