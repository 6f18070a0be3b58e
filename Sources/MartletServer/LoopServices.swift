import Access
import Accounting
import Activity
import APIRoutes
import Buffers
import Catalog
import Completions
import Configuration
import Gateway
import Persistence
import Reactor
import Routing
import Synchronization
import Telemetry

/// What the routes of one loop ask of the rest of the process. Confined to its loop.
final class LoopServices: RouterServices, @unchecked Sendable {
    private let store: LoopGenerations
    private let readiness: Readiness
    private let metrics: MetricsCollector
    let scheme: String
    let keys: KeyAdministration
    let credentials: CredentialAdministration
    let keyStore: any KeyChangeStoring
    let freeVariants: FreeVariantUse

    init(
        records: LoopGenerations, keyStore: any KeyChangeStoring, keys: KeyAdministration,
        credentials: CredentialAdministration, freeVariants: FreeVariantUse, readiness: Readiness,
        metrics: MetricsCollector, isSecure: Bool
    ) {
        store = records
        self.keyStore = keyStore
        self.keys = keys
        self.credentials = credentials
        self.freeVariants = freeVariants
        self.readiness = readiness
        self.metrics = metrics
        scheme = isSecure ? "https" : "http"
    }

    var version: String { MartletVersion.current }
    var unreadiness: [String] { readiness.reasons }
    var warnings: [String] { readiness.warnings }

    func checkCredential(_ key: Secret, of provider: ProviderEntry) throws(APIError) {
        if provider.absence == .switchedOff {
            throw .invalid("provider", "The provider \(provider.slug) is switched off on this server.")
        }
        do throws(CredentialForm.Problem) {
            _ = try CredentialForm.read(key, for: provider)
        } catch {
            throw .invalid("key", "'key' cannot be used: \(error).")
        }
    }

    func metricsPage() async -> [UInt8] {
        await metrics.page()
    }

    func generation(_ id: String?, of principal: Principal) async throws(APIError) -> GenerationRecord {
        guard let id else {
            throw .invalid("id", "No generation id was given. Add ?id=gen-… as it stands in an answer's id.")
        }
        let found: GenerationRecord?
        do throws(GenerationReadError) {
            found = if let id = GenerationID(id) { try await store.generation(id) } else { nil }
        } catch {
            throw APIError(.providerOverloaded, "The store cannot be read now. Try again in a moment.")
        }
        let mayRead = found.map { principal.keyClass == .management || $0.workspaceID == principal.key.workspaceID }
        guard let found, mayRead == true else {
            throw APIError(.notFound, "There is no generation \(id.prefix(64)) of this key's workspace.")
        }
        return found
    }

    var records: any AccountRecords { store }

    func post(_ order: LedgerOrder) async -> LedgerOutcome {
        let outcome = await store.post(order)
        switch outcome {
        case .posted(let line), .pending(let line): apply(line.entry)
        case .repeated, .keyReused, .refundTooLarge, .outOfBounds, .unavailable: break
        }
        return outcome
    }

    /// Lets the next requests be judged by a new row of the ledger. After a restart the ledger itself says it.
    private func apply(_ entry: LedgerEntry) {
        let registry = keys.registry
        switch entry.kind {
        case .grant:
            registry.account.addCredits(entry.amount)
            freeVariants.addGrant(entry.amount)
        case .adjustment: registry.account.addCredits(entry.amount)
        case .refund:
            let known = entry.apiKey.flatMap { registry.principal($0) }?.budgets
            let budgets = known ?? registry.budgetsWithoutKey(atMs: entry.atMs)
            budgets.adjust(.zero - entry.amount, atMs: entry.atMs)
        case .charge: preconditionFailure("charges are written with their generations")
        }
    }
}

/// Gathers the metrics of all loops, by a job on each.
final class MetricsCollector: Sendable {
    private let shards: [(loop: EventLoop, shard: MetricShard)]
    private let registry: MetricRegistry
    private let writer: LogWriter
    private let startedAtMs: Int64
    private let storeWaiting: @Sendable () -> Int
    private let storeLost: @Sendable () -> Int
    private let health: HealthKeeper

    init(
        _ shards: [(loop: EventLoop, shard: MetricShard)], registry: MetricRegistry, writer: LogWriter,
        startedAtMs: Int64, storeWaiting: @escaping @Sendable () -> Int, storeLost: @escaping @Sendable () -> Int,
        health: HealthKeeper
    ) {
        self.shards = shards
        self.registry = registry
        self.writer = writer
        self.startedAtMs = startedAtMs
        self.storeWaiting = storeWaiting
        self.storeLost = storeLost
        self.health = health
    }

    func page() async -> [UInt8] {
        var snapshots: [MetricSnapshot] = []
        for (loop, shard) in shards {
            let snapshot: MetricSnapshot? = await withUnsafeContinuation { continuation in
                if !loop.execute({ continuation.resume(returning: shard.snapshot()) }) {
                    continuation.resume(returning: nil)
                }
            }
            if let snapshot { snapshots.append(snapshot) }
        }
        var page = MetricsPage(
            registry, version: MartletVersion.current, process: .current(startUnixMs: startedAtMs))
        page.storeSpooled = storeWaiting()
        page.storeLost = storeLost()
        page.health = health.figures()
        page.retriesLeft = health.current.retries.left
        page.droppedLogLines = writer.droppedLines
        var buffer = ByteBuffer()
        page.render(snapshots, into: &buffer)
        return [UInt8](buffer.bytes)
    }
}
