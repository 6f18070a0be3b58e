import Access
import Accounting
import Activity
import Buffers
import Catalog
import Completions
import Dialects
import Foundation
import Gateway
import HTTPClient
import HTTPServer
import HTTPWire
import Reactor
import Routing
import Telemetry
import TestSupport
import Testing

/// Where an endpoint of the test's catalogue is, and how its provider behaves.
struct Upstream: Sendable {
    var port: Int
    var model = "acme/one"
    var cancel = CancelBehaviour.stops
    /// In dollars per token.
    var promptPrice = "0.000001"

    init(_ upstream: ScriptedUpstream, model: String = "acme/one", cancel: CancelBehaviour = .stops) {
        self.init(port: upstream.port, model: model, cancel: cancel)
    }

    init(port: Int, model: String = "acme/one", cancel: CancelBehaviour = .stops) {
        self.port = port
        self.model = model
        self.cancel = cancel
    }
}

/// A gateway on one loop, with its providers Alpha, Beta, Gamma where the test says.
final class GatewayFixture: Sendable {
    static let inferenceKey = "sk-inference-key-of-a-test"
    static let managementKey = "sk-management-key-of-a-test"
    private static let silence = LogWriter(descriptor: open("/dev/null", O_WRONLY))

    let pipeline: CompletionPipeline
    let ledger: RecordLedger
    let budget = MemoryBudget(limit: 64 * 1024 * 1024)
    private let group = EventLoopGroup(count: 1)
    private let client: HTTPClient
    private let server: HTTPServer
    private let registry: MetricRegistry

    var nowMs: Int64 { WallClock.system.unixMs() }
    /// The holder of `inferenceKey`.
    let principal: Principal

    fileprivate init(
        _ upstreams: [Upstream], bodyBytes: Int, key change: (inout APIKeyRecord) -> Void,
        settings changeSettings: (inout GatewaySettings) -> Void
    ) throws {
        let loop = group.loops[0]
        ledger = RecordLedger(loop: loop)
        client = HTTPClient(loop: loop)
        var settings = GatewaySettings()
        settings.bodyBytes = bodyBytes
        settings.algorithm = .configured
        changeSettings(&settings)
        let keys = Self.keys(change)
        principal = keys.principal(APIKeyText(Self.inferenceKey)!.hash)!
        let catalog = try Self.catalog(upstreams)
        registry = MetricRegistry(Self.vocabulary)
        pipeline = CompletionPipeline(
            loop: loop, client: client, records: ledger, logger: Logger(Self.silence),
            metrics: MetricShard(registry, loop: 0), budget: budget, keys: keys,
            state: GatewayState(
                catalog: catalog, health: HealthTable(catalog: catalog), settings: settings,
                registry: registry,
                stickyRoutes: StickyRoutes()),
            seed: 1)
        var configuration = ServerConfiguration()
        configuration.bodyBytes = bodyBytes
        let handler = GatewayHandler(pipeline)
        server = try HTTPServer(
            group: group, address: SocketAddress(ip: "127.0.0.1", port: 0)!, configuration: configuration,
            budget: budget, handler: { _ in handler })
        group.start()
    }

    private static var vocabulary: MetricVocabulary {
        MetricVocabulary(
            outcomes: ["ok"] + FailureClass.allCases.map { "\($0.label)" }, surfaces: ["chat", "completions"],
            failures: FailureClass.allCases.map { "\($0.label)" },
            refusals: ErrorType.allCases.map { "\($0.wireName)" })
    }

    private static func keys(_ change: (inout APIKeyRecord) -> Void) -> KeyTable {
        var inference = APIKeyRecord(
            APIKeyText(inferenceKey)!, name: "inference", keyClass: .inference, createdAtMs: 0, isFixed: true)
        change(&inference)
        return KeyTable(fixed: [
            inference,
            APIKeyRecord(
                APIKeyText(managementKey)!, name: "management", keyClass: .management, createdAtMs: 0, isFixed: true),
        ])
    }

    private static func catalog(_ upstreams: [Upstream]) throws -> ModelCatalog {
        let names = ["Alpha", "Beta", "Gamma"]
        var endpoints: [Endpoint] = []
        for (index, upstream) in upstreams.enumerated() {
            let provider = ProviderEntry(
                slug: names[index].lowercased(), displayName: names[index],
                baseURL: try BaseURL("http://127.0.0.1:\(upstream.port)/v1"), cancel: upstream.cancel,
                quirks: HostQuirks())
            endpoints.append(
                Endpoint(
                    index: index, provider: provider, modelSlug: upstream.model, upstreamModel: "up-one",
                    pricing: try PriceSheet(texts: [.prompt: upstream.promptPrice, .completion: "0.000002"])))
        }
        let slugs = upstreams.map(\.model).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return try ModelCatalog(
            providers: endpoints.map(\.provider),
            models: slugs.map { slug in
                Model(Model.Facts(slug: slug), endpoints: endpoints.filter { $0.modelSlug == slug })
            })
    }

