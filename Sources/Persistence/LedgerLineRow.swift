import Access
import Accounting
import Activity
import Cryptography
import Database

/// The SQL that reads rows of the ledger.
enum LedgerLineRow {
    static let selectByKey: StaticString = """
        SELECT l.seq, l.kind, l.nanos, l.at_ms, l.generation, l.reason, k.hash, k.workspace_id
        FROM ledger_orders o JOIN ledger l ON l.seq = o.seq LEFT JOIN keys_seen k ON k.ref = l.key_ref
        WHERE o.idempotency_key = ?1
        """
    static let selectBehind: StaticString = """
        SELECT l.seq, l.kind, l.nanos, l.at_ms, l.generation, l.reason, k.hash, k.workspace_id
        FROM ledger l LEFT JOIN keys_seen k ON k.ref = l.key_ref
        WHERE l.seq > ?1 ORDER BY l.seq LIMIT ?2
        """
    /// The newest first, from one place in the ledger on.
    static let selectPage: StaticString = """
        SELECT l.seq, l.kind, l.nanos, l.at_ms, l.generation, l.reason, k.hash, k.workspace_id
        FROM ledger l LEFT JOIN keys_seen k ON k.ref = l.key_ref
        WHERE l.seq <= ?1 ORDER BY l.seq DESC LIMIT ?2
        """
    static let selectChargesPage: StaticString = """
        SELECT l.seq, l.kind, l.nanos, l.at_ms, l.generation, l.reason, k.hash, k.workspace_id
        FROM ledger l LEFT JOIN keys_seen k ON k.ref = l.key_ref
        WHERE l.kind = 0 ORDER BY l.seq DESC LIMIT ?1 OFFSET ?2
        """
    static let selectOrdersPage: StaticString = """
        SELECT l.seq, l.kind, l.nanos, l.at_ms, l.generation, l.reason, k.hash, k.workspace_id
        FROM ledger_orders o JOIN ledger l ON l.seq = o.seq LEFT JOIN keys_seen k ON k.ref = l.key_ref
        WHERE o.kind = ?3 ORDER BY o.seq DESC LIMIT ?1 OFFSET ?2
        """

    /// The row that a statement stands on; nil for one that this version does not understand.
    static func line(of row: SQLiteStatement) -> LedgerLine? {
        guard let kind = UInt8(exactly: row.int(1)).flatMap(LedgerKind.init(rawValue:)) else { return nil }
        var entry = LedgerEntry(
            kind: kind, amount: Credits(nanos: row.int64(2)), atMs: row.int64(3),
            generationID: row.optionalText(4).flatMap { GenerationID($0) }, reason: row.text(5))
        if !row.isNull(6) {
            entry.apiKey = row.withBytes(6) { SHA256Digest(bytes: $0) }.map { APIKeyHash(digest: $0) }
            entry.workspaceID = row.text(7)
        }
        return LedgerLine(sequence: row.int64(0), entry: entry)
    }
}
