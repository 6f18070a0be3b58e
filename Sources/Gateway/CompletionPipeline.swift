package import Access
package import Activity
import Buffers
package import Completions
package import Dialects
package import HTTPClient
package import HTTPServer
import HTTPWire
import JSONText
package import Reactor
package import Telemetry

/// Answers completion requests on one loop. Confined to it: everything here is shared by the calls of the loop and by
/// nobody else.
package final class CompletionPipeline: @unchecked Sendable {
    package let loop: EventLoop
    let client: HTTPClient
    let records: any GenerationRecording
    package let logger: Logger
    package let metrics: MetricShard
    let budget: MemoryBudget
    package let clock: WallClock
    let scanner = JSONScanner()
    let active: ActiveCalls
    let authenticator: Authenticator
    /// The account's requests for free variants, shared by all loops; nil where they are not limited.
    package var freeVariants: FreeVariantUse?
    /// Shared by all loops.
    package var accessTokens = AccessTokenKeeper()
    var generator: FastGenerator
    /// The head of the request that is being sent; copied by the client before the call is suspended.
    var upstreamHead = ByteBuffer()
    /// Replaced by a job on the loop when the configuration is read again.
    package var state: GatewayState

    package init(
        loop: EventLoop, client: HTTPClient, records: any GenerationRecording, logger: Logger, metrics: MetricShard,
        budget: MemoryBudget, keys: KeyTable, state: GatewayState, seed: UInt64, clock: WallClock = .system
    ) {
        self.loop = loop
        self.client = client
        self.records = records
        self.logger = logger
        self.metrics = metrics
        self.budget = budget
        self.clock = clock
        self.state = state
        active = ActiveCalls(loop: loop)
        generator = FastGenerator(seed: seed)
        // Values of a scan are used before the next suspension, so what an unusual text needed goes with its turn.
        scanner.onLargeText = { [unowned scanner] in
            loop.atEndOfTurn { [scanner] in scanner.trim() }
        }
        authenticator = Authenticator(table: keys)
        overloadAnswers = CallerDialect.allCases.map { caller in
            var answer = ByteBuffer()
            DialectTable.writeError(Self.atCapacity, in: caller, generation: nil, into: &answer)
            return Array(answer.bytes)
        }
    }

    /// Whether the loop takes new work.
    private var gate = OverloadGate()
    /// The error that overload is answered with, for each dialect of `CallerDialect`.
    private let overloadAnswers: [[UInt8]]

    /// Calls that run now.
    package var activeCount: Int { active.count }

    /// Takes a new table of keys; the next request of every connection is judged by it, and what runs of a key that had
    /// no limit counts against the one that it has now.
    package func replaceKeys(_ table: KeyTable) {
        authenticator.replace(table)
        active.forEach { $0.coverByHold() }
    }

    /// Ends what runs with a typed error, for a server that stops.
    package func endAll() {
        active.forEach { $0.endForShutdown() }
    }

    /// Answers one completion request, from its head to its record.
    package func complete(_ exchange: ServerExchange, caller: CallerDialect) async {
        if !admits() { return refuseForOverload(exchange, caller) }
        await run(CompletionCall(self, exchange, caller))
    }

    /// Answers one request for embeddings or an order of documents, from its head to its record.
    package func retrieve(_ exchange: ServerExchange, _ task: RetrievalTask) async {
        if !admits() { return refuseForOverload(exchange, .chat) }
        await run(CompletionCall(self, exchange, .chat, task))
    }

    private func run(_ call: CompletionCall) async {
        metrics.requestStarted()
        active.insert(call)
        await call.run()
        active.remove(call)
        metrics.requestEnded()
    }

    /// The holder of the key that a request presents.
    ///
    /// - Throws: 401 for no key, an unknown or deleted one, and one that is disabled or has expired; 403 for one that is
    ///   tied to other addresses. Only who has a key that was valid once is told more than that it is not known.
    package func authenticate(_ exchange: ServerExchange) throws(APIError) -> Principal {
        let bytes = exchange.headBytes
        guard
            let range = PresentedKey.range(
                in: bytes, authorization: exchange.first(.authorization), xAPIKey: exchange.first(.xAPIKey),
                apiKey: exchange.first(.apiKey), xGoogAPIKey: exchange.first(.xGoogAPIKey))
        else {
            throw APIError(
                .authentication, "No API key was sent. Add the header \"Authorization: Bearer <your Martlet key>\".")
        }
        guard let principal = authenticator.principal(forKey: bytes.extracting(range)) else {
            throw APIError(
                .authentication,
                "The API key is not known here. Check it against the key that martlet printed at its first start, or "
                    + "the keys in its configuration.")
        }
        if principal.isConditional {
            try KeyAdmission.checkUse(of: principal, from: { callerAddress(exchange) }, atMs: clock.unixMs())
        }
        return principal
    }

    private func callerAddress(_ exchange: ServerExchange) -> IPAddress? {
        CallerAddress.address(
            peer: IPAddress(exchange.peerAddress), forwarded: { exchange.texts(.xForwardedFor) },
            proxies: state.settings.trustedProxies)
    }

    /// The holder of the management key that a request presents.
    ///
    /// - Throws: 401 as `authenticate` does, 403 for an inference key.
    package func authenticateManagement(_ exchange: ServerExchange) throws(APIError) -> Principal {
        let principal = try authenticate(exchange)
        try KeyAdmission.checkManagement(principal)
        principal.rates.noteUse(atMs: clock.unixMs())
        return principal
    }

    // MARK: Overload

    private static let atCapacity: APIError = {
        var error = APIError(.providerOverloaded, "This server is at capacity. Try again in a moment.")
        error.retryAfter = GatewayLimits.overloadRetrySeconds
        return error
    }()

    /// Whether the loop has time for one more request.
    func admits() -> Bool {
        let now = EventLoop.monotonicNanos()
        let wasOpen = gate.limit == nil
        let admits = gate.admits(waitedNs: loop.longestWait(now: now), activeCalls: active.count, nowNs: now)
        let isOpen = gate.limit == nil
        if isOpen != wasOpen { logger.log(.warning, isOpen ? "overload_ended" : "overload_began") }
        return admits
    }

    /// Costs as little as it can, and so comes before everything that a call does: under overload most requests get
    /// here. They are counted, but have no line of the log each.
    func refuseForOverload(_ exchange: ServerExchange, _ caller: CallerDialect) {
        metrics.countRefusal(Int(Self.atCapacity.type.rawValue))
        exchange.fields.append("X-Generation-Id: ")
        GenerationID(unixMs: clock.unixMs(), using: &generator).append(to: &exchange.fields)
        exchange.fields.append("\r\n")
        HTTPEncoding.appendField("Retry-After", decimal: GatewayLimits.overloadRetrySeconds, to: &exchange.fields)
        overloadAnswers[Int(caller.rawValue)].withUnsafeBytes { exchange.content.append($0) }
        exchange.respond(status: Self.atCapacity.status, contentType: "application/json")
    }
}

/// A small fast generator for ids and spread, seeded by the system's. Not for secrets.
struct FastGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
