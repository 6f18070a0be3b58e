import Access
import Accounting
import Activity
import Cryptography
import Database
import TestSupport
import Testing

@testable import Persistence

/// Rows that are added by hand: checked against what is there, in the transaction that writes them.
@Suite struct LedgerOrderTests {
    let fixture = StoreFixture()

    private func order(
        _ kind: LedgerKind, _ nanos: Int64, reason: String = "r", key: String? = nil
    ) -> LedgerOrder {
        let entry = LedgerEntry(kind: kind, amount: Credits(nanos: nanos), atMs: StoreFixture.nowMs, reason: reason)
        return LedgerOrder(entry, idempotencyKey: key)
    }

    private func refund(of record: GenerationRecord, _ nanos: Int64?) -> LedgerOrder {
        var order = order(.refund, nanos ?? 0)
        order.entry.generationID = record.id
        order.entry.apiKey = record.apiKey
        order.charged = record.charge.total
        order.takesRest = nanos == nil
        return order
    }

    private func posted(_ outcome: LedgerOutcome) -> LedgerLine? {
        if case .posted(let line) = outcome { line } else { nil }
    }

    @Test func anOrderIsARowAndItsPlaceInTheLedger() async throws {
        let store = try fixture.open()
        let ledger = store.generations(for: ImmediateTarget())
        let first = order(.grant, 5, reason: "a\n\"b\"")
        #expect(await ledger.post(first) == .posted(LedgerLine(sequence: 1, entry: first.entry)))
        let second = order(.adjustment, -2)
        #expect(await ledger.post(second) == .posted(LedgerLine(sequence: 2, entry: second.entry)))
        let page = try await ledger.ledger(LedgerQuery())
        #expect(page.count == 2 && page.lines.map(\.entry) == [second.entry, first.entry])
        #expect(try await ledger.ledgerTotals().credits == Credits(nanos: 3))
        store.close()
    }

    @Test func aKeyMakesOneRow() async throws {
        let line = try await postOnce()
        let again = try fixture.open()
        #expect(await again.generations(for: ImmediateTarget()).post(order(.grant, 5, key: "k")) == .repeated(line))
        again.close()
    }

    /// In a store that is closed and gone when this returns.
    private func postOnce() async throws -> LedgerLine {
        let store = try fixture.open()
        let ledger = store.generations(for: ImmediateTarget())
        let line = try #require(posted(await ledger.post(order(.grant, 5, key: "k"))))
        #expect(await ledger.post(order(.grant, 5, key: "k")) == .repeated(line))
        #expect(await ledger.post(order(.grant, 6, key: "k")) == .keyReused)
        #expect(await ledger.post(order(.grant, 5, reason: "other", key: "k")) == .keyReused)
        #expect(await ledger.post(order(.adjustment, 5, key: "k")) == .keyReused)
        #expect(try await ledger.ledgerTotals().credits == Credits(nanos: 5))
        store.close()
        return line
    }

    @Test func refundsNeverExceedTheCharge() async throws {
        let store = try fixture.open()
        let ledger = store.generations(for: ImmediateTarget())
        var record = fixture.plainRecord()
        record.charge = Charge(total: Credits(nanos: 100), prompt: .zero)
        _ = await ledger.record(record)
        #expect(await ledger.post(refund(of: record, 101)) == .refundTooLarge(left: Credits(nanos: 100)))
        let part = try #require(posted(await ledger.post(refund(of: record, 60))))
        #expect(part.entry.apiKey == record.apiKey && part.entry.generationID == record.id)
        #expect(await ledger.post(refund(of: record, 41)) == .refundTooLarge(left: Credits(nanos: 40)))
        let rest = try #require(posted(await ledger.post(refund(of: record, nil))))
        #expect(rest.entry.amount == Credits(nanos: 40))
        #expect(await ledger.post(refund(of: record, nil)) == .refundTooLarge(left: .zero))
        #expect(try await ledger.ledgerTotals().usage == .zero)
        let page = try await ledger.ledger(LedgerQuery(kind: .refund, limit: 1))
        #expect(page.count == 2 && page.lines == [rest])
        #expect(try await ledger.ledger(LedgerQuery(kind: .charge)).lines.map(\.entry.generationID) == [record.id])
        store.close()
    }

    @Test func creditsStayCountable() async throws {
        let store = try fixture.open()
        let ledger = store.generations(for: ImmediateTarget())
        let most = ActivityLimits.creditsMax
        #expect(await ledger.post(order(.grant, .max)) == .outOfBounds)
        #expect(posted(await ledger.post(order(.grant, most))) != nil)
        #expect(await ledger.post(order(.grant, 1)) == .outOfBounds)
        #expect(await ledger.post(order(.adjustment, .max)) == .outOfBounds)
        #expect(posted(await ledger.post(order(.adjustment, -most))) != nil)
        #expect(await ledger.post(order(.adjustment, -most - 1)) == .outOfBounds)
        #expect(try await ledger.ledgerTotals().credits == .zero)
        store.close()
    }

    @Test func aClosedStoreAddsNothing() async throws {
        let store = try fixture.open()
        let ledger = store.generations(for: ImmediateTarget())
        store.close()
        #expect(await ledger.post(order(.grant, 5)) == .unavailable)
    }

    @Test func slicesGoThroughTheWholeLedgerInOrder() async throws {
        let store = try fixture.openLongAgo()
        let ledger = store.generations(for: ImmediateTarget())
        for number in 1...10 {
            var order = order(.grant, Int64(number))
            order.entry.atMs = Int64(number)
            _ = await ledger.post(order)
        }
        for limit in [1, 3, 10, 11] {
            var found: [Int64] = []
            var last: Int64? = 0
            while let from = last {
                let slice = try await ledger.ledger(after: from, during: 3..<9, limit: limit)
                #expect(slice.lines.count <= limit)
                found += slice.lines.map(\.sequence)
                last = slice.last
            }
            #expect(found == [3, 4, 5, 6, 7, 8])
        }
        store.close()
    }

    @Test func pagesOfGenerationsGoThroughATime() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        var records: [GenerationRecord] = []
        for number in 0..<10 {
            let atMs = StoreFixture.nowMs + Int64(number) * 400
            var generator = SeededGenerator(seed: UInt64(number))
            var record = GenerationRecord(
                id: GenerationID(unixMs: atMs, using: &generator), createdAtMs: atMs, kind: .chat,
                apiKey: APIKeyHash(digest: SHA256Digest(hashing: "key")), requestedModel: "m", model: "m",
                provider: "P", endpointID: "e", endpointTag: "t", upstreamModel: "u", status: .completed,
                isStreamed: false, httpStatus: 200)
            record.metadata = "{\"n\":\"\(number)\"}"
            _ = await generations.record(record)
            records.append(record)
        }
        let range = records[2].createdAtMs..<records[8].createdAtMs
        for limit in [1, 4, 6, 100] {
            var found: [GenerationRecord] = []
            while true {
                let page = try await generations.generations(after: found.last?.id, during: range, limit: limit)
                found += page
                if page.count < limit { break }
            }
            #expect(found == Array(records[2..<8]))
        }
        #expect(try await generations.generations(after: nil, during: 5..<5, limit: 9).isEmpty)
        #expect(try await generations.generations(after: nil, during: 0..<Int64.max, limit: 99).count == 10)
        store.close()
    }
}
