import Accounting
import Activity
import Database
import Persistence
import TestSupport
import Testing

/// What is found after a server went down without saying good-bye.
@Suite struct RecoveryTests {
    let fixture = StoreFixture()

    @Test func finishedGenerationsSurviveAnAbruptEnd() async throws {
        let record = fixture.fullRecord()
        let first = try fixture.open()
        #expect(await first.generations(for: ImmediateTarget()).record(record) == .durable)
        let store = try fixture.open(fixture.crashed())
        first.close()
        #expect(try await store.generations(for: ImmediateTarget()).generation(record.id) == record)
        #expect(store.interrupted == 0)
        #expect(store.firstStart == nil)
        store.close()
    }

    @Test func runningGenerationsBecomeInterruptedAndUncharged() async throws {
        var running = fixture.fullRecord()
        running.hasInFlightRow = true
        var finished = fixture.plainRecord()
        finished.hasInFlightRow = true
        let first = try fixture.open()
        let before = first.generations(for: ImmediateTarget())
        before.began(running)
        before.began(finished)
        #expect(await before.record(finished) == .durable)
        let store = try fixture.open(fixture.crashed())
        first.close()
        #expect(store.interrupted == 1)
        let generations = store.generations(for: ImmediateTarget())
        let found = try await generations.generation(running.id)
        #expect(found?.status == .interrupted)
        #expect(found?.charge == Charge.none)
        #expect(found?.model == running.model)
        #expect(try await generations.generation(finished.id)?.status == .completed)
        store.close()
    }

    @Test func aCleanEndLeavesNothingToRecover() async throws {
        var record = fixture.plainRecord()
        record.hasInFlightRow = true
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        generations.began(record)
        #expect(await generations.record(record) == .durable)
        store.close()
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .queries)
        #expect(try connection.integer("SELECT count(*) FROM in_flight") == 0)
        #expect(fixture.observer.committed >= 2)
        #expect(fixture.observer.lost.isEmpty)
    }
}
