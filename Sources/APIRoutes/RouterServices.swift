package import Access
package import Activity
package import Catalog
package import Completions

/// What the routes need of the rest of the process; one per loop, answered on it.
package protocol RouterServices: AnyObject {
    /// Why the process should get no new requests, a sentence each; empty when it is ready.
    var unreadiness: [String] { get }
    /// What somebody should look into although requests are served; a sentence each.
    var warnings: [String] { get }
    var version: String { get }
    /// `http` or `https`, as this server is reached.
    var scheme: String { get }
    /// Every key, and the way to change them.
    var keys: KeyAdministration { get }
    /// Callers' own keys at providers, and the way to change them.
    var credentials: CredentialAdministration { get }
    /// Sees whether a provider can be asked with a key of this form.
    ///
    /// - Throws: 400 that says which forms it takes.
    func checkCredential(_ key: Secret, of provider: ProviderEntry) throws(APIError)
    /// Where changes of keys are stored.
    var keyStore: any KeyChangeStoring { get }
    /// What the account did with free variants.
    var freeVariants: FreeVariantUse { get }
    /// The metrics of all loops as Prometheus text.
    func metricsPage() async -> [UInt8]
    /// The account's records, as this loop reads them.
    var records: any AccountRecords { get }
    /// Adds to the ledger, and changes accordingly what may be spent.
    func post(_ order: LedgerOrder) async -> LedgerOutcome
    /// A generation of the principal's own.
    ///
    /// - Throws: 400 for a malformed id, 404 for one that is not there or belongs to another key, 503 for a store that
    ///   cannot be read now.
    func generation(_ id: String?, of principal: Principal) async throws(APIError) -> GenerationRecord
}
