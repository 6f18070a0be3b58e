import Access
import Accounting
import Activity
import Completions
import Cryptography
import Database
import Foundation
import Persistence
import Synchronization
import TestSupport

/// Remembers what a store reports.
final class RecordingObserver: StoreObserver {
    private let lostRows = Mutex<[String]>([])
    private let rows = Atomic<Int>(0)

    var lost: [String] { lostRows.withLock { $0 } }
    var committed: Int { rows.load(ordering: .relaxed) }

    func storeCommitted(rows count: Int, microseconds: UInt64) { rows.wrappingAdd(count, ordering: .relaxed) }
    func storeHealthChanged(_ health: StoreHealth) {}
    func storeLost(_ summary: String, _ error: DatabaseError) { lostRows.withLock { $0.append(summary) } }
    func storeWarned(_ error: DatabaseError) {}
}

/// Runs deliveries at once on the store's thread.
final class ImmediateTarget: CompletionTarget {
    func deliver(_ work: @escaping @Sendable () -> Void) { work() }
    func atEndOfTurn(_ work: @escaping () -> Void) { work() }
}

/// A store in a directory of its own, which can be closed and opened again.
final class StoreFixture {
    static let nowMs: Int64 = 1_767_323_045_678

    let scratch = ScratchDirectory()
    let observer = RecordingObserver()
    var generator = SeededGenerator(seed: 20)

    var databaseFile: String { scratch.file(EmbeddedStore.fileName) }

    func open(
        _ directory: String? = nil, retention: RetentionPolicy = .everything,
        unixMs: @escaping @Sendable () -> Int64 = { StoreFixture.nowMs }
    ) throws(DatabaseError) -> EmbeddedStore {
        var configuration = GroupCommitWriter.Configuration()
        configuration.slowCommitMs = 60_000
        return try EmbeddedStore(
            directory: directory ?? scratch.path, durability: .process, observer: observer,
            configuration: configuration, retention: retention, unixMs: unixMs, using: &generator)
    }

    /// The same with a clock of long ago, so that charges of any day can be written.
    func openLongAgo() throws(DatabaseError) -> EmbeddedStore { try open(unixMs: { 0 }) }

    /// A directory with the database and its log as they are at this moment, which is what `kill -9` would leave.
    func crashed(from directory: String? = nil, to name: String = "crashed") throws -> String {
        _ = try DataDirectory(path: scratch.file(name))
        for file in [EmbeddedStore.fileName, EmbeddedStore.fileName + "-wal"] {
            let source = (directory ?? scratch.path) + "/" + file
            scratch.write([UInt8](FileManager.default.contents(atPath: source) ?? Data()), to: name + "/" + file)
        }
        return scratch.file(name)
    }

    /// A record with every field set, each to a value of its own.
    func fullRecord() -> GenerationRecord {
        var record = plainRecord()
        record.referer = "https://example.com/app"
        record.appTitle = "Die Größte App"
        record.appCategories = "cli-agent,coding"
        record.userAgent = "openai-python/2.11"
        record.user = "user-1"
        record.sessionID = "session-1"
        record.metadata = #"{"team":"a\nb","n":"1"}"#
        record.trace = #"{"trace_id":"t","deep":{"a":[1,2]}}"#
        record.promptMedia = 3
        record.promptAudios = 2
        record.cacheDiscount = Credits(nanos: -7)
        record.requestedModel = "openai/gpt-4o-mini:nitro"
        record.upstreamID = "chatcmpl-1"
        record.serviceTier = "flex"
        record.attempts = [
            AttemptRecord(
                endpoint: "e0", provider: "Azure", model: "openai/gpt-4o-mini", status: 429, latencyMs: 11,
                failure: .rateLimited, upstreamID: "req-0"),
            AttemptRecord(
                endpoint: "e1", provider: "OpenAI", model: "openai/gpt-4o-mini", status: 200, latencyMs: 412,
                upstreamID: "chatcmpl-1"),
        ]
        record.finishReason = .toolCalls
        record.nativeFinishReason = "tool_use"
        record.errorType = .providerUnavailable
        record.failure = .brokenStream
        record.usage = fullUsage()
        record.charge = Charge(total: Credits(nanos: 101), prompt: Credits(nanos: 51))
        record.ttftMs = 321
        record.durationMs = 1234
        record.generationMs = 999
        record.catalogue = 0xFEDC_BA98_7654_3210
        record.decision = [1, 0, 0, 255]
        return record
    }

    private func fullUsage() -> TokenUsage {
        var usage = TokenUsage(prompt: 1, completion: 2)
        usage.total = 3
        usage.cached = 4
        usage.cachedAudio = 5
        usage.cacheWrite5m = 6
        usage.cacheWrite1h = 7
        usage.audioPrompt = 8
        usage.imagePrompt = 9
        usage.videoPrompt = 10
        usage.reasoning = 11
        usage.audioCompletion = 12
        usage.imageCompletion = 13
        usage.acceptedPrediction = 14
        usage.rejectedPrediction = 0
        usage.images = 16
        usage.webSearches = 17
        usage.searchUnits = 18
        usage.isEstimated = true
        usage.upstreamCost = Credits(nanos: 18)
        return usage
    }

    /// A record with nothing set that may be absent.
    func plainRecord() -> GenerationRecord {
        GenerationRecord(
            id: GenerationID(unixMs: Self.nowMs, using: &generator), createdAtMs: Self.nowMs, kind: .chat,
            apiKey: APIKeyHash(digest: SHA256Digest(hashing: "key")), requestedModel: "openai/gpt-4o-mini",
            model: "openai/gpt-4o-mini", provider: "OpenAI", endpointID: "e1", endpointTag: "openai",
            upstreamModel: "gpt-4o-mini-2024-07-18", status: .completed, isStreamed: true, httpStatus: 200)
    }
}
