import Access
import Accounting
import Activity
import Database
import Foundation
import TestSupport
import Testing

@testable import Persistence

/// Databases of every earlier version are brought up to date with what they hold.
@Suite struct MigrationTests {
    let fixture = StoreFixture()

    private static let version1: String = {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let bytes = FileManager.default.contents(atPath: "/" + folder + "/Fixtures/Persistence/version-1.sql")
        return String(decoding: bytes ?? Data(), as: UTF8.self)
    }()

    /// A database of a version, made from that of version 1 as it was written then.
    private func makeDatabase(version: Int) throws {
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        try connection.execute(Self.version1)
        let known = MartletSchema.schema
        try Schema(applicationID: known.applicationID, migrations: Array(known.migrations[..<version]))
            .apply(to: connection)
        #expect(try connection.integer("PRAGMA user_version") == Int64(version))
    }

    @Test(arguments: 1..<MartletSchema.schema.version)
    func keepsWhatAnEarlierVersionHolds(version: Int) async throws {
        try makeDatabase(version: version)
        let store = try fixture.open()
        #expect(store.firstStart == nil)
        #expect(store.storedKeys.map(\.name) == ["First inference key", "First management key"])
        #expect(store.storedKeys.map(\.isDisabled) == [false, true])
        #expect(store.interrupted == 1)
        let generations = store.generations(for: ImmediateTarget())
        let first = try #require(try await generations.generation(id("gen-1763000001-00AAAAAAAAAAAAAAAAAA")))
        #expect(first.apiKey.description == String(repeating: "11", count: 32))
        #expect(first.model == "openai/gpt-4o-mini")
        #expect(first.provider == "Azure")
        #expect(first.endpointID == "openai/gpt-4o-mini@azure#gpt-4o-mini")
        #expect(first.endpointTag == "azure/eu")
        #expect(first.upstreamModel == "gpt-4o-mini-2024")
        #expect(first.usage.prompt == 187 && first.usage.completion == 64)
        #expect(first.charge == Charge(total: Credits(nanos: 66_450), prompt: Credits(nanos: 28_050)))
        #expect(first.attempts.map(\.endpoint) == ["openai/gpt-4o-mini@azure#gpt-4o-mini"])
        #expect(first.catalogue == 0 && first.decision.isEmpty)
        let last = try await generations.generation(id("gen-1763100005-00EEEEEEEEEEEEEEEEEE"))
        #expect(last?.status == .interrupted)
        #expect(last?.charge == Charge.none)
        store.close()
    }

    @Test func chargesOfVersion1AreInTheLedger() async throws {
        try makeDatabase(version: 1)
        let store = try fixture.open()
        #expect(store.ledger.totals.charged == Credits(nanos: 66_451))
        let key = try #require(APIKeyHash(hex: String(repeating: "11", count: 32)))
        #expect(store.ledger.byKey[key]?.lifetime == Credits(nanos: 66_451))
        let days = ActivityQuery.day(ofMs: 1_763_000_000_000)..<ActivityQuery.day(ofMs: 1_764_000_000_000)
        let rows = try await store.generations(for: ImmediateTarget()).activity(ActivityQuery(days: days))
        #expect(rows.map(\.model) == ["meta/llama-3.1-8b", "openai/gpt-4o-mini", "openai/gpt-4o-mini"])
        #expect(rows.map(\.requests) == [1, 1, 1])
        #expect(rows.last?.reasoningTokens == 5)
        #expect(rows.last?.cachedTokens == 10)
        #expect(rows.last?.usage == Credits(nanos: 66_450))
        store.close()
        let reader = try SQLiteConnection(path: fixture.databaseFile, mode: .queries)
        #expect(try reader.integer("SELECT count(*) FROM ledger") == 3)
        #expect(try reader.text("PRAGMA integrity_check") == "ok")
    }

    /// A migrated database has the tables of a new one.
    @Test func endsWhereANewDatabaseBegins() throws {
        try makeDatabase(version: 1)
        let migrated = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        try MartletSchema.schema.apply(to: migrated)
        let fresh = try SQLiteConnection(path: fixture.scratch.file("fresh.db"), mode: .readWrite(.process))
        try MartletSchema.schema.apply(to: fresh)
        let tables = "SELECT group_concat(type || name || tbl_name) FROM (SELECT * FROM sqlite_schema ORDER BY name)"
        #expect(try migrated.text(tables) == fresh.text(tables))
        for table in ["generations", "in_flight", "ledger", "api_keys", "usage_days", "ledger_days", "catalogues"] {
            let columns = "SELECT group_concat(name || type || \"notnull\" || pk) FROM pragma_table_info('\(table)')"
            #expect(try migrated.text(columns) == fresh.text(columns), "columns of \(table)")
        }
    }

    private func id(_ text: String) throws -> GenerationID { try #require(GenerationID(text)) }
}
