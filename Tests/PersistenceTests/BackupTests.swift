import Activity
import Database
import Foundation
import TestSupport
import Testing

@testable import Persistence

@Suite struct BackupTests {
    let fixture = StoreFixture()

    private var files: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: fixture.scratch.path)) ?? []
    }

    private func read(_ stream: any RecordStream) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await stream.next() {
            #expect(piece.count <= 64 * 1024)
            bytes += piece
        }
        stream.close()
        return bytes
    }

    @Test func aCopyIsAWholeStore() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let record = fixture.fullRecord()
        _ = await generations.record(record)
        let bytes = try await read(generations.backup())
        store.close()
        _ = try DataDirectory(path: fixture.scratch.file("restored"))
        fixture.scratch.write(bytes, to: "restored/" + EmbeddedStore.fileName)
        let restored = try fixture.open(fixture.scratch.file("restored"))
        #expect(restored.firstStart == nil)
        #expect(try await restored.generations(for: ImmediateTarget()).generation(record.id) == record)
        restored.close()
    }

    @Test func theCopyHasNoNameOnceItIsMade() async throws {
        let store = try fixture.open()
        let stream = store.generations(for: ImmediateTarget()).backup()
        _ = try await stream.next()
        #expect(files.allSatisfy { !$0.contains("copy") })
        stream.close()
        store.close()
        await #expect(throws: GenerationReadError.busy) { try await stream.next() }
    }

    @Test func whatACrashLeftHalfMadeIsRemoved() async throws {
        let left = EmbeddedStore.fileName + ".copy"
        fixture.scratch.write(Array("half".utf8), to: left)
        let store = try fixture.open()
        #expect(!files.contains(left))
        store.close()
    }

    @Test func noCopyIsBegunWithoutRoomForIt() throws {
        let path = fixture.scratch.file("small.db")
        let connection = try SQLiteConnection(path: path, mode: .readWrite(.process))
        try connection.execute("CREATE TABLE t (a)")
        let copy = DatabaseCopy(at: path + ".copy", freeBytes: { _ in DatabaseLimits.copySpareBytes })
        let error = #expect(throws: DatabaseError.self) { try copy.piece(of: connection) }
        #expect(error?.kind == .full && error?.message.contains("\(DatabaseLimits.copySpareBytes) are free") == true)
        #expect(!files.contains("small.db.copy"))
        let other = DatabaseCopy(at: path + ".copy", freeBytes: { _ in nil })
        #expect(try other.piece(of: connection) != nil, "where nobody knows, it is tried")
        #expect(try #require(DatabaseCopy.freeBytes(at: path)) > 0)
    }

    @Test func copiesCanBeTakenAtOnce() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let first = generations.backup()
        let second = generations.backup()
        _ = try await first.next()
        let whole = try await read(second)
        #expect(whole.starts(with: Array("SQLite format 3".utf8)))
        first.close()
        store.close()
    }
}
