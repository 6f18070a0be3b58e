import Access
import Accounting
import Activity
import Cryptography
import Database

/// Rows of the ledger that are added by hand. Used on the writer's connection, within its transaction.
struct LedgerPosts {
    private let connection: SQLiteConnection
    private let books: Bookkeeper

    init(connection: SQLiteConnection, books: Bookkeeper) {
        self.connection = connection
        self.books = books
    }

    /// Checks an order against the rows that are there, and adds its row.
    func post(_ order: LedgerOrder) throws(DatabaseError) -> LedgerOutcome {
        if let key = order.idempotencyKey, let earlier = try line(ofKey: key) {
            return Self.isSame(earlier.entry, order) ? .repeated(earlier) : .keyReused
        }
        var entry = order.entry
        if let charged = order.charged {
            let left = charged - (try refunded(entry))
            if order.takesRest { entry.amount = left }
            if left <= .zero || entry.amount > left { return .refundTooLarge(left: left) }
        } else if !(try fits(entry.amount)) {
            return .outOfBounds
        }
        return .posted(try insert(entry, order.idempotencyKey))
    }

    private static func isSame(_ entry: LedgerEntry, _ order: LedgerOrder) -> Bool {
        entry.kind == order.entry.kind && entry.generationID == order.entry.generationID
            && entry.reason == order.entry.reason && (order.takesRest || entry.amount == order.entry.amount)
    }

    private func line(ofKey key: String) throws(DatabaseError) -> LedgerLine? {
        let row = try connection.statement(LedgerLineRow.selectByKey)
        row.bind(1, key)
        defer { row.reset() }
        return try row.step() ? LedgerLineRow.line(of: row) : nil
    }

    private func refunded(_ entry: LedgerEntry) throws(DatabaseError) -> Credits {
        let row = try connection.statement(
            """
            SELECT coalesce(sum(l.nanos), 0) FROM ledger_orders o JOIN ledger l ON l.seq = o.seq
            WHERE o.generation = ?1 AND o.kind = 2
            """)
        row.bind(1, entry.generationID?.description)
        defer { row.reset() }
        return try row.step() ? Credits(nanos: row.int64(0)) : .zero
    }

    private func fits(_ amount: Credits) throws(DatabaseError) -> Bool {
        let row = try connection.statement(
            """
            SELECT coalesce(sum(l.nanos), 0) FROM ledger_orders o JOIN ledger l ON l.seq = o.seq WHERE o.kind IN (1, 3)
            """)
        defer { row.reset() }
        guard try row.step() else { return false }
        let (sum, overflow) = row.int64(0).addingReportingOverflow(amount.nanos)
        return !overflow && sum.magnitude <= ActivityLimits.creditsMax.magnitude
    }

    private func insert(_ entry: LedgerEntry, _ key: String?) throws(DatabaseError) -> LedgerLine {
        var entry = entry
        entry.atMs = books.moment(entry.atMs)
        let sequence = try books.append(entry, on: connection)
        let order = try connection.statement("INSERT INTO ledger_orders VALUES (?1, ?2, ?3, ?4)")
        order.bind(1, sequence)
        order.bind(2, Int(entry.kind.rawValue))
        order.bind(3, entry.generationID?.description)
        order.bind(4, key)
        try order.run()
        return LedgerLine(sequence: sequence, entry: entry)
    }
}
