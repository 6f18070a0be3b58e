import Activity
import Database

/// The SQL around a generation's row.
///
/// What queries choose and sum by are columns; everything else is one text, `GenerationDetails`, because each column
/// costs some 200 instructions a row. What is long and repeats, the key and the endpoint, is a number.
///
/// Rows are kept by a number made of their ids, `GenerationID.orderKey`, in order of time: reading by id and by time
/// need no index, and new rows fill the last page. Where two ids have the same number, the later row takes the next
/// free one.
enum GenerationTable {
    /// The columns' numbers, from 0; parameters are numbered from 1.
    enum Column: Int32, CaseIterable {
        case orderKey, id, createdMs, keyRef, status, endpointRef, prompt, completion, cost, details, decision
        // What the references stand for, in a reading.
        case apiKey, workspaceID, endpointID, endpointTag, model, provider, upstreamModel

        var column: Int32 { rawValue }
        var parameter: Int32 { rawValue + 1 }
    }

    /// How many rows may have wanted the same number.
    static let probesMax: Int64 = 64

    static let insert: StaticString = "INSERT INTO generations VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)"
    static let insertInFlight: StaticString = "INSERT INTO in_flight VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)"
    static let deleteInFlight: StaticString = "DELETE FROM in_flight WHERE order_key BETWEEN ?1 AND ?2 AND id=?3"
    static let selectID: StaticString = "SELECT id FROM generations WHERE order_key=?1"
    static let selectIDInFlight: StaticString = "SELECT id FROM in_flight WHERE order_key=?1"
    static let select: StaticString = """
        SELECT g.*, k.hash, k.workspace_id, e.endpoint_id, e.tag, e.model, e.provider, e.upstream_model
        FROM generations g JOIN keys_seen k ON k.ref = g.key_ref JOIN endpoints_seen e ON e.ref = g.endpoint_ref
        WHERE g.order_key BETWEEN ?1 AND ?2 AND g.id=?3
        """
    static let selectUsage: StaticString = """
        SELECT endpoint_ref, prompt_tokens, completion_tokens, details
        FROM generations WHERE order_key BETWEEN ?1 AND ?2 AND id=?3
        """
    static let selectOrderKey: StaticString =
        "SELECT order_key FROM generations WHERE order_key BETWEEN ?1 AND ?2 AND id=?3"
    static let selectRange: StaticString = """
        SELECT g.*, k.hash, k.workspace_id, e.endpoint_id, e.tag, e.model, e.provider, e.upstream_model
        FROM generations g JOIN keys_seen k ON k.ref = g.key_ref JOIN endpoints_seen e ON e.ref = g.endpoint_ref
        WHERE g.order_key >= ?1 AND g.order_key < ?2 ORDER BY g.order_key LIMIT ?3
        """

    /// Binds the first three parameters of a statement that looks for one id.
    static func bind(_ id: GenerationID, to row: SQLiteStatement) {
        let key = id.orderKey
        row.bind(1, key)
        row.bind(2, key + probesMax - 1)
        row.bind(3, text: id.span)
    }
}
