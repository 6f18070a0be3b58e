import Database
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct DataDirectoryTests {
    let scratch = ScratchDirectory()

    @Test func makesTheDirectoryAndLocksIt() throws {
        let path = scratch.file("a/b/data")
        let first = try DataDirectory(path: path)
        #expect(first.file("x") == path + "/x")
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o700)
        let error = #expect(throws: DatabaseError.self) { try DataDirectory(path: path) }
        #expect(error?.kind == .directoryInUse(pid: Int(getpid())))
        #expect(error?.message.contains("process \(getpid()) uses this data directory") == true)
        withExtendedLifetime(first) {}
    }

    @Test func theLockGoesWithItsHolder() throws {
        do { _ = try DataDirectory(path: scratch.path) }
        _ = try DataDirectory(path: scratch.path)
    }

    @Test func aLeftoverLockFileIsNoLock() throws {
        scratch.write(Array("99999999\n".utf8), to: "lock")
        let directory = try DataDirectory(path: scratch.path)
        let error = #expect(throws: DatabaseError.self) { try DataDirectory(path: scratch.path) }
        #expect(error?.kind == .directoryInUse(pid: Int(getpid())))
        withExtendedLifetime(directory) {}
    }

    @Test(arguments: ["file/data", "file"])
    func saysThatADirectoryCannotBeMade(name: String) {
        scratch.write([1], to: "file")
        let error = #expect(throws: DatabaseError.self) { try DataDirectory(path: scratch.file(name)) }
        #expect(error?.kind == .cannotOpen)
    }
}
