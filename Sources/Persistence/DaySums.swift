import Accounting
import Activity
import Database

/// Rows of the ledger summed by day: what is added to the tables `ledger_days` and `usage_days`.
struct DaySums {
    private struct LedgerDay: Hashable {
        var day: Int
        var keyRef: Int64
        var kind: LedgerKind
    }

    struct UsageDay: Hashable {
        var day: Int
        var keyRef: Int64
        var endpointRef: Int64
    }

    struct Usage {
        var requests = 0
        var prompt = 0
        var completion = 0
        var reasoning = 0
        var cached = 0
        var nanos: Int64 = 0
        var direct: Int64 = 0
    }

    private var ledger: [LedgerDay: Int64] = [:]
    private(set) var usage: [UsageDay: Usage] = [:]

    var isEmpty: Bool { ledger.isEmpty }

    mutating func add(_ row: LedgerRow) {
        let day = ActivityQuery.day(ofMs: row.atMs)
        ledger[LedgerDay(day: day, keyRef: row.keyRef, kind: row.kind), default: 0].addSaturated(row.nanos)
        guard let used = row.usage else { return }
        let place = UsageDay(day: day, keyRef: row.keyRef, endpointRef: used.endpointRef)
        usage[place, default: Usage()].add(used, nanos: row.nanos)
    }

    /// The sums of the amounts by kind.
    var totals: [LedgerKind: Int64] {
        var totals: [LedgerKind: Int64] = [:]
        for (place, nanos) in ledger { totals[place.kind, default: 0].addSaturated(nanos) }
        return totals
    }

    /// Adds the sums to the tables, in the caller's transaction. SQL makes a sum that leaves the range of integers a
    /// floating-point number; it stays at the end of the range instead, as sums here do.
    func write(to connection: SQLiteConnection) throws(DatabaseError) {
        for (place, nanos) in ledger {
            let row = try connection.statement(
                """
                INSERT INTO ledger_days VALUES (?1,?2,?3,?4)
                ON CONFLICT DO UPDATE
                SET nanos = max(min(nanos + ?4, 9223372036854775807), -9223372036854775808)
                """)
            row.bind(1, place.day)
            row.bind(2, place.keyRef)
            row.bind(3, Int(place.kind.rawValue))
            row.bind(4, nanos)
            try row.run()
        }
        for (place, sums) in usage {
            let row = try connection.statement(
                """
                INSERT INTO usage_days VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)
                ON CONFLICT DO UPDATE SET requests = requests + ?4,
                    prompt_tokens = min(prompt_tokens + ?5, 9223372036854775807),
                    completion_tokens = min(completion_tokens + ?6, 9223372036854775807),
                    reasoning_tokens = min(reasoning_tokens + ?7, 9223372036854775807),
                    cached_tokens = min(cached_tokens + ?8, 9223372036854775807),
                    nanos = min(nanos + ?9, 9223372036854775807),
                    direct_nanos = min(direct_nanos + ?10, 9223372036854775807)
                """)
            row.bind(1, place.day)
            row.bind(2, place.keyRef)
            row.bind(3, place.endpointRef)
            row.bind(4, sums.requests)
            row.bind(5, sums.prompt)
            row.bind(6, sums.completion)
            row.bind(7, sums.reasoning)
            row.bind(8, sums.cached)
            row.bind(9, sums.nanos)
            row.bind(10, sums.direct)
            try row.run()
        }
    }
}

extension DaySums.Usage {
    mutating func add(_ more: DaySums.Usage) {
        requests.addSaturated(more.requests)
        prompt.addSaturated(more.prompt)
        completion.addSaturated(more.completion)
        reasoning.addSaturated(more.reasoning)
        cached.addSaturated(more.cached)
        nanos.addSaturated(more.nanos)
        direct.addSaturated(more.direct)
    }

    mutating func add(_ used: LedgerRow.Usage, nanos: Int64) {
        requests.addSaturated(1)
        prompt.addSaturated(used.prompt)
        completion.addSaturated(used.completion)
        reasoning.addSaturated(used.reasoning)
        cached.addSaturated(used.cached)
        self.nanos.addSaturated(nanos)
        direct.addSaturated(used.direct)
    }
}
