import Database
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A store that cannot write: answers go on, records wait in bounded memory, nothing is lost in silence.
@Suite struct StoreTroubleTests {
    private var impatient: GroupCommitWriter.Configuration {
        var configuration = WriterFixture.patient
        configuration.retryMsFirst = 5
        configuration.retryMsLast = 20
        configuration.drainMs = 50
        return configuration
    }

    @Test func aFullDiskSpoolsAndRecovers() async throws {
        let fixture = try WriterFixture(impatient, pages: 4)
        let isRoomMade = Flag()
        var row = 0
        while fixture.writer.health.isHealthy {
            _ = fixture.submit(row) { connection in
                if isRoomMade.isSet { try? connection.execute("PRAGMA max_page_count=100000") }
            }
            row += 1
            let count = row
            #expect(await fixture.outcomes.wait { $0.count == count })
        }
        #expect(fixture.writer.health.trouble == .full)
        #expect(fixture.writer.health.message.contains("no room left on the disk"))
        #expect(fixture.outcomes.all.last!.outcome == .spooled)
        #expect(fixture.submit(row) == .spooled)
        #expect(fixture.writer.health.waiting == 2)
        #expect(fixture.writer.acceptsWork)
        #expect(try fixture.storedRows() == row - 1)
        isRoomMade.set()
        #expect(await eventually { fixture.writer.health == .healthy })
        fixture.writer.stop()
        #expect(try fixture.storedRows() == row + 1)
        #expect(fixture.observer.news.lost.isEmpty)
        #expect(fixture.observer.news.health == [.full, nil])
        #expect(fixture.outcomes.all.count == row, "told once each")
    }

    @Test func whatADiskThatStaysFullLosesIsReported() async throws {
        let fixture = try WriterFixture(impatient, pages: 4)
        var row = 0
        while fixture.writer.health.isHealthy {
            _ = fixture.submit(row)
            row += 1
            let count = row
            #expect(await fixture.outcomes.wait { $0.count == count })
        }
        _ = fixture.submit(row)
        fixture.writer.stop()
        #expect(fixture.observer.news.lost == ["row \(row - 1)", "row \(row)"])
        #expect(try fixture.storedRows() == row - 1)
    }

    @Test func anotherProgramsLockIsWaitedOut() async throws {
        let fixture = try WriterFixture(impatient)
        let other = try SQLiteConnection(path: fixture.scratch.file("test.db"), mode: .readWrite(.process))
        try other.execute("BEGIN IMMEDIATE")
        #expect(fixture.submit(1) == .queued)
        #expect(await fixture.outcomes.wait { $0.count == 1 })
        #expect(fixture.outcomes.all[0].outcome == .spooled)
        #expect(fixture.writer.health.trouble == .locked)
        #expect(fixture.submit(2) == .spooled)
        try other.execute("ROLLBACK")
        #expect(await eventually { fixture.writer.health == .healthy })
        #expect(try fixture.storedRows() == 2)
        #expect(fixture.submit(3) == .queued)
        #expect(await fixture.outcomes.wait { $0.count == 2 })
        fixture.writer.stop()
        #expect(fixture.outcomes.all.map(\.outcome) == [.spooled, .committed], "told once each")
        #expect(fixture.observer.news.health == [.locked, nil])
        #expect(fixture.observer.news.lost.isEmpty)
    }

