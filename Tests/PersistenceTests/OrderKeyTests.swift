import Activity
import Database
import TestSupport
import Testing

@testable import Persistence

/// Rows are kept by a number that several ids may share.
@Suite struct OrderKeyTests {
    let fixture = StoreFixture()

    /// Ids of one millisecond whose numbers are the same.
    private func twin(_ number: Int) throws -> GenerationID {
        let digits = String(number)
        let id = "gen-1767323045-00AAAA" + String(repeating: "0", count: 14 - digits.count) + digits
        return try #require(GenerationID(id))
    }

    private func record(_ id: GenerationID) -> GenerationRecord {
        GenerationRecord(
            id: id, createdAtMs: 1_767_323_045_000, kind: .chat, apiKey: fixture.plainRecord().apiKey,
            requestedModel: "m", model: "m", provider: "p", endpointID: "e", endpointTag: "t", upstreamModel: "u",
            status: .completed, isStreamed: false, httpStatus: 200)
    }

    @Test func growsWithTime() throws {
        var generator = SeededGenerator(seed: 3)
        let times: [Int64] = [
            1_000_000_000_000, 1_767_323_045_678, 1_767_323_045_679, 1_767_323_046_000, 9_999_999_999_999,
        ]
        for unixMs in times {
            for _ in 0..<100 {
                let key = GenerationID(unixMs: unixMs, using: &generator).orderKey
                #expect(key >= GenerationID.orderKey(unixMs: unixMs))
                #expect(key < GenerationID.orderKey(unixMs: unixMs + 1))
            }
        }
        #expect(try twin(1).orderKey == twin(2).orderKey)
    }

    @Test func idsOfOneNumberHaveARowEach() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let ids = try (0..<20).map { try twin($0) }
        for id in ids { #expect(await generations.record(record(id)) == .durable) }
        for id in ids { #expect(try await generations.generation(id)?.id == id) }
        // Each still only once.
        for id in ids { #expect(await generations.record(record(id)) == .lost) }
        #expect(try await generations.generation(twin(99)) == nil)
        store.close()
    }

    /// An export goes on behind the row of the last id, wherever that stands.
    @Test func pagesFollowEachOther() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let ids = try [3, 1, 2, 0, 4].map { try twin($0) }
        for id in ids { #expect(await generations.record(record(id)) == .durable) }
        var seen: [GenerationID] = []
        while true {
            let page = try await generations.generations(
                after: seen.last, during: 1_767_323_045_000..<1_767_323_045_001, limit: 2)
            if page.isEmpty { break }
            seen += page.map(\.id)
        }
        #expect(seen == ids)
        store.close()
    }

    @Test func aRequestCutShortFindsItsPlace() async throws {
        let first = try fixture.open()
        let generations = first.generations(for: ImmediateTarget())
        generations.began(record(try twin(1)))
        generations.began(record(try twin(2)))
        #expect(await generations.record(record(try twin(3))) == .durable)
        #expect(await generations.record(record(try twin(4))) == .durable)
        let store = try fixture.open(fixture.crashed())
        first.close()
        let again = store.generations(for: ImmediateTarget())
        #expect(store.interrupted == 2)
        for number in 1...4 {
            let status = try await again.generation(twin(number))?.status
            #expect(status == (number < 3 ? .interrupted : .completed))
        }
        store.close()
    }
}
