import Accounting
import Catalog
import Completions
import Providers
import Testing

@testable import Routing

/// One provider with its endpoints, in virtual time.
final class HealthFixture {
    let catalog: ModelCatalog
    /// The same configuration, read again.
    private let reread: ModelCatalog
    private(set) var table: HealthTable
    var nowMs: UInt64 = 1_000_000
    var random: UInt64 = 0

    init(
        keys: [ProviderKey] = [ProviderKey(secret: Secret("k0"))], models: [String] = ["a/b"],
        provider limits: UsageLimits = UsageLimits(), endpoint endpointLimits: UsageLimits = UsageLimits()
    ) throws {
        catalog = try Self.catalog(keys: keys, models: models, provider: limits, endpoint: endpointLimits)
        reread = try Self.catalog(keys: keys, models: models, provider: limits, endpoint: endpointLimits)
        table = HealthTable(catalog: catalog)
    }

    static func catalog(
        keys: [ProviderKey], models: [String], provider limits: UsageLimits = UsageLimits(),
        endpoint endpointLimits: UsageLimits = UsageLimits()
    ) throws -> ModelCatalog {
        let provider = ProviderEntry(
            slug: "alpha", displayName: "Alpha", baseURL: try BaseURL("http://127.0.0.1/v1"), keys: keys,
            limits: limits)
        return try ModelCatalog(
            providers: [provider],
            models: models.enumerated().map { index, slug in
                Model(
                    Model.Facts(slug: slug),
                    endpoints: [
                        Endpoint(
                            index: index, provider: provider, modelSlug: slug, upstreamModel: slug, pricing: .free,
                            limits: endpointLimits)
                    ])
            })
    }

    var health: EndpointHealth { table[catalog.endpoints[0]] }
    var reading: HealthReading { health.reading(nowMs: nowMs) }
    var availability: HealthReading.Availability { reading.availability }

    func advance(_ milliseconds: UInt64) { nowMs += milliseconds }

    func reload(with catalog: ModelCatalog? = nil) {
        table = HealthTable(catalog: catalog ?? reread, previous: table)
    }

    func began(_ index: Int = 0, tokens: Int = 0, isLastResort: Bool = false) -> AttemptTicket? {
        let start = table[catalog.endpoints[index]].began(
            nowMs: nowMs, random: random, tokens: tokens, isLastResort: isLastResort)
        if case .granted(let ticket) = start { return ticket }
        return nil
    }

    @discardableResult
    func end(_ ticket: AttemptTicket?, _ outcome: AttemptOutcome, _ index: Int = 0) throws -> HealthEvent? {
        table[catalog.endpoints[index]].record(outcome, try #require(ticket), nowMs: nowMs, random: random)
    }

    /// A whole attempt that takes no time.
    @discardableResult
    func attempt(_ outcome: AttemptOutcome, _ index: Int = 0, isLastResort: Bool = false) throws -> HealthEvent? {
        try end(began(index, isLastResort: isLastResort), outcome, index)
    }

    static let success = AttemptOutcome.success(ttftMs: 200, outputTokens: 100, durationMs: 2_000)

    /// What a provider's answer of this status comes to.
    static func failure(_ status: Int, headers: [String: String] = [:]) -> AttemptOutcome {
        .failure(
            FailureClassifier.classify(
                status: status, headers: { headers["\($0)"] }, body: nil, provider: "Alpha", nowMs: 0))
    }

    /// Opens the breaker.
    func open() throws {
        for _ in 0..<HealthLimits.failuresInRow { try attempt(Self.failure(500), isLastResort: true) }
        guard case .open = availability else {
            Issue.record("the breaker is \(availability)")
            return
        }
    }
}
