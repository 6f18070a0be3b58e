import Access
import Accounting
import Activity
import Cryptography
import Database
import Persistence
import TestSupport
import Testing

@Suite struct ActivityTests {
    let fixture = StoreFixture()
    private static let today = ActivityQuery.day(ofMs: StoreFixture.nowMs)

    private func record(_ model: String, key: String, workspace: String, daysAgo: Int64, nanos: Int64)
        -> GenerationRecord
    {
        var record = fixture.plainRecord()
        record.model = model
        record.endpointID = model + "@openai"
        record.apiKey = APIKeyHash(digest: SHA256Digest(hashing: key))
        record.workspaceID = workspace
        record.chargedAtMs = StoreFixture.nowMs - daysAgo * 86_400_000
        record.usage = TokenUsage(prompt: 100, completion: 10)
        record.usage.reasoning = 4
        record.usage.cached = 50
        record.charge = Charge(total: Credits(nanos: nanos), prompt: .zero)
        return record
    }

    private func fill(_ store: EmbeddedStore) async {
        let generations = store.generations(for: ImmediateTarget())
        for one in [
            record("a", key: "1", workspace: "default", daysAgo: 1, nanos: 1),
            record("a", key: "2", workspace: "default", daysAgo: 1, nanos: 2),
            record("b", key: "1", workspace: "other", daysAgo: 1, nanos: 4),
            record("a", key: "1", workspace: "other", daysAgo: 30, nanos: 8),
            record("a", key: "1", workspace: "default", daysAgo: 31, nanos: 16),
            record("a", key: "1", workspace: "default", daysAgo: 0, nanos: 32),
        ] { _ = await generations.record(one) }
    }

    private func rows(_ store: EmbeddedStore, _ query: ActivityQuery) async throws -> [ActivityRow] {
        try await store.generations(for: ImmediateTarget()).activity(query)
    }

    /// The same before and after the rows are summed by day.
    @Test(arguments: [false, true])
    func sumsCompletedDaysByModelAndEndpoint(isBooked: Bool) async throws {
        var store = try fixture.openLongAgo()
        await fill(store)
        if isBooked {
            store.close()
            store = try fixture.open(fixture.crashed())
        }
        let days = ActivityQuery.completedDays(30, beforeMs: StoreFixture.nowMs)
        let all = try await rows(store, ActivityQuery(days: days))
        #expect(all.map(\.day) == [Self.today - 1, Self.today - 1, Self.today - 30])
        #expect(all.map(\.model) == ["a", "b", "a"])
        #expect(all.map(\.endpointID) == ["a@openai", "b@openai", "a@openai"])
        #expect(all.map(\.usage.nanos) == [3, 4, 8])
        #expect(all.map(\.requests) == [2, 1, 1])
        #expect(all.map(\.workspaceID) == [nil, nil, nil])
        #expect(all[0].promptTokens == 200 && all[0].completionTokens == 20)
        #expect(all[0].reasoningTokens == 8 && all[0].cachedTokens == 100)
        let key = APIKeyHash(digest: SHA256Digest(hashing: "2"))
        #expect(try await rows(store, ActivityQuery(days: days, apiKeys: [key])).map(\.usage.nanos) == [2])
        #expect(try await rows(store, ActivityQuery(days: days, apiKeys: [])).isEmpty)
        #expect(try await rows(store, ActivityQuery(days: days, workspaceID: "other")).map(\.usage.nanos) == [4, 8])
        let byWorkspace = try await rows(store, ActivityQuery(days: days, isByWorkspace: true))
        #expect(byWorkspace.map(\.workspaceID) == ["default", "other", "other"])
        let oneDay = ActivityQuery(days: Self.today - 30..<Self.today - 29)
        #expect(try await rows(store, oneDay).map(\.usage.nanos) == [8])
        store.close()
    }

    @Test(arguments: [(0, 0), (86_399_999, 0), (86_400_000, 1), (-1, -1), (-86_400_000, -1), (-86_400_001, -2)])
    func daysAreCountedFrom1970(ms: Int64, day: Int) {
        #expect(ActivityQuery.day(ofMs: ms) == day)
    }
}
