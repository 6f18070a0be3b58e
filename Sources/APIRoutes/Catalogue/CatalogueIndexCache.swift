package import Catalog
import Synchronization

/// The index of the catalogue in use, shared by all loops and built by the first who asks for the list.
///
/// The lock is held while it is built, a few milliseconds once per catalogue, so that it is built once. Nobody on a
/// request's way takes it.
package final class CatalogueIndexCache: Sendable {
    private let current = Mutex<CatalogueIndex?>(nil)

    package init() {}

    package func index(of catalog: ModelCatalog) -> CatalogueIndex {
        current.withLock { current in
            if let current, current.catalog === catalog { return current }
            let index = CatalogueIndex(catalog)
            current = index
            return index
        }
    }
}
