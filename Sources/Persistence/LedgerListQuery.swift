import Activity
import Database

/// A page of the ledger being read. Made on a loop, read on the query thread, told on the loop again, one after the
/// other.
final class LedgerListQuery: QueryJob, @unchecked Sendable {
    typealias Answer = Result<LedgerPage, GenerationReadError>

    let target: any CompletionTarget
    private let query: LedgerQuery
    private let continuation: UnsafeContinuation<Answer, Never>
    private var answer: Answer = .success(LedgerPage())

    init(_ query: LedgerQuery, target: any CompletionTarget, continuation: UnsafeContinuation<Answer, Never>) {
        self.query = query
        self.target = target
        self.continuation = continuation
    }

    func read(from connection: SQLiteConnection) {
        do throws(DatabaseError) {
            // The ledger has no gaps, so that its last number is its length.
            let all = Int(try connection.integer("SELECT coalesce(max(seq), 0) FROM ledger") ?? 0)
            var page = LedgerPage()
            let rows: SQLiteStatement
            switch query.kind {
            case nil:
                page.count = all
                rows = try connection.statement(LedgerLineRow.selectPage)
                rows.bind(1, all - query.offset)
                rows.bind(2, query.limit)
            case .charge:
                page.count = all - Int(try connection.integer("SELECT count(*) FROM ledger_orders") ?? 0)
                rows = try connection.statement(LedgerLineRow.selectChargesPage)
                rows.bind(1, query.limit)
                rows.bind(2, query.offset)
            case .some(let kind):
                let count = "SELECT count(*) FROM ledger_orders WHERE kind = \(kind.rawValue)"
                page.count = Int(try connection.integer(count) ?? 0)
                rows = try connection.statement(LedgerLineRow.selectOrdersPage)
                rows.bind(1, query.limit)
                rows.bind(2, query.offset)
                rows.bind(3, Int(kind.rawValue))
            }
            defer { rows.reset() }
            while try rows.step() { if let line = LedgerLineRow.line(of: rows) { page.lines.append(line) } }
            answer = .success(page)
        } catch {
            answer = .failure(.unavailable(error.message))
        }
    }

    func completed() {
        continuation.resume(returning: answer)
    }

    /// Answers a query that found no room.
    func refuse() {
        continuation.resume(returning: .failure(.busy))
    }
}
