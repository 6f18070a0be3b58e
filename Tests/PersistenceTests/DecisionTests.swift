import Activity
import Database
import TestSupport
import Testing

@testable import Persistence

/// What is kept of decisions, and of the catalogues that they refer to.
@Suite struct DecisionTests {
    let fixture = StoreFixture()
    private static let day: Int64 = 86_400_000

    private func catalogues() throws -> [String] {
        let reader = try SQLiteConnection(path: fixture.databaseFile, mode: .queries)
        let rows = try reader.statement("SELECT endpoints FROM catalogues ORDER BY endpoints")
        var texts: [String] = []
        while try rows.step() { texts.append(rows.text(0)) }
        return texts
    }

    private func record(ageDays: Int64, catalogue: UInt64, decision: [UInt8] = []) -> GenerationRecord {
        let createdMs = StoreFixture.nowMs - ageDays * Self.day
        var record = GenerationRecord(
            id: GenerationID(unixMs: createdMs, using: &fixture.generator), createdAtMs: createdMs, kind: .chat,
            apiKey: fixture.plainRecord().apiKey, requestedModel: "m", model: "m", provider: "p", endpointID: "e",
            endpointTag: "t", upstreamModel: "u", status: .completed, isStreamed: false, httpStatus: 200)
        record.catalogue = catalogue
        record.decision = decision
        return record
    }

    @Test func readsBackWhatWasDecided() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        for (catalogue, decision) in [
            (0, []), (1, []), (UInt64.max, []), (0x0102_0304_0506_0708, [1, 0, 255, 10]), (UInt64.max, [7]),
        ] as [(UInt64, [UInt8])] {
            let record = record(ageDays: 0, catalogue: catalogue, decision: decision)
            #expect(await generations.record(record) == .durable)
            let read = try await generations.generation(record.id)
            #expect(read?.catalogue == catalogue && read?.decision == decision)
        }
        store.close()
    }

    @Test func whatAChoiceOfOneEndpointTakesIsANumber() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        #expect(await generations.record(record(ageDays: 0, catalogue: 5)) == .durable)
        store.close()
        let reader = try SQLiteConnection(path: fixture.databaseFile, mode: .queries)
        #expect(try reader.text("SELECT typeof(decision) FROM generations") == "integer")
    }

    @Test func aCrashKeepsTheDecisionOfWhatWasRunning() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let running = record(ageDays: 0, catalogue: 5, decision: [1, 2, 3])
        generations.began(running)
        let other = record(ageDays: 0, catalogue: 5)
        #expect(await generations.record(other) == .durable)
        let again = try fixture.open(try fixture.crashed())
        #expect(again.interrupted == 1)
        let read = try await again.generations(for: ImmediateTarget()).generation(running.id)
        #expect(read?.decision == [1, 2, 3] && read?.catalogue == 5)
        again.close()
        store.close()
    }

    @Test func aListIsKeptOnceAndAsLongAsAGenerationMayReferToIt() async throws {
        var age: Int64 = 10
        // A generation of each of three catalogues, the first of which comes back in the end.
        for (fingerprint, name) in [(1, "one"), (2, "two"), (1, "one"), (3, "three")] as [(UInt64, String)] {
            let now = StoreFixture.nowMs - age * Self.day
            let store = try fixture.open(unixMs: { now })
            store.use(catalogue: fingerprint, endpoints: Array(name.utf8), atMs: now)
            let generations = store.generations(for: ImmediateTarget())
            #expect(await generations.record(record(ageDays: age, catalogue: fingerprint)) == .durable)
            #expect(try await generations.catalogue(fingerprint) == Array(name.utf8))
            #expect(try await generations.catalogue(99) == nil)
            store.close()
            age -= 1
        }
        #expect(try catalogues() == ["one", "three", "two"])
        // Generations of 10, 9, 8 and 7 days; lists that ended 7 ("one") and 8 ("two") days ago.
        try await retain(days: 8, until: ["one", "three", "two"], generations: 2)
        try await retain(days: 7, until: ["one", "three"], generations: 1)
        // That of the present stays, whatever goes.
        try await retain(days: 1, until: ["three"], generations: 0)
    }

    /// Opens the store with a policy and waits until that many generations are left.
    private func retain(days: Int64, until lists: [String], generations: Int64) async throws {
        let store = try fixture.open(retention: RetentionPolicy(keepMs: days * Self.day + 1))
        let reader = try SQLiteConnection(path: fixture.databaseFile, mode: .queries)
        try await eventually {
            try reader.integer("SELECT count(*) FROM generations") == generations
        }
        store.close()
        #expect(try catalogues() == lists)
    }

    private func eventually(_ condition: () throws -> Bool) async throws {
        for _ in 0..<2_000 {
            if try condition() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("did not happen within 10 s")
    }

    /// The clock was ahead when the generation was written: its list goes with it, not before.
    @Test func aListOutlivesGenerationsOfTheFuture() async throws {
        let store = try fixture.open()
        store.use(catalogue: 1, endpoints: Array("one".utf8), atMs: StoreFixture.nowMs)
        let generations = store.generations(for: ImmediateTarget())
        #expect(await generations.record(record(ageDays: -5, catalogue: 1)) == .durable)
        store.use(catalogue: 2, endpoints: Array("two".utf8), atMs: StoreFixture.nowMs)
        #expect(await generations.record(record(ageDays: 0, catalogue: 2)) == .durable)
        store.close()
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        try connection.execute("DELETE FROM generations WHERE created_ms <= \(StoreFixture.nowMs)")
        try Catalogues(connection: connection).removeUnused()
        #expect(try catalogues() == ["one", "two"])
        try connection.execute("DELETE FROM generations")
        try Catalogues(connection: connection).removeUnused()
        #expect(try catalogues() == ["two"])
    }
}
