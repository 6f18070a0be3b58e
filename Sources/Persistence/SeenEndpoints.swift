import Activity
import Database

/// Endpoints by the numbers that rows refer to them by: the table `endpoints_seen`, kept in memory.
///
/// A generation of no endpoint has one of empty texts. Confined to the writer's thread.
struct SeenEndpoints {
    struct Endpoint: Hashable {
        var endpointID: String
        var tag: String
        var model: String
        var provider: String
        var upstreamModel: String
    }

    private var refs: [Endpoint: Int64] = [:]
    /// Added by a transaction that is not committed yet.
    private var fresh: [Endpoint] = []
    private var last: (endpoint: Endpoint, ref: Int64)?

    init(on connection: SQLiteConnection) throws(DatabaseError) {
        let rows = try connection.statement(
            "SELECT ref, endpoint_id, tag, model, provider, upstream_model FROM endpoints_seen")
        while try rows.step() {
            let endpoint = Endpoint(
                endpointID: rows.text(1), tag: rows.text(2), model: rows.text(3), provider: rows.text(4),
                upstreamModel: rows.text(5))
            refs[endpoint] = rows.int64(0)
        }
    }

    /// The number of the endpoint that a generation is of, which is added when it is new.
    mutating func ref(
        of record: borrowing GenerationRecord, on connection: SQLiteConnection
    ) throws(DatabaseError) -> Int64 {
        // The texts of one endpoint are the same objects in all its records, which makes these comparisons short.
        if let last, last.endpoint.endpointID == record.endpointID, last.endpoint.tag == record.endpointTag,
            last.endpoint.model == record.model, last.endpoint.provider == record.provider,
            last.endpoint.upstreamModel == record.upstreamModel
        {
            return last.ref
        }
        let endpoint = Endpoint(
            endpointID: record.endpointID, tag: record.endpointTag, model: record.model, provider: record.provider,
            upstreamModel: record.upstreamModel)
        let ref = if let known = refs[endpoint] { known } else { try add(endpoint, on: connection) }
        last = (endpoint, ref)
        return ref
    }

    private mutating func add(_ endpoint: Endpoint, on connection: SQLiteConnection) throws(DatabaseError) -> Int64 {
        let ref = Int64(refs.count) + 1
        let row = try connection.statement("INSERT INTO endpoints_seen VALUES (?1,?2,?3,?4,?5,?6)")
        row.bind(1, ref)
        row.bind(2, endpoint.endpointID)
        row.bind(3, endpoint.tag)
        row.bind(4, endpoint.model)
        row.bind(5, endpoint.provider)
        row.bind(6, endpoint.upstreamModel)
        try row.run()
        refs[endpoint] = ref
        fresh.append(endpoint)
        return ref
    }

    mutating func commit() {
        if !fresh.isEmpty { fresh.removeAll() }
    }

    mutating func rollBack() {
        if fresh.isEmpty { return }
        for endpoint in fresh { refs[endpoint] = nil }
        fresh.removeAll()
        last = nil
    }
}
