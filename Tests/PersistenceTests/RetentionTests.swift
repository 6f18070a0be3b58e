import Accounting
import Activity
import Database
import TestSupport
import Testing

@testable import Persistence

@Suite struct RetentionTests {
    let fixture = StoreFixture()
    private static let day: Int64 = 86_400_000

    /// A store with a generation of each of these ages in days, closed again.
    private func fill(_ ages: [Int64]) async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        for age in ages {
            let createdMs = StoreFixture.nowMs - age * Self.day
            var record = GenerationRecord(
                id: GenerationID(unixMs: createdMs, using: &fixture.generator), createdAtMs: createdMs, kind: .chat,
                apiKey: fixture.plainRecord().apiKey, requestedModel: "m", model: "m", provider: "p", endpointID: "e",
                endpointTag: "t", upstreamModel: "u", status: .completed, isStreamed: false, httpStatus: 200)
            record.charge = Charge(total: Credits(nanos: 10), prompt: .zero)
            record.usage = TokenUsage(prompt: 3, completion: 2)
            record.userAgent = String(repeating: "x", count: 400)
            #expect(await generations.record(record) == .durable)
        }
        store.close()
    }

    private func writable() throws -> SQLiteConnection {
        try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
    }

    private func count(_ connection: SQLiteConnection) throws -> Int64? {
        try connection.integer("SELECT count(*) FROM generations")
    }

    /// A server that starts removes what grew too old while it was down, without being asked anything.
    @Test func removesWhatIsOldFromTheStartOn() async throws {
        try await fill(Array(repeating: 31, count: 600) + [30, 29, 0])
        let store = try fixture.open(retention: RetentionPolicy(keepMs: 30 * Self.day))
        let reader = try SQLiteConnection(path: fixture.databaseFile, mode: .queries)
        for _ in 0..<60_000 {
            if try count(reader) == 3 { break }
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(try count(reader) == 3)
        #expect(try reader.integer("SELECT count(*) FROM ledger") == 603)
        #expect(try reader.integer("SELECT sum(requests) FROM usage_days") == 603)
        #expect(try await store.generations(for: ImmediateTarget()).ledgerTotals().charged == Credits(nanos: 6030))
        store.close()
        let again = try fixture.open(fixture.crashed())
        #expect(again.ledger.totals.charged == Credits(nanos: 6030))
        again.close()
    }

    @Test func removesInBatchesAndThenRests() async throws {
        try await fill(Array(repeating: 31, count: 300))
        let clock = ManualClock()
        let connection = try writable()
        var retention = Retention(RetentionPolicy(keepMs: 30 * Self.day)) { clock.unixMs }
        #expect(retention.restMs(nowMs: 0) == 0)
        try retention.work(on: connection, nowMs: 0)
        #expect(try count(connection) == 50)
        #expect(retention.restMs(nowMs: 0) == PersistenceLimits.retentionPauseMs)
        try retention.work(on: connection, nowMs: 20)
        try retention.work(on: connection, nowMs: 40)
        #expect(try count(connection) == 0)
        #expect(retention.restMs(nowMs: 40) == PersistenceLimits.retentionLookMs)
    }

    /// A generation goes in the moment in which it is too old.
    @Test func followsTheClock() async throws {
        try await fill([0])
        let clock = ManualClock()
        let connection = try writable()
        var retention = Retention(RetentionPolicy(keepMs: Self.day)) { clock.unixMs }
        clock.advance(byMs: UInt64(Self.day - 1000))
        try retention.work(on: connection, nowMs: 0)
        #expect(try count(connection) == 1)
        clock.advance(byMs: 2000)
        try retention.work(on: connection, nowMs: 0)
        #expect(try count(connection) == 0)
    }

    @Test func removesTheOldestBeyondASize() async throws {
        try await fill(Array((0..<700).map { Int64($0) / 100 }))
        let connection = try writable()
        func bytes() throws -> Int64 {
            let pages = try connection.integer("PRAGMA page_count")! - connection.integer("PRAGMA freelist_count")!
            return pages * Int64(DatabaseLimits.pageBytes)
        }
        let bound = try bytes() / 2
        var retention = Retention(RetentionPolicy(bytesMax: bound)) { StoreFixture.nowMs }
        while retention.restMs(nowMs: 0) == 0 || retention.restMs(nowMs: 0) == PersistenceLimits.retentionPauseMs {
            try retention.work(on: connection, nowMs: 0)
        }
        #expect(try bytes() <= bound)
        let left = try #require(try count(connection))
        #expect(left > 0 && left < 700)
        let oldest = try #require(try connection.integer("SELECT min(created_ms) FROM generations"))
        #expect(oldest > StoreFixture.nowMs - 6 * Self.day)
        #expect(try connection.integer("SELECT count(*) FROM ledger") == 700)
    }

    @Test func saysOnceThatTheLedgerAloneIsTooLarge() async throws {
        try await fill([1])
        let connection = try writable()
        var retention = Retention(RetentionPolicy(bytesMax: 1)) { StoreFixture.nowMs }
        try retention.work(on: connection, nowMs: 0)
        let error = #expect(throws: DatabaseError.self) { try retention.work(on: connection, nowMs: 0) }
        #expect(error?.message.contains("max_size") == true)
        try retention.work(on: connection, nowMs: 0)
    }

    @Test func keepsEverythingUnlessTold() {
        let retention = Retention(.everything) { StoreFixture.nowMs }
        #expect(retention.restMs(nowMs: 0) == nil)
    }
}
