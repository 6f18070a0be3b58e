import Access
import Accounting
import APIRoutes
import Activity
import Catalog
import Completions
import Configuration
import Cryptography
import Database
import Gateway
import HTTPClient
import HTTPServer
import HTTPWire
import Persistence
import Reactor
import Routing
import Telemetry
import TransportSecurity

/// The object graph of a running server. Used by the main thread alone; what runs on loops is handed to them.
final class Server {
    private var loader: ConfigurationLoader
    private var configuration: Configuration
    /// The catalogue of the configuration, without callers' own keys.
    private var plainCatalog: ModelCatalog
    private let sealingKey: SealingKey
    private var credentials: [ProviderCredential]
    private var catalogVersion: UInt64 = 1
    private let group: EventLoopGroup
    private let logWriter: LogWriter
    private let logger: Logger
    private let registry = MetricRegistry(.martlet)
    private let readiness = Readiness()
    private let budget: MemoryBudget
    private let store: EmbeddedStore
    private let keys: KeyRegistry
    private let freeVariants: FreeVariantUse
    private let accessTokens = AccessTokenKeeper()
    private var keyUses: KeyUseKeeper?
    private let health: HealthKeeper
    private var pipelines: [CompletionPipeline] = []
    private var clients: [HTTPClient] = []
    private var meters: [LoopMeter] = []
    private var tls: ServerTLS?
    private var http: HTTPServer?
    private let notifier = ServiceNotifier.fromEnvironment()
    /// Outlives the catalogue: a reload does not scatter conversations.
    private let stickyRoutes = StickyRoutes()
    private let startedAtMs = WallClock.system.unixMs()

    init(_ options: ServeOptions) throws(StartFailure) {
        loader = ConfigurationLoader(options)
        do throws(ConfigurationErrors) {
            configuration = try loader.load(version: catalogVersion)
        } catch {
            throw StartFailure("\(error)")
        }
        logWriter = LogWriter(format: configuration.logFormat)
        logger = Logger(logWriter, level: configuration.logLevel, format: configuration.logFormat)
        budget = MemoryBudget(limit: configuration.limits.memoryBytes)
        group = EventLoopGroup(count: configuration.workers ?? EventLoopGroup.defaultCount)
        var generator = SystemRandomNumberGenerator()
        do throws(DatabaseError) {
            store = try EmbeddedStore(
                directory: configuration.dataDirectory,
                durability: configuration.durability == .fsync ? .fsync : .process,
                observer: StoreWatch(
                    logger: Logger(logWriter, level: configuration.logLevel, format: configuration.logFormat),
                    readiness: readiness),
                retention: RetentionPolicy(configuration.records),
                unixMs: { WallClock.system.unixMs() }, using: &generator)
        } catch {
            throw StartFailure("\(error)")
        }
        Self.show(store.firstStart)
        sealingKey = try SealingKeyFile.key(
            configured: configuration.ownKeys.secretKey?.reveal(), directory: configuration.dataDirectory)
        credentials = store.storedCredentials
        plainCatalog = configuration.catalog
        configuration.catalog = plainCatalog.opening(credentials, with: sealingKey) { [logger] id, reason in
            Self.logTrouble(id, reason, logger)
        }
        // Where the clock was set back, limits go on where the ledger ended.
        let openedAtMs = store.openedAtMs
        keys = KeyRegistry(
            fixed: configuration.keyRecords(createdAtMs: startedAtMs),
            stored: store.storedKeys, spent: store.ledger.byKey,
            direct: store.ledger.directByKey, lastUsed: store.lastUses,
            workspace: Budget(
                .workspace, limits: configuration.budgets, spent: store.ledger.workspace, atMs: openedAtMs),
            account: Budget(
                .account, limits: configuration.accountLimits(store.ledger.totals.credits),
                spent: store.ledger.workspace, atMs: openedAtMs),
            atMs: openedAtMs)
        health = HealthKeeper(HealthTable(catalog: configuration.catalog), store)
        freeVariants = FreeVariantUse(
            configuration.freeVariants, granted: store.ledger.totals.granted,
            usedToday: store.ledger.freeRequestsToday, atMs: startedAtMs)
    }

