import Database
import Synchronization
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Remembers everything a store says.
final class RecordingObserver: StoreObserver {
    struct Heard {
        var batches: [Int] = []
        var health: [StoreHealth.Trouble?] = []
        var lost: [String] = []
        var warnings: [DatabaseError] = []
    }

    private let heard = Mutex(Heard())

    var news: Heard { heard.withLock { $0 } }

    func storeCommitted(rows: Int, microseconds: UInt64) { heard.withLock { $0.batches.append(rows) } }
    func storeHealthChanged(_ health: StoreHealth) { heard.withLock { $0.health.append(health.trouble) } }
    func storeLost(_ summary: String, _ error: DatabaseError) { heard.withLock { $0.lost.append(summary) } }
    func storeWarned(_ error: DatabaseError) { heard.withLock { $0.warnings.append(error) } }
}

/// Runs deliveries at once on the store's thread, and counts them.
final class CountingTarget: CompletionTarget {
    private let count = Atomic<Int>(0)
    var deliveries: Int { count.load(ordering: .relaxed) }

    func deliver(_ work: @escaping @Sendable () -> Void) {
        count.wrappingAdd(1, ordering: .relaxed)
        work()
    }

    func atEndOfTurn(_ work: @escaping () -> Void) { work() }
}

/// Outcomes in the order in which they came, and a way to wait for a number of them.
final class OutcomeList: Sendable {
    private let outcomes = Mutex<[(row: Int, outcome: WriteOutcome)]>([])

    var all: [(row: Int, outcome: WriteOutcome)] { outcomes.withLock { $0 } }

    func add(_ row: Int, _ outcome: WriteOutcome) { outcomes.withLock { $0.append((row, outcome)) } }

    /// Waits until `condition` holds, for at least a minute.
    func wait(until condition: ([(row: Int, outcome: WriteOutcome)]) -> Bool) async -> Bool {
        await eventually { condition(all) }
    }
}

/// Waits until `condition` holds, for at least a minute: a disk that others use can be slow for long.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<60_000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(1))
    }
    return condition()
}

/// Inserts one number into the table `rows`.
final class RowJob: WriteJob {
    let row: Int
    let target: (any CompletionTarget)?
    private let outcomes: OutcomeList?
    private let before: (@Sendable (SQLiteConnection) -> Void)?

    init(
        _ row: Int, target: (any CompletionTarget)?, outcomes: OutcomeList?,
        before: (@Sendable (SQLiteConnection) -> Void)? = nil
    ) {
        self.row = row
        self.target = target
        self.outcomes = outcomes
        self.before = before
    }

    func write(to connection: SQLiteConnection) throws(DatabaseError) {
        before?(connection)
        let insert = try connection.statement("INSERT INTO rows VALUES (?1, ?2)")
        insert.bind(1, row)
        insert.bind(2, "payload of row \(row)" + String(repeating: ".", count: 200))
        try insert.run()
    }

    func completed(_ outcome: WriteOutcome) { outcomes?.add(row, outcome) }

    var summary: String? { "row \(row)" }
}

/// A gate that threads wait at until it is opened.
final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)
    private let arrivals = Atomic<Int>(0)

    /// How many threads have come to the gate.
    var arrived: Int { arrivals.load(ordering: .acquiring) }

    func open() { isOpen.store(true, ordering: .releasing) }

    func pass() {
        arrivals.wrappingAdd(1, ordering: .releasing)
        while !isOpen.load(ordering: .acquiring) { usleep(200) }
    }
}

/// Something that one thread sets and another reads.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}

let rowSchema = Schema(
    applicationID: 77,
    migrations: ["CREATE TABLE rows (number INTEGER PRIMARY KEY, payload TEXT NOT NULL)"])

/// A writer over a fresh database with the table `rows`.
struct WriterFixture {
    let scratch = ScratchDirectory()
    let observer = RecordingObserver()
    let target = CountingTarget()
    let outcomes = OutcomeList()
    let writer: GroupCommitWriter

    /// On a loaded machine any commit may take long: no store is slow unless a test says so.
    static var patient: GroupCommitWriter.Configuration {
        var configuration = GroupCommitWriter.Configuration()
        configuration.slowCommitMs = 60_000
        return configuration
    }

    init(_ configuration: GroupCommitWriter.Configuration = patient, pages: Int? = nil) throws {
        let connection = try SQLiteConnection(path: scratch.file("test.db"), mode: .readWrite(.process))
        try rowSchema.apply(to: connection)
        if let pages { try connection.execute("PRAGMA max_page_count=\(pages)") }
        writer = GroupCommitWriter(connection: connection, observer: observer, configuration: configuration)
    }

    func submit(_ row: Int, before: (@Sendable (SQLiteConnection) -> Void)? = nil) -> GroupCommitWriter.Submission {
        writer.submit(RowJob(row, target: target, outcomes: outcomes, before: before))
    }

    /// What another process would see.
    func storedRows() throws -> Int {
        let reader = try SQLiteConnection(path: scratch.file("test.db"), mode: .queries)
        return Int(try reader.integer("SELECT count(*) FROM rows")!)
    }
}
