import Accounting
import Activity
import Database
import Persistence
import Synchronization
import TestSupport
import Testing

@Suite struct GenerationStoreTests {
    let fixture = StoreFixture()

    @Test func keepsEveryField() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let record = fixture.fullRecord()
        #expect(await generations.record(record) == .durable)
        #expect(try await generations.generation(record.id) == record)
        let plain = fixture.plainRecord()
        #expect(await generations.record(plain) == .durable)
        #expect(try await generations.generation(plain.id) == plain)
        store.close()
    }

    @Test func knowsNoOtherGeneration() async throws {
        let store = try fixture.open()
        #expect(try await store.generations(for: ImmediateTarget()).generation(fixture.plainRecord().id) == nil)
        store.close()
    }

    @Test func isDurableBeforeTheCallerKnows() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let path = fixture.databaseFile
        let seen = Atomic<Int>(-1)
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            generations.record(fixture.plainRecord()) { outcome in
                #expect(outcome == .durable)
                let other = try? SQLiteConnection(path: path, mode: .queries)
                let count = try? other?.integer("SELECT count(*) FROM generations")
                seen.store(Int(count ?? -2), ordering: .relaxed)
                done.resume()
            }
        }
        #expect(seen.load(ordering: .relaxed) == 1)
        store.close()
    }

    @Test func recordsAnIdOnce() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        var record = fixture.plainRecord()
        #expect(await generations.record(record) == .durable)
        record.model = "another/model"
        #expect(await generations.record(record) == .lost)
        #expect(try await generations.generation(record.id)?.model == "openai/gpt-4o-mini")
        store.close()
        #expect(fixture.observer.lost.count == 1)
        #expect(fixture.observer.lost.first?.hasPrefix("generation \(record.id), charge 0, key ") == true)
    }

    @Test func cutsLongTextsBetweenCharacters() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        var record = fixture.plainRecord()
        record.userAgent = "x" + String(repeating: "ü", count: 400)
        record.referer = String(repeating: "y", count: 512)
        _ = await generations.record(record)
        let read = try await generations.generation(record.id)
        #expect(read?.userAgent == "x" + String(repeating: "ü", count: 255))
        #expect(read?.referer == record.referer)
        store.close()
    }

    @Test(arguments: ["a\nb", "\\", "\\n", "=", "at=x", "é\u{1F600}", "12", ""])
    func keepsAnyText(text: String) async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        var record = fixture.fullRecord()
        record.userAgent = text
        record.appTitle = text
        record.user = text
        record.attempts[0].upstreamID = text.isEmpty ? nil : text
        _ = await generations.record(record)
        #expect(try await generations.generation(record.id) == record)
        store.close()
    }

    @Test(arguments: [1, 9, 10, 99, 100, 999_999_999_999_999_999, 1_000_000_000_000_000_000, Int.max, -1, Int.min])
    func keepsAnyNumber(number: Int) async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        var record = fixture.fullRecord()
        record.durationMs = number
        record.ttftMs = number
        record.usage.total = number
        record.usage.upstreamCost = Credits(nanos: Int64(number))
        _ = await generations.record(record)
        #expect(try await generations.generation(record.id) == record)
        store.close()
    }

    @Test func theLongestRecordFits() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        var record = fixture.fullRecord()
        let worst = String(repeating: "\\", count: 600)
        record.referer = worst
        record.appTitle = worst
        record.appCategories = worst
        record.userAgent = worst
        record.user = worst
        record.sessionID = worst
        record.requestedModel = worst
        record.endpointID = worst
        record.endpointTag = worst
        record.upstreamModel = worst
        record.upstreamID = worst
        record.serviceTier = worst
        record.nativeFinishReason = worst
        #expect(await generations.record(record) == .durable)
        let read = try await generations.generation(record.id)
        #expect(read?.serviceTier == String(repeating: "\\", count: 512))
        #expect(read?.durationMs == record.durationMs)
        store.close()
    }

    @Test func aClosedStoreLosesNothingInSilence() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        store.close()
        let record = fixture.plainRecord()
        #expect(await generations.record(record) == .lost)
        await #expect(throws: GenerationReadError.busy) { try await generations.generation(record.id) }
        #expect(fixture.observer.lost.count == 1)
    }

    @Test func readsWhatItCannotUnderstandAsAnError() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let record = fixture.plainRecord()
        _ = await generations.record(record)
        let other = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        try other.execute("UPDATE generations SET status=99")
        await #expect(throws: GenerationReadError.unavailable("the row of generation \(record.id) cannot be read")) {
            try await generations.generation(record.id)
        }
        store.close()
    }
}
