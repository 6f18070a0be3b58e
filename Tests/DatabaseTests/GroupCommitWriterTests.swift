import Database
import TestSupport
import Testing

@Suite struct GroupCommitWriterTests {
    @Test func commitsAndTells() async throws {
        let fixture = try WriterFixture()
        #expect(fixture.submit(1) == .queued)
        #expect(await fixture.outcomes.wait { $0.count == 1 })
        #expect(fixture.outcomes.all[0].outcome == .committed)
        #expect(try fixture.storedRows() == 1, "before the caller is told")
        fixture.writer.stop()
        #expect(fixture.writer.health == .healthy)
    }

    @Test func recordsTenThousandConcurrentSubmissionsOnce() async throws {
        let fixture = try WriterFixture()
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    for row in 0..<1250 { #expect(fixture.submit(thread * 1250 + row) == .queued) }
                }
            }
        }
        #expect(await fixture.outcomes.wait { $0.count == 10_000 })
        fixture.writer.stop()
        #expect(try fixture.storedRows() == 10_000)
        #expect(Set(fixture.outcomes.all.map(\.row)).count == 10_000)
        #expect(fixture.outcomes.all.allSatisfy { $0.outcome == .committed })
        let news = fixture.observer.news
        #expect(news.batches.reduce(0, +) == 10_000)
        #expect(news.batches.max()! <= DatabaseLimits.batchRowsMax)
        #expect(news.lost.isEmpty)
        #expect(fixture.target.deliveries == news.batches.count, "one delivery per batch")
    }

    @Test func tellsInTheOrderOfSubmission() async throws {
        let fixture = try WriterFixture()
        for row in 0..<5000 { _ = fixture.submit(row) }
        #expect(await fixture.outcomes.wait { $0.count == 5000 })
        #expect(fixture.outcomes.all.map(\.row) == Array(0..<5000))
        fixture.writer.stop()
    }

    @Test func takesWhatArrivedMeanwhileInOneBatchOfBoundedSize() async throws {
        let fixture = try WriterFixture()
        let gate = Gate()
        _ = fixture.submit(0) { _ in gate.pass() }
        #expect(await eventually { gate.arrived == 1 })
        for row in 1...2500 { _ = fixture.submit(row) }
        gate.open()
        #expect(await fixture.outcomes.wait { $0.count == 2501 })
        fixture.writer.stop()
        #expect(fixture.observer.news.batches == [1, 1000, 1000, 500])
        #expect(fixture.target.deliveries == 4)
    }

    @Test func tellsEachTargetOnItsOwn() async throws {
        let fixture = try WriterFixture()
        let gate = Gate()
        let targets = [CountingTarget(), CountingTarget(), CountingTarget()]
        _ = fixture.submit(0) { _ in gate.pass() }
        #expect(await eventually { gate.arrived == 1 })
        for row in 1...30 {
            _ = fixture.writer.submit(RowJob(row, target: targets[row % 3], outcomes: fixture.outcomes))
        }
        _ = fixture.writer.submit(RowJob(31, target: nil, outcomes: nil))
        gate.open()
        #expect(await fixture.outcomes.wait { $0.count == 31 })
        fixture.writer.stop()
        #expect(targets.map(\.deliveries) == [1, 1, 1])
        #expect(try fixture.storedRows() == 32)
    }

    @Test func aRefusedRowIsLostAloneAndReported() async throws {
        let fixture = try WriterFixture()
        let gate = Gate()
        _ = fixture.submit(0) { _ in gate.pass() }
        #expect(await eventually { gate.arrived == 1 })
        for row in [1, 2, 2, 3] { _ = fixture.submit(row) }
        gate.open()
        #expect(await fixture.outcomes.wait { $0.count == 5 })
        fixture.writer.stop()
        #expect(fixture.outcomes.all.map(\.outcome) == [.committed, .committed, .committed, .lost, .committed])
        #expect(fixture.observer.news.lost == ["row 2"])
        #expect(try fixture.storedRows() == 4)
        #expect(fixture.observer.news.health.isEmpty)
    }

    @Test func stopsOnlyWhenEverythingIsCommitted() async throws {
        let fixture = try WriterFixture()
        for row in 0..<3000 { _ = fixture.submit(row) }
        fixture.writer.stop()
        #expect(try fixture.storedRows() == 3000)
        #expect(fixture.outcomes.all.count == 3000)
        #expect(fixture.submit(3000) == .lost)
        #expect(fixture.observer.news.lost == ["row 3000"])
        fixture.writer.stop()
    }

    @Test func foldsTheLog() async throws {
        let fixture = try WriterFixture()
        for row in 0..<30_000 {
            _ = fixture.submit(row)
            if row % 5000 == 0 { #expect(await eventually { fixture.writer.health.waiting == 0 }) }
        }
        fixture.writer.stop()
        #expect(try fixture.storedRows() == 30_000)
        #expect(fixture.scratch.size(of: "test.db") > 1_000_000)
        #expect(fixture.scratch.size(of: "test.db-wal") < 3 * DatabaseLimits.checkpointPages * 4120)
        #expect(fixture.observer.news.warnings.isEmpty)
    }
}
