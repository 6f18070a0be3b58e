/// The SQL around a generation's row.
///
/// What queries choose and sum by are columns; everything else is one text, `GenerationDetails`, because each column
/// costs some 200 instructions a row. What is long and repeats, the key and the endpoint, is a number. The id is in order of time by its text and is the key of the table itself, so that
/// reading by id and by time need no index and new rows go to its end.
enum GenerationTable {
    /// The columns' numbers, from 0; parameters are numbered from 1.
    enum Column: Int32, CaseIterable {
        case id, createdMs, keyRef, status, endpointRef, prompt, completion, cost, details
        // What the references stand for, in a reading.
        case apiKey, workspaceID, endpointID, endpointTag, model, provider, upstreamModel

        var column: Int32 { rawValue }
        var parameter: Int32 { rawValue + 1 }
    }

    static let insert: StaticString = "INSERT INTO generations VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)"
    static let insertInFlight: StaticString = "INSERT INTO in_flight VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)"
    static let deleteInFlight: StaticString = "DELETE FROM in_flight WHERE id=?1"
    static let select: StaticString = """
        SELECT g.*, k.hash, k.workspace_id, e.endpoint_id, e.tag, e.model, e.provider, e.upstream_model
        FROM generations g JOIN keys_seen k ON k.ref = g.key_ref JOIN endpoints_seen e ON e.ref = g.endpoint_ref
        WHERE g.id=?1
        """
    static let selectRange: StaticString = """
        SELECT g.*, k.hash, k.workspace_id, e.endpoint_id, e.tag, e.model, e.provider, e.upstream_model
        FROM generations g JOIN keys_seen k ON k.ref = g.key_ref JOIN endpoints_seen e ON e.ref = g.endpoint_ref
        WHERE g.id > ?1 AND g.id < ?2 AND g.created_ms >= ?3 AND g.created_ms < ?4 ORDER BY g.id LIMIT ?5
        """
}
