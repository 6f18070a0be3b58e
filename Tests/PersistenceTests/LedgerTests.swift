import Access
import Accounting
import Activity
import Cryptography
import Database
import TestSupport
import Testing

@testable import Persistence

@Suite struct LedgerTests {
    let fixture = StoreFixture()
    private static let day: Int64 = 86_400_000

    private func record(
        _ status: GenerationStatus, nanos: Int64, key: String = "key", atMs: Int64 = StoreFixture.nowMs
    ) -> GenerationRecord {
        var record = fixture.plainRecord()
        record.status = status
        record.apiKey = APIKeyHash(digest: SHA256Digest(hashing: key))
        record.charge = Charge(total: Credits(nanos: nanos), prompt: .zero)
        record.usage = TokenUsage(prompt: 10, completion: 5)
        record.usage.reasoning = 3
        record.usage.cached = 2
        record.chargedAtMs = atMs
        return record
    }

    private func reader() throws -> SQLiteConnection {
        try SQLiteConnection(path: fixture.databaseFile, mode: .queries)
    }

    @Test func whatWasAnsweredIsChargedInItsTransaction() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let charged = record(.completed, nanos: 66_450)
        for one in [charged, record(.cancelled, nanos: 7), record(.completed, nanos: 0), record(.failed, nanos: 0)] {
            #expect(await generations.record(one) == .durable)
        }
        let reader = try reader()
        #expect(try reader.integer("SELECT count(*) FROM generations") == 4)
        #expect(try reader.text("SELECT group_concat(nanos) FROM ledger ORDER BY seq") == "66450,7,0")
        #expect(try reader.text("SELECT group_concat(seq) FROM ledger") == "1,2,3")
        #expect(try reader.text("SELECT generation FROM ledger WHERE seq=1") == "\(charged.id)")
        #expect(try await generations.ledgerTotals().charged == Credits(nanos: 66_457))
        store.close()
    }

    @Test func anIdIsChargedOnce() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let one = record(.completed, nanos: 5)
        #expect(await generations.record(one) == .durable)
        #expect(await generations.record(one) == .lost)
        #expect(await generations.record(record(.completed, nanos: 3)) == .durable)
        #expect(try await generations.ledgerTotals().charged == Credits(nanos: 8))
        store.close()
        #expect(try reader().text("SELECT group_concat(seq) FROM ledger") == "1,2")
    }

    /// Absurd charges are an operator's misfortune; a server that never starts again would be another.
    @Test(arguments: [false, true])
    func sumsThatLeaveTheRangeStayAtItsEnd(isOfDirectPayment: Bool) async throws {
        let huge: Int64 = 8_000_000_000_000_000_000
        func absurd(_ key: String) -> GenerationRecord {
            var record = record(.completed, nanos: isOfDirectPayment ? 0 : huge, key: key)
            if isOfDirectPayment { record.charge.direct = .init(total: Credits(nanos: huge), prompt: .zero) }
            record.usage.prompt = 1 << 40
            return record
        }
        let query = ActivityQuery(days: 0..<ActivityQuery.day(ofMs: StoreFixture.nowMs) + 1)
        let spends = [APIKeyHash(digest: SHA256Digest(hashing: "key")), APIKeyHash(digest: SHA256Digest(hashing: "b"))]
        // Summed in the snapshot, then by day over what is there already, then over two keys.
        var directory: String?
        for round in 1...3 {
            let store = try fixture.open(directory)
            let generations = store.generations(for: ImmediateTarget())
            for key in ["key", "key", "b"] { #expect(await generations.record(absurd(key)) == .durable) }
            let charged = try await generations.ledgerTotals()
            #expect(charged.charged.nanos == (isOfDirectPayment ? 0 : Int64.max))
            #expect(charged.usage == charged.charged && charged.balance <= .zero)
            let rows = try await generations.activity(query)
            #expect(rows.map(\.requests) == [3 * round] && rows[0].promptTokens == 3 * round << 40)
            #expect((isOfDirectPayment ? rows[0].direct : rows[0].usage).nanos == Int64.max)
            store.close()
            directory = try fixture.crashed(from: directory, to: "round\(round)")
            let again = try fixture.open(fixture.crashed(from: directory, to: "look\(round)"))
            let byKey = isOfDirectPayment ? again.ledger.directByKey : again.ledger.byKey
            #expect(byKey[spends[0]]?.lifetime.nanos == Int64.max && byKey[spends[0]]?.daily.nanos == Int64.max)
            #expect(byKey[spends[1]]?.lifetime.nanos == (round == 1 ? huge : Int64.max))
            #expect(again.ledger.workspace.lifetime.nanos == (isOfDirectPayment ? 0 : Int64.max))
            #expect(try await again.generations(for: ImmediateTarget()).activity(query).map(\.requests) == [3 * round])
            again.close()
        }
        let last = try SQLiteConnection(path: fixture.scratch.file("look3/\(EmbeddedStore.fileName)"), mode: .queries)
        #expect(try last.integer("SELECT count(*) FROM ledger_days WHERE typeof(nanos) <> 'integer'") == 0)
        #expect(try last.integer("SELECT count(*) FROM usage_days WHERE typeof(direct_nanos) <> 'integer'") == 0)
    }

    /// An earlier version let SQL make a floating-point number of a sum that left the range of integers.
    @Test func aSumThatIsNoIntegerAnyMoreIsRead() async throws {
        let store = try fixture.open()
        _ = await store.generations(for: ImmediateTarget()).record(record(.completed, nanos: 5))
        store.close()
        let first = try fixture.crashed(to: "first")
        try fixture.open(first).close()
        let connection = try SQLiteConnection(path: "\(first)/\(EmbeddedStore.fileName)", mode: .readWrite(.process))
        try connection.execute("UPDATE ledger_days SET nanos = 9.6e18; UPDATE usage_days SET nanos = 9.6e18")
        let second = try fixture.crashed(from: first, to: "second")
        let again = try fixture.open(second)
        let generations = again.generations(for: ImmediateTarget())
        #expect(again.ledger.totals.charged.nanos == Int64.max)
        _ = await generations.record(record(.completed, nanos: 5))
        #expect(try await generations.ledgerTotals().charged.nanos == Int64.max)
        again.close()
        let last = try fixture.open(fixture.crashed(from: second, to: "third"))
        #expect(last.ledger.totals.charged.nanos == Int64.max)
        last.close()
    }

    @Test func rowsAreNeverChangedOrDeleted() async throws {
        let store = try fixture.open()
        _ = await store.generations(for: ImmediateTarget()).record(record(.completed, nanos: 5))
        store.close()
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        for sql in ["UPDATE ledger SET nanos=1", "DELETE FROM ledger"] {
            let error = #expect(throws: DatabaseError.self) { try connection.execute(sql) }
            #expect(error?.message.contains("rows of the ledger are never") == true)
        }
    }

    @Test func spendingIsByKeyAndPeriod() async throws {
        // 2026-01-02 is a Friday: its week began on 29 December.
        let now = StoreFixture.nowMs
        let store = try fixture.openLongAgo()
        let generations = store.generations(for: ImmediateTarget())
        for (nanos, daysAgo) in [(1, 0), (10, 1), (100, 2), (1000, 4), (10_000, 5), (100_000, 400)] as [(Int64, Int64)]
        {
            _ = await generations.record(record(.completed, nanos: nanos, atMs: now - daysAgo * Self.day))
        }
        _ = await generations.record(record(.completed, nanos: 5, key: "other"))
        store.close()
        let again = try fixture.open(fixture.crashed())
        let spent = try #require(again.ledger.byKey[APIKeyHash(digest: SHA256Digest(hashing: "key"))])
        #expect(spent.daily == Credits(nanos: 1))
        #expect(spent.monthly == Credits(nanos: 11))
        #expect(spent.weekly == Credits(nanos: 1111))
        #expect(spent.lifetime == Credits(nanos: 111_111))
        #expect(again.ledger.byKey.count == 2)
        #expect(again.ledger.workspace.daily == Credits(nanos: 6))
        #expect(again.ledger.totals.charged == Credits(nanos: 111_116))
        again.close()
    }

    /// A start with the clock of an earlier day: what was spent counts, and what is spent then counts to the last day.
    @Test func aClockThatWasSetBackGivesNothingBack() async throws {
        let now = StoreFixture.nowMs
        #expect(try await spent(atStartMs: now, charging: [(5, now)]) == 0)
        let early = now - 3 * Self.day
        for expected in [5, 15] as [Int64] {
            #expect(try await spent(atStartMs: early, charging: [(7, early), (3, early + Self.day)]) == expected)
        }
        #expect(try await spent(atStartMs: now, charging: [(4, now + Self.day)]) == 25)
        #expect(try await spent(atStartMs: now, charging: []) == 4, "a day that has come is a day of its own")
        let days = "SELECT group_concat(DISTINCT at_ms / \(Self.day) - \(now / Self.day)) FROM ledger"
        #expect(try reader().text(days) == "0,1")
        #expect(try reader().integer("SELECT sum(nanos) FROM ledger WHERE kind = 1") == 500)
    }

    /// What a key had spent on the day of a start by a clock; then it is charged, and granted 100.
    private func spent(atStartMs start: Int64, charging charges: [(nanos: Int64, atMs: Int64)]) async throws -> Int64 {
        let store = try fixture.open(unixMs: { start })
        let ledger = store.generations(for: ImmediateTarget())
        for charge in charges { _ = await ledger.record(record(.completed, nanos: charge.nanos, atMs: charge.atMs)) }
        let grant = LedgerEntry(kind: .grant, amount: Credits(nanos: 100), atMs: start, reason: "a start")
        if case .posted(let line) = await ledger.post(LedgerOrder(grant)) {
            #expect(line.entry.atMs == store.openedAtMs, "as it stands in the ledger")
        } else {
            Issue.record("the grant was not posted")
        }
        store.close()
        #expect(store.isClockBehind == (start < store.openedAtMs))
        return store.ledger.byKey[APIKeyHash(digest: SHA256Digest(hashing: "key"))]?.daily.nanos ?? 0
    }

    @Test func freeRequestsOfTheDayAreCounted() async throws {
        let store = try fixture.openLongAgo()
        let generations = store.generations(for: ImmediateTarget())
        let today = StoreFixture.nowMs
        for (model, atMs) in [
            ("a/b:free", today), ("a/b", today), ("a/c:free", today - Self.day), ("a/b:free", today - 60_000),
            ("a/c:free", today),
        ] {
            var one = record(.completed, nanos: 0, atMs: atMs)
            one.model = model
            _ = await generations.record(one)
        }
        store.close()
        let again = try fixture.open(fixture.crashed())
        #expect(again.ledger.freeRequestsToday == 3)
        again.close()
    }

    @Test func everyKindHasItsSum() throws {
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        try MartletSchema.schema.apply(to: connection)
        let books = try Bookkeeper(on: connection, atMs: StoreFixture.nowMs)
        let key = APIKeyHash(digest: SHA256Digest(hashing: "key"))
        let entries = [
            LedgerEntry(kind: .grant, amount: Credits(nanos: 1000), atMs: StoreFixture.nowMs, reason: "paid"),
            LedgerEntry(
                kind: .refund, amount: Credits(nanos: 30), atMs: StoreFixture.nowMs, apiKey: key, reason: "bad"),
            LedgerEntry(kind: .adjustment, amount: Credits(nanos: -4), atMs: StoreFixture.nowMs, reason: "typo"),
        ]
        books.jobsBegin()
        let seqs = try connection.transaction { () throws(DatabaseError) in
            var seqs: [Int64] = []
            for entry in entries { seqs.append(try books.append(entry, on: connection)) }
            return seqs
        }
        books.jobsCommitted()
        #expect(seqs == [1, 2, 3])
        let before = try LedgerTotals(on: connection)
        #expect(before.balance == Credits(nanos: 1026))
        try books.work(on: connection)
        #expect(try LedgerTotals(on: connection) == before)
        let sums = try LedgerSums(on: connection, atMs: StoreFixture.nowMs)
        #expect(sums.totals == before)
        let back = Credits(nanos: -30)
        #expect(sums.byKey == [key: SpentAmounts(lifetime: back, monthly: back, weekly: back, daily: back)])
        #expect(try connection.text("SELECT group_concat(reason) FROM ledger") == "paid,bad,typo")
    }

    /// What a transaction that was undone had written is forgotten, numbers of keys and endpoints as well.
    @Test func anUndoneTransactionLeavesNothing() throws {
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        try MartletSchema.schema.apply(to: connection)
        let books = try Bookkeeper(on: connection, atMs: StoreFixture.nowMs)
        let one = record(.completed, nanos: 5)
        func write() throws(DatabaseError) {
            try RecordJob(one, books: books, target: ImmediateTarget(), telling: .nobody).write(to: connection)
        }
        books.jobsBegin()
        #expect(throws: DatabaseError.self) {
            try connection.transaction { () throws(DatabaseError) in
                try write()
                throw DatabaseError(.full, "no room")
            }
        }
        #expect(try connection.integer("SELECT count(*) FROM keys_seen") == 0)
        books.jobsBegin()
        try connection.transaction { () throws(DatabaseError) in try write() }
        books.jobsCommitted()
        #expect(books.restMs(nowMs: 0) == PersistenceLimits.unbookedMsMax)
        try books.work(on: connection)
        #expect(books.restMs(nowMs: 0) == nil)
        #expect(try connection.text("SELECT seq || ':' || key_ref || ':' || nanos FROM ledger") == "1:1:5")
        #expect(try connection.integer("SELECT sum(nanos) FROM usage_days") == 5)
        #expect(try connection.integer("SELECT count(*) FROM endpoints_seen") == 1)
    }

    /// Wherever a process dies, sums and the rows behind them are the whole ledger.
    @Test func sumsAndTailAreTheLedgerAfterAnyCrash() async throws {
        var generator = SeededGenerator(seed: 31)
        var directory = fixture.scratch.path
        for round in 0..<6 {
            let store = try fixture.open(directory)
            let generations = store.generations(for: ImmediateTarget())
            let written = try await generations.ledgerTotals().charged
            #expect(store.ledger.totals.charged == written)
            var expected = written
            for _ in 0..<Int.random(in: 1...150, using: &generator) {
                let status: GenerationStatus = [.completed, .failed, .cancelled].randomElement(using: &generator)!
                let one = record(
                    status, nanos: status == .failed ? 0 : .random(in: 0...1_000_000, using: &generator),
                    key: "key \(Int.random(in: 0..<5, using: &generator))",
                    atMs: StoreFixture.nowMs + .random(in: -3...3, using: &generator) * Self.day)
                expected += one.charge.total
                #expect(await generations.record(one) == .durable)
            }
            #expect(try await generations.ledgerTotals().charged == expected)
            let crashed = try fixture.crashed(from: directory, to: "crash-\(round)")
            store.close()
            directory = crashed
        }
        let store = try fixture.open(directory)
        let reader = try SQLiteConnection(path: directory + "/" + EmbeddedStore.fileName, mode: .queries)
        let ledger = try reader.integer("SELECT sum(nanos) FROM ledger")
        #expect(ledger == store.ledger.totals.charged.nanos)
        #expect(ledger == (try reader.integer("SELECT sum(cost_nanos) FROM generations")))
        #expect(ledger == (try reader.integer("SELECT sum(nanos) FROM usage_days")))
        #expect(
            try reader.integer("SELECT count(*) FROM ledger")
                == (try reader.integer("SELECT sum(requests) FROM usage_days")))
        store.close()
    }
}