    // MARK: Starting

    /// Shows the first keys as soon as they are stored: a start that fails behind this would lose them for ever.
    private static func show(_ first: FirstStart?) {
        guard let first else { return }
        Console.say("First start: these keys are shown once.")
        Console.say("  inference key:  \(first.inferenceKey.secret)")
        Console.say("  management key: \(first.managementKey.secret)")
    }

    /// - Parameter mailbox: where changes of credentials are handed over.
    func start(_ mailbox: Mailbox) throws(StartFailure) {
        if let files = configuration.tls { tls = try ServerTLS(files) }
        try makePipelines()
        try listen(mailbox)
        group.start()
        readiness.started()
        announce()
    }

    private func makePipelines() throws(StartFailure) {
        var clientConfiguration = HTTPClientConfiguration()
        // What is held of an answer is bounded by the gateway; a stream may go on as long as its deadline lets it.
        clientConfiguration.bodyBytes = .max
        do {
            clientConfiguration.tls = try TLSContext(.client(authoritiesFile: environmentValue("SSL_CERT_FILE")))
            clientConfiguration.proxies = try ProxySettings(environment: environmentValue)
        } catch {
            throw StartFailure("\(error)")
        }
        let state = makeState()
        keepEndpoints(of: state.catalog)
        health.start(on: group.loops[0])
        keyUses = KeyUseKeeper(group.loops[0], keys, store)
        let keys = self.keys.table
        var generator = SystemRandomNumberGenerator()
        for loop in group.loops {
            let logger = Logger(logWriter, level: configuration.logLevel, format: configuration.logFormat)
            let gathering = LoopTimer(loop) { [unowned logger] in logger.flush() }
            logger.scheduleFlush = { gathering.arm(afterMs: TelemetryLimits.gatherMs) }
            let client = HTTPClient(loop: loop, configuration: clientConfiguration)
            let shard = MetricShard(registry, loop: loop.index)
            clients.append(client)
            meters.append(LoopMeter(loop, shard))
            pipelines.append(
                CompletionPipeline(
                    loop: loop, client: client, records: store.generations(for: loop), logger: logger, metrics: shard,
                    budget: budget, keys: keys, state: state, seed: generator.next()))
            pipelines[loop.index].freeVariants = freeVariants
            pipelines[loop.index].accessTokens = accessTokens
        }
    }

    private func listen(_ mailbox: Mailbox) throws(StartFailure) {
        guard let address = SocketAddress(ip: configuration.listen.host, port: configuration.listen.port) else {
            throw StartFailure("\(configuration.listen) is no address to listen on")
        }
        let store = self.store
        let freeVariants = self.freeVariants
        let catalogueIndexes = CatalogueIndexCache()
        let administration = KeyAdministration(registry: keys) { [pipelines] table in
            await KeyBroadcast.hand(table, to: pipelines)
        }
        let credentials = CredentialAdministration(stored: credentials, sealingKey: sealingKey) { [pipelines] fresh in
            await withUnsafeContinuation { mailbox.post(.credentials(CredentialChange(fresh, handed: $0))) }
            await KeyBroadcast.passedEveryLoop(pipelines)
        }
        let collector = MetricsCollector(
            pipelines.map { ($0.loop, $0.metrics) }, registry: registry, writer: logWriter, startedAtMs: startedAtMs,
            storeWaiting: { store.health.waiting }, storeLost: { [readiness] in readiness.lostRecords },
            health: health)
        var makeSecurity: (@Sendable () -> any StreamSecurity)?
        if let tls {
            let workspaces = group.loops.map { _ in TLSWorkspace() }
            makeSecurity = { tls.makeLayer(workspaces[EventLoop.current!.index]) }
        }
        do throws(StreamError) {
            http = try HTTPServer(
                group: group, address: address, configuration: ServerConfiguration(configuration), budget: budget,
                makeSecurity: makeSecurity
            ) { loop in
                let services = LoopServices(
                    records: store.generations(for: loop), keyStore: store.keys(for: loop), keys: administration,
                    credentials: credentials, freeVariants: freeVariants, readiness: readiness, metrics: collector,
                    isSecure: tls != nil)
                return APIRouter(
                    pipeline: pipelines[loop.index], services: services, catalogueIndexes: catalogueIndexes)
            }
        } catch {
            throw StartFailure("cannot listen on \(configuration.listen): \(error)")
        }
    }