    // MARK: Requests

    func connect() throws -> Caller { try Caller(port: Int(server.address.port)) }

    /// Sends a chat request for `acme/one` on a fresh connection.
    func ask(_ members: String = "", key: String? = GatewayFixture.inferenceKey) throws -> Caller {
        let caller = try connect()
        caller.send(Self.request(members, key: key))
        return caller
    }

    func askStream(_ members: String = "") throws -> Caller {
        try ask(members + ",\"stream\":true")
    }

    /// - Parameter members: further members of the body, each after a comma.
    static func request(_ members: String = "", key: String? = inferenceKey) -> String {
        var body = "{\"messages\":[{\"role\":\"user\",\"content\":\"hello there\"}]\(members)}"
        if !members.contains("\"models\"") { body = "{\"model\":\"acme/one\"," + body.dropFirst() }
        let authorization = key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return "POST /chat/completions HTTP/1.1\r\nHost: test\r\n\(authorization)"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    // MARK: Waiting

    /// Waits until so many records were handed over, at most ten seconds.
    func records(_ count: Int = 1) async -> [GenerationRecord] {
        _ = await eventually { self.ledger.records.count >= count }
        return ledger.records
    }

    /// Returns after the loop has gone around: what it wanted to send before has been sent.
    func turn() async {
        for _ in 0..<2 {
            let caller = try? connect()
            caller?.send("GET /ping HTTP/1.1\r\nHost: test\r\n\r\n")
            _ = await caller?.wholeAnswer()
        }
    }

    /// What the loop does when keys have changed.
    func handKeysAgain() async {
        let table = KeyTable([principal])
        await withUnsafeContinuation { continuation in
            pipeline.loop.execute {
                self.pipeline.replaceKeys(table)
                continuation.resume()
            }
        }
    }

    /// Lets the next request begin as if nothing had been seen of any endpoint.
    func forgetHealth() async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            pipeline.loop.execute {
                let state = self.pipeline.state
                self.pipeline.state = GatewayState(
                    catalog: state.catalog, health: HealthTable(catalog: state.catalog), settings: state.settings,
                    registry: self.registry, stickyRoutes: state.stickyRoutes)
                continuation.resume()
            }
        }
    }

    func endAll() {
        pipeline.loop.execute { self.pipeline.endAll() }
    }

    /// Waits until nothing runs, then stops. Nothing may be left over: no call, no exchange, no memory.
    fileprivate func stop() async {
        server.stopListening()
        await server.cut()
        let left = await withUnsafeContinuation { continuation in
            pipeline.loop.execute {
                continuation.resume(returning: (self.pipeline.activeCount, self.client.activeCount))
                self.client.shutDown()
            }
        }
        group.shutDown()
        #expect(left.0 == 0, "calls are left")
        #expect(left.1 == 0, "exchanges are left")
        #expect(budget.used == 0, "memory is left")
    }
}

/// Runs `body` with a gateway and stops it, however the body ends.
func withGateway(
    _ upstreams: Upstream..., bodyBytes: Int = 1024 * 1024, key: (inout APIKeyRecord) -> Void = { _ in },
    settings: (inout GatewaySettings) -> Void = { _ in },
    _ body: (GatewayFixture) async throws -> Void
) async throws {
    let gateway = try GatewayFixture(upstreams, bodyBytes: bodyBytes, key: key, settings: settings)
    do {
        try await body(gateway)
    } catch {
        gateway.ledger.release()
        await gateway.stop()
        throw error
    }
    gateway.ledger.release()
    await gateway.stop()
}

/// Waits until the condition holds, at most ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    let deadline = Date(timeIntervalSinceNow: 10)
    while !condition() {
        if Date() > deadline { return false }
        try? await Task.sleep(for: .milliseconds(1))
    }
    return true
}

/// Every path but `/ping` is a chat request.
private final class GatewayHandler: HTTPHandler {
    private let pipeline: CompletionPipeline

    init(_ pipeline: CompletionPipeline) {
        self.pipeline = pipeline
    }

    func handle(_ exchange: ServerExchange) async {
        if exchange.text(exchange.head.path) == "/ping" {
            return exchange.respond(status: 200, contentType: "text/plain")
        }
        await pipeline.complete(exchange, caller: .chat)
    }

    func refuse(_ exchange: ServerExchange, status: Int, reason: StaticString) {
        exchange.respond(status: status, contentType: "text/plain")
    }
}
