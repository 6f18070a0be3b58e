import Buffers
import Telemetry
import Testing

@Suite struct MetricsTests {
    static let vocabulary = MetricVocabulary(
        outcomes: ["ok", "timeout", "cancelled"], surfaces: ["chat", "completions"],
        failures: ["timeout", "rate_limited"], refusals: ["authentication", "not_found"])

    private func render(
        _ registry: MetricRegistry, _ shards: [MetricShard], spooled: Int = 0, dropped: Int = 0
    ) throws -> (check: ExpositionCheck, text: String) {
        var page = MetricsPage(registry, version: "0.1.0", process: ProcessFigures(startUnixMs: 1_767_323_045_678))
        page.storeSpooled = spooled
        page.droppedLogLines = dropped
        var buffer = ByteBuffer()
        page.render(shards.map { $0.snapshot() }, into: &buffer)
        let text = buffer.text
        return (try ExpositionCheck(text), text)
    }

    @Test func anIdleServerRendersAValidPage() throws {
        let registry = MetricRegistry(Self.vocabulary)
        for shards in [[], [MetricShard(registry, loop: 0)]] {
            let (check, _) = try render(registry, shards, spooled: 3, dropped: 4)
            #expect(check.value("martlet_in_flight") == 0)
            #expect(check.value("martlet_pool_connections_total", ["reused": "true"]) == 0)
            #expect(check.value("martlet_store_spooled") == 3)
            #expect(check.value("martlet_log_dropped_total") == 4)
            #expect(check.value("martlet_build_info", ["version": "0.1.0"]) == 1)
            #expect(check.value("process_start_time_seconds") == 1_767_323_045.678)
            #expect(check.types["martlet_commit_seconds"] == "histogram")
        }
    }

    @Test func addsUpTheLoops() throws {
        let registry = MetricRegistry(Self.vocabulary)
        let slot = registry.slot(model: "openai/gpt", provider: "OpenAI")
        let shards = (0..<3).map { MetricShard(registry, loop: $0) }
        for (index, shard) in shards.enumerated() {
            shard.requestStarted()
            shard.requestStarted()
            shard.requestEnded()
            shard.countRequest(slot, outcome: 0, surface: 1, duration: 40_000_000, ttft: 20_000_000)
            shard.countRequest(slot, outcome: 2, surface: 0, duration: 3_000_000_000_000, ttft: nil)
            shard.countTokens(slot, prompt: 10, completion: 20, reasoning: 5, cached: 0)
            shard.addCost(slot, nanos: 1_500)
            shard.countFailover(slot, failure: 1)
            shard.countRefusal(index == 0 ? 0 : 1)
            shard.countConnection(isReused: index > 0)
            shard.observeCommit(2_000_000)
            shard.observeLoopLag(UInt64(index) * 1_000_000_000)
        }
        let (check, text) = try render(registry, shards)
        let labels = ["model": "openai/gpt", "provider": "OpenAI"]
        func with(_ more: [String: String]) -> [String: String] { labels.merging(more) { $1 } }
        #expect(check.value("martlet_in_flight") == 3)
        #expect(check.value("martlet_requests_total", with(["class": "ok", "surface": "completions"])) == 3)
        #expect(check.value("martlet_requests_total", with(["class": "cancelled", "surface": "chat"])) == 3)
        #expect(check.value("martlet_requests_total", with(["class": "timeout", "surface": "chat"])) == nil)
        #expect(check.value("martlet_request_duration_seconds_bucket", with(["le": "0.05"])) == 3)
        #expect(check.value("martlet_request_duration_seconds_bucket", with(["le": "0.025"])) == 0)
        #expect(check.value("martlet_request_duration_seconds_count", labels) == 6)
        #expect(check.value("martlet_request_duration_seconds_sum", labels) == 9000.12)
        #expect(check.value("martlet_ttft_seconds_count", labels) == 3)
        #expect(check.value("martlet_tokens_total", with(["kind": "completion"])) == 60)
        #expect(check.value("martlet_tokens_total", with(["kind": "cached"])) == nil)
        #expect(check.value("martlet_cost_usd_total", labels) == 0.0000045)
        #expect(text.contains("} 0.0000045\n"), "money has no exponent")
        #expect(check.value("martlet_failovers_total", with(["class": "rate_limited"])) == 3)
        #expect(check.value("martlet_refusals_total", ["error_type": "authentication"]) == 1)
        #expect(check.value("martlet_refusals_total", ["error_type": "not_found"]) == 2)
        #expect(check.value("martlet_pool_connections_total", ["reused": "true"]) == 2)
        #expect(check.value("martlet_commit_seconds_bucket", ["le": "0.0025"]) == 3)
        #expect(check.value("martlet_loop_lag_seconds_sum", ["loop": "2"]) == 2)
    }