    private func announce() {
        logNotes()
        if store.interrupted > 0 { logger.log(.warning, "interrupted_requests", ["count": .int(store.interrupted)]) }
        if store.isClockBehind {
            logger.log(
                .warning, "clock_behind_ledger", ["ledger": .string(Timestamp.string(unixMs: store.openedAtMs))])
        }
        let scheme = tls == nil ? "http" : "https"
        Console.say("martlet listening on \(scheme)://\(http!.address)")
        notifier.ready()
    }

    private func logNotes() {
        for note in configuration.notes {
            logger.log(.warning, "configuration_note") { line in
                line.field("message", note.message)
                line.field("line", ifPresent: note.line)
            }
        }
    }

    private func makeState() -> GatewayState {
        GatewayState(
            catalog: configuration.catalog, health: health.current,
            settings: GatewaySettings(configuration), registry: registry,
            stickyRoutes: stickyRoutes)
    }

    /// Decisions refer to endpoints by number; the store keeps what the numbers stand for.
    private func keepEndpoints(of catalog: ModelCatalog) {
        store.use(
            catalogue: catalog.fingerprint, endpoints: EndpointList(catalog.models).text,
            atMs: WallClock.system.unixMs())
    }

    // MARK: Running

    /// Waits for signals and follows them; returns the exit code.
    func run(_ mailbox: Mailbox) -> Int32 {
        while true {
            switch mailbox.next() {
            case .reload: reload()
            case .credentials(let change): replaceCredentials(change)
            case .terminate:
                stop(mailbox, delayMs: configuration.drainDelayMs)
                return 0
            case .interrupt:
                stop(mailbox, delayMs: 0)
                return 0
            case .drained, nil: break
            }
        }
    }

    /// Reads everything again. What does not read keeps what was there before.
    private func reload() {
        notifier.reloading()
        defer { notifier.ready() }
        let fresh: Configuration
        do throws(ConfigurationErrors) {
            fresh = try loader.load(version: catalogVersion + 1)
        } catch {
            return logger.log(.error, "reload_failed", ["message": .string("\(error)")])
        }
        if let tls, let files = fresh.tls ?? configuration.tls, let problem = tls.reload(files) {
            return logger.log(.error, "reload_failed", ["message": .string(problem)])
        }
        catalogVersion += 1
        let kept = configuration
        configuration = fresh
        let waiting = configuration.keepFixed(from: kept)
        plainCatalog = configuration.catalog
        let state = openCredentials()
        let keys = self.keys.replaceFixed(configuration.keyRecords(createdAtMs: startedAtMs))
        self.keys.workspace.setLimits(configuration.budgets)
        freeVariants.setLimits(configuration.freeVariants)
        budget.limit = configuration.limits.memoryBytes
        http?.use(ServerConfiguration(configuration))
        let level = configuration.logLevel
        for pipeline in pipelines {
            pipeline.loop.execute {
                pipeline.state = state
                pipeline.replaceKeys(keys)
                pipeline.logger.level = level
            }
        }
        logger.level = level
        logNotes()
        if !waiting.isEmpty {
            logger.log(.warning, "restart_needed", ["keys": .string(waiting.joined(separator: ", "))])
        }
        logger.log(.info, "reloaded", ["models": .int(configuration.catalog.models.count(where: \.isCallable))])
    }

