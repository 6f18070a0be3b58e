import Access
import Accounting
import Activity
import Cryptography
import Database

/// Answers an `ActivityQuery` from the sums by day and the end of the ledger that they do not hold yet. To be used in a
/// snapshot.
struct UsageReading {
    private struct Place: Hashable {
        var day: Int
        var model: String
        var endpointID: String
        var provider: String
        var workspaceID: String?
    }

    private struct Workspace {
        var ref: Int64
        var id: String
    }

    private let query: ActivityQuery
    private let apiKeys: Set<APIKeyHash>?

    init(_ query: ActivityQuery) {
        self.query = query
        apiKeys = query.apiKeys.map(Set.init)
    }

    func rows(on connection: SQLiteConnection) throws(DatabaseError) -> [ActivityRow] {
        let workspaces = try wantedKeys(connection)
        // Summed by numbers first: there may be many keys.
        var sums: [DaySums.UsageDay: DaySums.Usage] = [:]
        func add(_ place: DaySums.UsageDay, _ more: DaySums.Usage) {
            guard let workspace = workspaces[place.keyRef] else { return }
            var place = place
            place.keyRef = query.isByWorkspace ? workspace.ref : 0
            sums[place, default: DaySums.Usage()].add(more)
        }
        let stored = try stored(workspaces, connection)
        stored.bind(1, query.days.lowerBound)
        stored.bind(2, query.days.upperBound)
        while try stored.step() {
            add(
                DaySums.UsageDay(day: stored.int(0), keyRef: stored.int64(1), endpointRef: stored.int64(2)),
                DaySums.Usage(
                    requests: stored.int(3), prompt: stored.int(4), completion: stored.int(5),
                    reasoning: stored.int(6), cached: stored.int(7), nanos: stored.saturatedSum(8),
                    direct: stored.saturatedSum(10)))
        }
        for (place, more) in try tail(connection).usage where query.days.contains(place.day) { add(place, more) }
        return try named(sums, workspaces, connection)
    }

    /// The sums of the days: of each key, or of all keys together where nobody asks for one.
    private func stored(
        _ workspaces: [Int64: Workspace], _ connection: SQLiteConnection
    ) throws(DatabaseError) -> SQLiteStatement {
        let isOfAll = apiKeys == nil && query.workspaceID == nil && Set(workspaces.values.map(\.ref)).count == 1
        guard isOfAll, let any = workspaces.values.first else {
            return try connection.statement(
                """
                SELECT day, key_ref, endpoint_ref, requests, prompt_tokens, completion_tokens, reasoning_tokens,
                    cached_tokens, nanos >> 32, nanos & 4294967295, direct_nanos >> 32, direct_nanos & 4294967295
                FROM usage_days WHERE day >= ?1 AND day < ?2
                """)
        }
        let rows = try connection.statement(
            """
            SELECT day, ?3, endpoint_ref, sum(requests), sum(prompt_tokens), sum(completion_tokens),
                sum(reasoning_tokens), sum(cached_tokens), sum(nanos >> 32), sum(nanos & 4294967295),
                sum(direct_nanos >> 32), sum(direct_nanos & 4294967295)
            FROM usage_days WHERE day >= ?1 AND day < ?2 GROUP BY day, endpoint_ref
            """)
        rows.bind(3, any.ref)
        return rows
    }

    private func named(
        _ sums: [DaySums.UsageDay: DaySums.Usage], _ workspaces: [Int64: Workspace], _ connection: SQLiteConnection
    ) throws(DatabaseError) -> [ActivityRow] {
        let endpoints = try self.endpoints(connection)
        var rows: [Place: ActivityRow] = [:]
        for (place, sums) in sums {
            guard let endpoint = endpoints[place.endpointRef] else { continue }
            let key = Place(
                day: place.day, model: endpoint.model, endpointID: endpoint.endpointID, provider: endpoint.provider,
                workspaceID: workspaces[place.keyRef]?.id)
            let empty = ActivityRow(
                day: key.day, model: key.model, endpointID: key.endpointID, provider: key.provider,
                workspaceID: key.workspaceID)
            rows[key, default: empty].add(sums)
        }
        return rows.values.sorted {
            ($1.day, $0.model, $0.endpointID, $0.workspaceID ?? "")
                < ($0.day, $1.model, $1.endpointID, $1.workspaceID ?? "")
        }
    }

    private func tail(_ connection: SQLiteConnection) throws(DatabaseError) -> DaySums {
        var sums = DaySums()
        let booked = try LedgerTail.bookedSeq(connection)
        for row in try LedgerTail.rows(after: booked, limit: .max, on: connection) { sums.add(row) }
        return sums
    }

    /// The workspaces of the keys that the query asks for, by the keys' references. The reference of a workspace is
    /// that of its first key.
    private func wantedKeys(_ connection: SQLiteConnection) throws(DatabaseError) -> [Int64: Workspace] {
        var wanted: [Int64: Workspace] = [:]
        var firsts: [String: Int64] = [:]
        let rows = try connection.statement("SELECT ref, hash, workspace_id FROM keys_seen")
        while try rows.step() {
            let id = rows.text(2)
            if let workspaceID = query.workspaceID, workspaceID != id { continue }
            if let apiKeys {
                guard let digest = rows.withBytes(1, { SHA256Digest(bytes: $0) }),
                    apiKeys.contains(APIKeyHash(digest: digest))
                else { continue }
            }
            let ref = rows.int64(0)
            if firsts[id] == nil { firsts[id] = ref }
            wanted[ref] = Workspace(ref: firsts[id]!, id: id)
        }
        return wanted
    }

    private func endpoints(
        _ connection: SQLiteConnection
    ) throws(DatabaseError) -> [Int64: (endpointID: String, model: String, provider: String)] {
        var endpoints: [Int64: (endpointID: String, model: String, provider: String)] = [:]
        let rows = try connection.statement("SELECT ref, endpoint_id, model, provider FROM endpoints_seen")
        while try rows.step() { endpoints[rows.int64(0)] = (rows.text(1), rows.text(2), rows.text(3)) }
        return endpoints
    }
}

extension ActivityRow {
    fileprivate mutating func add(_ sums: DaySums.Usage) {
        requests.addSaturated(sums.requests)
        promptTokens.addSaturated(sums.prompt)
        completionTokens.addSaturated(sums.completion)
        reasoningTokens.addSaturated(sums.reasoning)
        cachedTokens.addSaturated(sums.cached)
        usage += Credits(nanos: sums.nanos)
        direct += Credits(nanos: sums.direct)
    }
}