    @Test func loopsThatSawDifferentEndpointsMerge() throws {
        let registry = MetricRegistry(Self.vocabulary)
        let slots = ["a", "b", "c"].map { registry.slot(model: $0, provider: "P") }
        let shards = [MetricShard(registry, loop: 0), MetricShard(registry, loop: 1)]
        shards[0].addCost(slots[2], nanos: 1_000_000_000)
        shards[1].addCost(slots[0], nanos: 2_000_000_000)
        shards[1].addCost(.none, nanos: 3_000_000_000)
        let (check, _) = try render(registry, shards)
        #expect(check.value("martlet_cost_usd_total", ["model": "a", "provider": "P"]) == 2)
        #expect(check.value("martlet_cost_usd_total", ["model": "b", "provider": "P"]) == nil)
        #expect(check.value("martlet_cost_usd_total", ["model": "c", "provider": "P"]) == 1)
        #expect(check.value("martlet_cost_usd_total", ["model": "none", "provider": "none"]) == 3)
    }

    @Test func aSnapshotDoesNotMoveOn() throws {
        let registry = MetricRegistry(Self.vocabulary)
        let shard = MetricShard(registry, loop: 0)
        shard.countRefusal(0)
        let early = shard.snapshot()
        shard.countRefusal(0)
        var buffer = ByteBuffer()
        MetricsPage(registry, version: "1", process: .current(startUnixMs: 0)).render([early], into: &buffer)
        #expect(try ExpositionCheck(buffer.text).value("martlet_refusals_total", ["error_type": "authentication"]) == 1)
    }

    @Test(arguments: ["plain", "quo\"te", "back\\slash", "line\nfeed", "日本", "tab\there", "{}=,"])
    func labelValuesAreEscaped(_ name: String) throws {
        let registry = MetricRegistry(Self.vocabulary)
        let shard = MetricShard(registry, loop: 0)
        shard.addCost(registry.slot(model: name, provider: name), nanos: 1_000_000_000)
        let (check, _) = try render(registry, [shard])
        let shown = name.replacing("\t", with: "\u{FFFD}")
        #expect(check.value("martlet_cost_usd_total", ["model": shown, "provider": shown]) == 1)
    }

    @Test func slotsAreStableAndBounded() throws {
        let registry = MetricRegistry(Self.vocabulary)
        let first = registry.slot(model: "m", provider: "p")
        #expect(first == registry.slot(model: "m", provider: "p"))
        #expect(first != registry.slot(model: "m", provider: "q"))
        #expect(first != .none)
        let shard = MetricShard(registry, loop: 0)
        for index in 0..<TelemetryLimits.endpoints + 100 {
            shard.addCost(registry.slot(model: "model-\(index)", provider: "p"), nanos: 1)
        }
        let (check, _) = try render(registry, [shard])
        #expect(check.samples.keys.filter { $0.name == "martlet_cost_usd_total" }.count < TelemetryLimits.endpoints)
        #expect(check.value("martlet_cost_usd_total", ["model": "other", "provider": "other"]) != nil)
        let long = registry.slot(model: String(repeating: "x", count: 10_000), provider: "p")
        #expect(long != .none)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "0.000000001"), (1_500_000_000, "1.5"), (10, "0.00000001"),
            (UInt64.max, "18446744073.709551615"),
        ] as [(UInt64, String)])
    func billionthsAreDecimals(_ nanos: UInt64, _ expected: String) throws {
        let registry = MetricRegistry(Self.vocabulary)
        let shard = MetricShard(registry, loop: 0)
        shard.observeCommit(nanos)
        let (_, text) = try render(registry, [shard])
        #expect(text.contains("martlet_commit_seconds_sum \(expected)\n"))
    }

    #if os(Linux)
        @Test func theProcessIsMeasured() throws {
            let figures = ProcessFigures.current(startUnixMs: 5)
            #expect(try #require(figures.residentBytes) > 1_000_000)
            #expect(try #require(figures.openDescriptors) >= 3)
            #expect(try #require(figures.maxDescriptors) >= 3)
            #expect(figures.cpuMilliseconds != nil)
            #expect(figures.startUnixMs == 5)
        }
    #endif
}