    /// Takes a new list of callers' own provider keys.
    private func replaceCredentials(_ change: CredentialChange) {
        credentials = change.credentials
        let state = openCredentials()
        for pipeline in pipelines {
            pipeline.loop.execute { pipeline.state = state }
        }
        change.wasHanded()
        logger.log(.info, "credentials_changed", ["count": .int(credentials.count)])
    }

    /// Makes the catalogue and the health of what is configured and stored now.
    private func openCredentials() -> GatewayState {
        configuration.catalog = plainCatalog.opening(credentials, with: sealingKey) { [logger] id, reason in
            Self.logTrouble(id, reason, logger)
        }
        health.replace(HealthTable(catalog: configuration.catalog, previous: health.current))
        let state = makeState()
        keepEndpoints(of: state.catalog)
        return state
    }

    private static func logTrouble(_ id: String, _ reason: String, _ logger: Logger) {
        logger.log(.error, "credential_unusable", ["byok_id": .string(id), "message": .string(reason)])
    }

    // MARK: Stopping

    /// Lets connections be accepted for a while, then the open requests finish, then cuts what is left; a second signal
    /// ends at once.
    private func stop(_ mailbox: Mailbox, delayMs: UInt64) {
        readiness.draining()
        notifier.stopping()
        logger.log(.info, "stopping")
        let isHurried = delayMs > 0 && waitForSecondSignal(mailbox, withinMs: delayMs)
        http?.stopListening()
        if !isHurried {
            drain(mailbox, withinMs: configuration.drainMs > delayMs ? configuration.drainMs - delayMs : 0)
        }
        finish(mailbox)
    }

    private func waitForSecondSignal(_ mailbox: Mailbox, withinMs limit: UInt64) -> Bool {
        let end = EventLoop.monotonicNanos() / 1_000_000 + limit
        while true {
            let now = EventLoop.monotonicNanos() / 1_000_000
            if now >= end { return false }
            switch mailbox.next(withinMs: end - now) {
            case .terminate, .interrupt: return true
            case .credentials(let change): replaceCredentials(change)
            case .reload, .drained, nil: break
            }
        }
    }

    /// - Returns: after all connections have ended, time is up, or a second signal came.
    private func drain(_ mailbox: Mailbox, withinMs limit: UInt64) {
        let http = self.http!
        group.loops[0].spawn {
            await http.drain()
            mailbox.post(.drained)
        }
        let end = EventLoop.monotonicNanos() / 1_000_000 + limit
        while true {
            let now = EventLoop.monotonicNanos() / 1_000_000
            if now >= end { return }
            switch mailbox.next(withinMs: end - now) {
            case .drained, .terminate, .interrupt: return
            case .credentials(let change): replaceCredentials(change)
            case .reload, nil: break
            }
        }
    }

    /// What still runs gets a typed end and its record; then everything closes, the store last.
    private func finish(_ mailbox: Mailbox) {
        for pipeline in pipelines { pipeline.loop.execute { pipeline.endAll() } }
        drain(mailbox, withinMs: ServerLimits.endingMs)
        let http = self.http!
        group.loops[0].spawn {
            await http.cut()
            mailbox.post(.drained)
        }
        _ = mailbox.next(withinMs: ServerLimits.endingMs)
        for client in clients { client.loop.execute { client.shutDown() } }
        group.shutDown()
        // Their threads have ended.
        for pipeline in pipelines { pipeline.logger.flush() }
        keyUses?.keep()
        health.keep()
        store.close()
        logger.log(.info, "stopped")
        logWriter.stop()
    }
}

/// Bounds of stopping.
private enum ServerLimits {
    /// For requests that were told to end, in milliseconds.
    static let endingMs: UInt64 = 1_000
}

extension MetricVocabulary {
    /// Labels by the raw values of the enums they are counted by.
    static let martlet = MetricVocabulary(
        outcomes: ["ok"] + FailureClass.allCases.map { "\($0.label)" },
        surfaces: ["chat", "completions", "messages", "responses", "embeddings", "rerank"],
        failures: FailureClass.allCases.map { "\($0.label)" }, refusals: ErrorType.allCases.map { "\($0.wireName)" })
}