    @Test func theSpoolIsBounded() async throws {
        var configuration = impatient
        configuration.waitingRowsSoft = 10
        configuration.waitingRowsHard = 20
        let fixture = try WriterFixture(configuration)
        let other = try SQLiteConnection(path: fixture.scratch.file("test.db"), mode: .readWrite(.process))
        try other.execute("BEGIN IMMEDIATE")
        _ = fixture.submit(0)
        #expect(await fixture.outcomes.wait { $0.count == 1 })
        for row in 1..<9 { #expect(fixture.submit(row) == .spooled) }
        #expect(fixture.writer.acceptsWork)
        #expect(fixture.submit(9) == .spooled)
        #expect(!fixture.writer.acceptsWork)
        #expect(!fixture.writer.health.acceptsWork)
        for row in 10..<20 { #expect(fixture.submit(row) == .spooled) }
        #expect(fixture.submit(20) == .lost)
        #expect(fixture.observer.news.lost == ["row 20"])
        try other.execute("ROLLBACK")
        #expect(await eventually { fixture.writer.acceptsWork && fixture.writer.health.isHealthy })
        #expect(try fixture.storedRows() == 20)
        fixture.writer.stop()
    }

    @Test func aSlowCommitReleasesItsCallers() async throws {
        var configuration = impatient
        configuration.slowCommitMs = 20
        let fixture = try WriterFixture(configuration)
        let gate = Gate()
        #expect(fixture.submit(1) { _ in gate.pass() } == .queued)
        #expect(await fixture.outcomes.wait { $0.count == 1 }, "while the commit still runs")
        #expect(fixture.outcomes.all[0].outcome == .spooled)
        #expect(fixture.writer.health.trouble == .slow)
        #expect(fixture.submit(2) == .spooled)
        gate.open()
        #expect(await eventually { fixture.writer.health == .healthy }, "found out by a probe, without new work")
        fixture.writer.stop()
        #expect(try fixture.storedRows() == 2)
        #expect(fixture.outcomes.all.count == 1)
        #expect(fixture.observer.news.health.first == .slow)
        #expect(fixture.observer.news.health.last == .some(nil))
    }

    @Test func whatWaitsBehindASlowCommitIsReleasedToo() async throws {
        var configuration = impatient
        configuration.slowCommitMs = 20
        let fixture = try WriterFixture(configuration)
        let gate = Gate()
        _ = fixture.submit(1) { _ in gate.pass() }
        #expect(await eventually { gate.arrived == 1 })
        for row in 2...5 { _ = fixture.submit(row) }
        #expect(await fixture.outcomes.wait { $0.count >= 1 })
        gate.open()
        fixture.writer.stop()
        #expect(try fixture.storedRows() == 5)
        #expect(Set(fixture.outcomes.all.map(\.row)).count == fixture.outcomes.all.count, "told once each")
    }

    @Test func aDeletedDatabaseIsNoticed() async throws {
        var configuration = impatient
        configuration.movedCheckMs = 0
        let fixture = try WriterFixture(configuration)
        _ = fixture.submit(1)
        #expect(await fixture.outcomes.wait { $0.count == 1 })
        unlink(fixture.scratch.file("test.db"))
        _ = fixture.submit(2)
        #expect(await fixture.outcomes.wait { $0.count == 2 })
        #expect(fixture.outcomes.all[1].outcome == .spooled)
        #expect(fixture.writer.health.trouble == .removed)
        fixture.writer.stop()
        #expect(fixture.observer.news.lost == ["row 2"])
    }

    @Test func aReadOnlyDatabaseIsNoticed() async throws {
        let fixture = try WriterFixture(impatient)
        _ = fixture.writer.submit(
            ClosureJob { connection throws(DatabaseError) in try connection.execute("PRAGMA query_only=1") })
        #expect(await eventually { fixture.observer.news.batches.count == 1 })
        _ = fixture.submit(1)
        #expect(await fixture.outcomes.wait { $0.count == 1 })
        #expect(fixture.outcomes.all[0].outcome == .spooled)
        #expect(fixture.writer.health.trouble == .readOnly)
        fixture.writer.stop()
        #expect(fixture.observer.news.lost == ["row 1"], "given up at the end of the drain, and reported")
    }
}

/// A job of one closure that nobody waits for.
final class ClosureJob: WriteJob {
    let target: (any CompletionTarget)? = nil
    private let body: @Sendable (SQLiteConnection) throws(DatabaseError) -> Void

    init(_ body: @escaping @Sendable (SQLiteConnection) throws(DatabaseError) -> Void) {
        self.body = body
    }

    func write(to connection: SQLiteConnection) throws(DatabaseError) { try body(connection) }
    func completed(_ outcome: WriteOutcome) {}
    var summary: String? { "closure" }
}
