import Database
import Synchronization
import TestSupport
import Testing

@Suite struct QueryThreadTests {
    private final class CountQuery: QueryJob {
        let target: any CompletionTarget
        let answer = Mutex<Int?>(nil)
        private let before: @Sendable () -> Void

        init(_ target: any CompletionTarget, before: @escaping @Sendable () -> Void = {}) {
            self.target = target
            self.before = before
        }

        private let read = Mutex<Int?>(nil)

        func read(from connection: SQLiteConnection) {
            before()
            let count = try? connection.integer("SELECT count(*) FROM rows")
            read.withLock { $0 = count.map(Int.init) }
        }

        func completed() { answer.withLock { $0 = read.withLock { $0 } } }
    }

    @Test func readsWhatTheWriterHasCommitted() async throws {
        let fixture = try WriterFixture()
        let queries = QueryThread(
            connection: try SQLiteConnection(path: fixture.scratch.file("test.db"), mode: .queries))
        for row in 0..<3 {
            _ = fixture.submit(row)
            #expect(await fixture.outcomes.wait { $0.count == row + 1 })
            let query = CountQuery(fixture.target)
            #expect(queries.submit(query))
            #expect(await eventually { query.answer.withLock { $0 } == row + 1 })
        }
        queries.stop()
        fixture.writer.stop()
    }

    @Test func refusesWhenTooManyWait() async throws {
        let fixture = try WriterFixture()
        let queries = QueryThread(
            connection: try SQLiteConnection(path: fixture.scratch.file("test.db"), mode: .queries), waitingMax: 2)
        let gate = Gate()
        #expect(queries.submit(CountQuery(fixture.target) { gate.pass() }))
        #expect(await eventually { gate.arrived == 1 })
        let waiting = [CountQuery(fixture.target), CountQuery(fixture.target)]
        for query in waiting { #expect(queries.submit(query)) }
        #expect(!queries.submit(CountQuery(fixture.target)))
        gate.open()
        queries.stop()
        for query in waiting { #expect(query.answer.withLock { $0 } == 0) }
        #expect(!queries.submit(CountQuery(fixture.target)))
        fixture.writer.stop()
    }
}
